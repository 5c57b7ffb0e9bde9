"""Can it be solved, and not by everything?"""

from __future__ import annotations

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed
from synth_gym.certification.trivial import trivial_scores

CEILING = 0.98
"""Share of the way from the best blind answer to the optimum from which on a score counts as the ceiling."""


def check(case: Case) -> Finding:
    for baseline, reference in zip(case.baseline, case.reference, strict=False):
        for split in ("public", "private"):
            ours, theirs = getattr(reference, split).score, getattr(baseline, split).score
            if ours is None or theirs is None or not case.spec.metric.better(ours, theirs):
                return failed(
                    f"the reference scores {ours} on the {split} split with seed {reference.seed}, the baseline "
                    f"{theirs}: nothing shows that the baseline can be beaten"
                )
    height = _height(case)
    if height >= CEILING:
        return failed(
            f"the baseline stands at {height:.1%} of the way from the best blind answer to the optimum: every policy "
            "reaches the ceiling, make the task harder",
            round(height, 4),
            CEILING,
        )
    return passed(round(height, 4), CEILING)


def _height(case: Case) -> float:
    """How far the unchanged baseline, which every policy finds, stands on the way from knowing nothing to the
    optimum.
    """
    metric, baseline = case.spec.metric, case.approaches["baseline"]
    blind = [one.score for one in case.once(trivial_scores)]
    floor = max(blind, key=lambda score: metric.sign * score, default=baseline)
    return (baseline - floor) / (metric.optimum - floor) if metric.optimum != floor else 1.0


GATE = Gate(
    name="solvability",
    fault="a task that no policy solves, or that every policy does: neither teaches anything",
    source="Endless Terminals: 83% of the tasks are solved at the first try; synthesisers ask for a lower bound only",
    rule="the reference beats the baseline on both splits with every seed run, and the baseline stays below "
    f"{CEILING:.0%} of the way from the best blind answer to the optimum",
    check=check,
)
