"""Are the labels out of reach?"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed
from synth_gym.certification.tables import Table
from synth_gym.sandbox.pythons import hidden_places, prefixes

MIN_AGREEMENT = 0.99
"""Share of test rows from which on a column is taken for the labels."""


def check(case: Case) -> Finding:
    unhidden = [name for name in case.spec.dataset.hide if not _is_hidden(name)]
    if unhidden:
        return failed(
            f"dataset.hide names {unhidden[0]!r}, which lies under no Python library folder: its data stay readable"
        )
    copied = _copied_file(case)
    if copied:
        return failed(f"workspace/{copied} is a copy of a file of grader/ or solution/: remove it")
    if not case.predictions:
        return passed()
    leaks = sorted(_agreements(case), reverse=True)
    if not leaks:
        return passed(0.0, MIN_AGREEMENT)
    share, place = leaks[0]
    if share < MIN_AGREEMENT:
        return passed(round(share, 4), MIN_AGREEMENT)
    return failed(
        f"{place} agrees with the labels of {share:.1%} of the test rows: remove it", round(share, 4), MIN_AGREEMENT
    )


def _is_hidden(name: str) -> bool:
    roots = (Path("/usr"), Path("/usr/local"), *prefixes())
    return set(hidden_places((name,), roots)) != set(hidden_places((), roots))


def _copied_file(case: Case) -> str | None:
    secret = {_digest(path) for part in (case.challenge.grader, case.challenge.solution) for path in _files(part)}
    workspace = case.challenge.workspace
    found = (path for path in _files(workspace) if _digest(path) in secret)
    return next((path.relative_to(workspace).as_posix() for path in found), None)


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size]


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


@dataclass(frozen=True)
class _Target:
    """One label column, by id."""

    truth: dict[str, str]
    constant: float
    """Share of rows that the most frequent label gets right."""

    @classmethod
    def of(cls, ids: Sequence[str], values: Sequence[str]) -> _Target:
        return cls(dict(zip(ids, values, strict=True)), Counter(values).most_common(1)[0][1] / len(values))

    def agreement(self, answers: Mapping[str, str]) -> float:
        """Share of right answers; of what is beyond the most frequent label where that alone is right for most rows."""
        right = sum(answers.get(key) == value for key, value in self.truth.items()) / len(self.truth)
        return right if self.constant < 0.5 else max(0.0, (right - self.constant) / (1 - self.constant))


def _agreements(case: Case) -> Iterator[tuple[float, str]]:
    """How well each column of the workspace agrees with a label column, joined by id or by position."""
    ids, *columns = zip(*case.truth, strict=True)
    targets = [_Target.of(ids, [_plain(value) for value in values]) for values in columns]
    targets = [target for target in targets if target.constant < 1]
    orders = [ids, *(table.columns[name] for table in case.tables for name in _keys(table, ids))]
    for table in case.tables:
        keys = _keys(table, ids)
        for name, values in table.columns.items():
            plain = [_plain(value) for value in values]
            names = [table.columns[key] for key in keys] + [order for order in orders if len(order) == len(plain)]
            for joined in names if name not in keys else ():
                answers = dict(zip(joined, plain, strict=True))
                yield from (
                    (target.agreement(answers), f"column {name!r} of workspace/{table.name}") for target in targets
                )


def _keys(table: Table, ids: Sequence[str]) -> list[str]:
    """Columns of a table that name at least half of the test rows."""
    wanted = set(ids)
    return [name for name, values in table.columns.items() if 2 * len(wanted.intersection(values)) >= len(wanted)]


def _plain(value: str) -> str:
    """One writing for equal numbers."""
    try:
        return repr(float(value))
    except ValueError:
        return value


GATE = Gate(
    name="isolation",
    fault="labels, grader or solution can be read by the agent",
    source="test labels in the workspace of 4 of 13 MLGym tasks; answers in SandMLE's public folder",
    rule="no file of the workspace is a copy of a hidden one, no column agrees with the labels, hidden places exist",
    check=check,
)
