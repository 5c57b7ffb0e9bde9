"""Is the baseline worth more than knowing nothing?"""

from __future__ import annotations

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed
from synth_gym.certification.trivial import trivial_scores

SIGMAS = 2.0
"""By how many standard deviations over seeds the bar must be missed."""


def check(case: Case) -> Finding:
    metric = case.spec.metric
    best: tuple[float, str] | None = None
    for one in case.once(trivial_scores):
        scores = case.spec.baseline if one.bar == "baseline" else case.spec.reference
        gap = metric.sign * (scores.mean - one.score)
        if gap <= SIGMAS * scores.sd:
            return failed(
                f"{one.name} scores {one.score:g} on the private split, the {one.bar} {scores.mean:g}: it must know "
                "clearly more",
                round(gap, 6),
                round(SIGMAS * scores.sd, 6),
            )
        if best is None or gap < best[0]:
            best = (gap, f"{one.name}: {one.score:g}")
    return passed(best[1] if best else "every trivial submission is rejected", f"{case.spec.baseline.mean:g}")


GATE = Gate(
    name="trivial_floor",
    fault="a submission that knows nothing beats the baseline",
    source="MLGym's Titanic: the shipped sample scores 1.0; an RL run of OpenMLE learnt to shuffle the sample",
    rule="constants, priors, shuffled values and shipped samples score worse than the baseline by more than its noise",
    check=check,
)
