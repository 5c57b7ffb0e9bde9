"""All challenges of a suite together."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth_gym.report.plots import make_frame
from synth_gym.report.suite.challenge import Facts
from synth_gym.report.suite.charts import Bars, histogram
from synth_gym.rollout.record import read_record, record_files

MOST_SIGMAS = 1000.0
"""Where the histogram of headroom ends; what lies beyond stands at its edge."""


@dataclass(frozen=True)
class GateYield:
    """What one gate found over all challenges."""

    name: str
    passed: int
    failed: int
    not_applicable: int
    cpu_seconds: float

    @property
    def share(self) -> float | None:
        judged = self.passed + self.failed
        return self.passed / judged if judged else None


def gate_yields(facts: Iterable[Facts]) -> list[GateYield]:
    """By gate, in the order in which they judge."""
    found: dict[str, list[tuple[str, float]]] = {}
    for one in facts:
        for name, gate in one.gates.items():
            found.setdefault(name, []).append((gate.status, gate.cpu_seconds))
    return [_yield(name, results) for name, results in found.items()]


def policy_scores(records: Sequence[Path], hashes: Mapping[str, str]) -> dict[str, dict[str, float]]:
    """Mean normalised score of every policy (outer key) on every challenge (its environment id).

    Args:
        records: folders of episodes.
        hashes: content hash of every challenge; episodes of a challenge that only has the same name do not count.
    """
    found: dict[str, dict[str, list[float]]] = {}
    for file in (file for folder in records for file in record_files(folder)):
        record = read_record(file)
        same = hashes.get(record.env_id) == record.challenge_hash
        if same and record.info.trainable and record.info.normalized is not None:
            found.setdefault(record.policy.name, {}).setdefault(record.env_id, []).append(record.info.normalized)
    return {
        policy: {env_id: statistics.fmean(scores) for env_id, scores in scored.items()}
        for policy, scored in found.items()
    }


def content(
    title: str,
    facts: Sequence[Facts],
    broken: Sequence[tuple[str, str]],
    yields: Sequence[GateYield],
    scores: Mapping[str, Mapping[str, float]],
) -> dict[str, Any]:
    """What the template of the first page shows."""
    return {
        "title": title,
        "facts": sorted(facts, key=lambda one: (one.family, one.title, one.folder)),
        "broken": broken,
        "yields": yields,
        "family_counts": Counter(one.family for one in facts).most_common(),
        "headroom": _headroom(facts),
        "noiseless": sum(one.sigmas is None for one in facts),
        "policies": list(scores),
        "scores": scores,
        "score_plots": [
            histogram(f"{policy}: normalised score, challenge by challenge", list(scored.values()))
            for policy, scored in scores.items()
            if len(scored) > 1
        ],
    }


def _yield(name: str, results: Sequence[tuple[str, float]]) -> GateYield:
    found = Counter(status for status, _ in results)
    cost = sum(seconds for _, seconds in results)
    return GateYield(name, found["passed"], found["failed"], found["not_applicable"], cost)


def _headroom(facts: Sequence[Facts]) -> Bars | None:
    """Gaps in standard deviations, on a scale of powers of ten."""
    known = [math.log10(min(max(one.sigmas, 1.0), MOST_SIGMAS)) for one in facts if one.sigmas is not None]
    if not known:
        return None
    top = math.log10(MOST_SIGMAS)
    bins = 18
    found = Counter(min(int(value / top * bins), bins - 1) for value in known)
    bars = [(place * top / bins, (place + 1) * top / bins, float(found[place])) for place in range(bins)]
    frame = make_frame((700, 220), (0.0, top), (0.0, float(max(found.values()))), margins=(14, 14, 34, 46))
    ticks = [(math.log10(value), f"{value:g}") for value in (1, 3, 10, 30, 100, 300, 1000)]
    return Bars("gap in standard deviations over seeds", frame, bars, ticks)
