"""Is the baseline worth more than knowing nothing?"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed
from synth_gym.certification.trivial import Trivial, trivial_submissions

SIGMAS = 2.0
"""By how many standard deviations over seeds the bar must be missed."""


def check(case: Case) -> Finding:
    metric = case.spec.metric
    best: tuple[float, str] | None = None
    for name, score, bar in _scores(case):
        scores = case.spec.baseline if bar == "baseline" else case.spec.reference
        gap = metric.sign * (scores.mean - score)
        if gap <= SIGMAS * scores.sd:
            return failed(
                f"{name} scores {score:g} on the private split, the {bar} {scores.mean:g}: it must know clearly more",
                round(gap, 6),
                round(SIGMAS * scores.sd, 6),
            )
        if best is None or gap < best[0]:
            best = (gap, f"{name}: {score:g}")
    return passed(best[1] if best else "every trivial submission is rejected", f"{case.spec.baseline.mean:g}")


def _scores(case: Case) -> Iterator[tuple[str, float, str]]:
    """Name, private score and bar of every trivial submission that is accepted; repetitions of one kind are
    averaged.
    """
    kinds: dict[str, tuple[list[float], Trivial]] = {}
    trivials = list(trivial_submissions(case))
    grades = case.grade_all([trivial.content for trivial in trivials])
    for trivial, grade in zip(trivials, grades, strict=True):
        if grade.score is not None:
            kinds.setdefault(trivial.name, ([], trivial))[0].append(grade.score)
    for name, (scores, trivial) in kinds.items():
        yield name, statistics.fmean(scores), trivial.bar


GATE = Gate(
    name="trivial_floor",
    fault="a submission that knows nothing beats the baseline",
    source="MLGym's Titanic: the shipped sample scores 1.0; an RL run of OpenMLE learnt to shuffle the sample",
    rule="constants, priors, shuffled values and shipped samples score worse than the baseline by more than its noise",
    check=check,
)
