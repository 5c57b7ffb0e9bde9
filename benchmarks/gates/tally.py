"""The report's arithmetic."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from faults import FAULTS
from trials import CLEAN, Outcome

CONFIDENCE_Z = 1.959963984540054
"""Two-sided 95%."""
MIN_RECALL, MIN_CLASS_RECALL, MAX_FALSE_REJECTS = 0.95, 0.80, 0.02


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """95% interval of a proportion (Wilson, JASA 22, 1927); everything is possible without a trial.

    >>> wilson(9, 10)
    (0.5958, 0.9821)
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if not trials:
        return 0.0, 1.0
    share, z2 = hits / trials, CONFIDENCE_Z**2
    middle = (share + z2 / (2 * trials)) / (1 + z2 / trials)
    half = CONFIDENCE_Z / (1 + z2 / trials) * math.sqrt(share * (1 - share) / trials + z2 / (4 * trials**2))
    return round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)


def rate(hits: int, trials: int) -> dict[str, Any]:
    """A proportion with its interval; None without a trial."""
    share = round(hits / trials, 4) if trials else None
    return {"hits": hits, "trials": trials, "rate": share, "interval": wilson(hits, trials)}


class Tally:
    """Outcomes, counted.

    A gate that fails for the clean copy of a challenge proves nothing about a spoilt one: such failures do not count.

    Args:
        outcomes: of all trials, the clean ones too; only of certified challenges do these tell false rejects.
    """

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        everything = list(outcomes)
        clean = [one for one in everything if one.trial.fault == CLEAN]
        self.clean = [one for one in clean if one.trial.certified]
        self._noise = {one.trial.challenge: set(one.failed) for one in clean}
        self.spoilt = [one for one in everything if one.trial.fault != CLEAN and one.status == "judged"]
        self._others = Counter((one.trial.fault, one.status) for one in everything)

    def catchers(self, outcome: Outcome) -> set[str]:
        """The gates that found the fault."""
        return set(outcome.failed) - self._noise.get(outcome.trial.challenge, set())

    def caught(self, outcome: Outcome, *, expected: bool) -> bool:
        """By any gate, or by one of those that the fault is for."""
        found = self.catchers(outcome)
        return bool(found.intersection(FAULTS[outcome.trial.fault].gates) if expected else found)

    def recall(self, outcomes: Sequence[Outcome]) -> dict[str, Any]:
        """Shares caught by any gate and by an expected one."""
        return {
            "any_gate": rate(sum(self.caught(one, expected=False) for one in outcomes), len(outcomes)),
            "expected_gate": rate(sum(self.caught(one, expected=True) for one in outcomes), len(outcomes)),
        }

    def report(self) -> dict[str, Any]:
        """Everything, as plain data."""
        classes = {name: self._of_class(name) for name in FAULTS if any(key[0] == name for key in self._others)}
        rejected = [one for one in self.clean if one.failed]
        return {
            "overall": self.recall(self.spoilt),
            "false_rejects": rate(len(rejected), len(self.clean)),
            "rejected": [{"challenge": one.trial.challenge.name, "failed": one.failed} for one in rejected],
            "classes": classes,
            "gates": self._of_gates(),
            "misses": [_described(one) for one in self.spoilt if not self.caught(one, expected=False)],
            "cpu_seconds": self._cost(),
            "targets": self._targets(classes),
        }

    def _of_class(self, name: str) -> dict[str, Any]:
        fault = FAULTS[name]
        trials = [one for one in self.spoilt if one.trial.fault == name]
        found = Counter(gate for one in trials for gate in self.catchers(one))
        return {
            "says": fault.says,
            "source": fault.source,
            "expected": list(fault.gates),
            **self.recall(trials),
            "caught_by": dict(found.most_common()),
            "prevented": self._others[name, "prevented"],
            "not_applicable": self._others[name, "not_applicable"],
        }

    def _of_gates(self) -> dict[str, Any]:
        """Of the trials whose fault a gate is for, those that it found; and those that no other gate found."""
        names = sorted({gate for fault in FAULTS.values() for gate in fault.gates})
        return {name: self._of_gate(name) for name in names}

    def _of_gate(self, name: str) -> dict[str, Any]:
        meant = [one for one in self.spoilt if name in FAULTS[one.trial.fault].gates]
        caught = [one for one in self.spoilt if name in self.catchers(one)]
        alone = sum(self.catchers(one) == {name} for one in caught)
        return {"meant": rate(sum(one in caught for one in meant), len(meant)), "caught": len(caught), "alone": alone}

    def _cost(self) -> dict[str, Any]:
        judged = [*self.clean, *self.spoilt]
        spent: Counter[str] = Counter()
        for one in judged:
            spent.update(one.cpu_seconds)
        total = sum(spent.values())
        return {
            "total": round(total, 1),
            "per_trial": round(total / len(judged), 2) if judged else None,
            "by_gate": {name: round(value, 2) for name, value in spent.most_common() if value},
        }

    def _targets(self, classes: dict[str, Any]) -> dict[str, bool]:
        shares = [one["any_gate"]["rate"] for one in classes.values() if one["any_gate"]["trials"]]
        false_rejects = rate(sum(bool(one.failed) for one in self.clean), len(self.clean))["rate"]
        return {
            f"recall of at least {MIN_RECALL:.0%}": (self.recall(self.spoilt)["any_gate"]["rate"] or 0) >= MIN_RECALL,
            f"no class below {MIN_CLASS_RECALL:.0%}": min(shares, default=0) >= MIN_CLASS_RECALL,
            f"false rejects of at most {MAX_FALSE_REJECTS:.0%}": (false_rejects or 0) <= MAX_FALSE_REJECTS,
        }


def _described(outcome: Outcome) -> dict[str, str]:
    trial = outcome.trial
    return {"fault": trial.fault, "challenge": trial.challenge.name, "details": outcome.details}
