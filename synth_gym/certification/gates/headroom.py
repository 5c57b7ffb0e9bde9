"""Is there something to win, beyond the noise, and something left?"""

from __future__ import annotations

import math

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed

SIGMAS = 3.0
"""Distance of reference and baseline, in standard deviations of their difference over seeds."""
MIN_LEFT = 0.005
"""Share of the way from the baseline to the optimum that the reference must leave."""


def check(case: Case) -> Finding:
    metric, baseline, reference = case.spec.metric, case.spec.baseline, case.spec.reference
    distance = abs(reference.mean - baseline.mean)
    sigma = math.hypot(baseline.sd, reference.sd)
    if distance < SIGMAS * sigma:
        return failed(
            f"the reference is only {distance / sigma:.2g} standard deviations better than the baseline: "
            "give more test rows or a stronger reference",
            round(distance / sigma, 3),
            SIGMAS,
        )
    left = abs(metric.optimum - reference.mean) / abs(metric.optimum - baseline.mean)
    if left < MIN_LEFT:
        return failed(
            "the reference is at the optimum: the task is too easy to tell good from better", round(left, 4), MIN_LEFT
        )
    return passed(
        f"{distance / sigma:.3g} sigma, {left:.0%} left" if sigma else f"no noise over seeds, {left:.0%} left"
    )


GATE = Gate(
    name="headroom",
    fault="a difference that is only noise, or a ceiling that is reached at once",
    source="MLE-bench's crowded leaderboards; RE-Bench dropped an environment for its noise",
    rule=f"the reference is {SIGMAS:g} sigma better than the baseline and leaves {MIN_LEFT:.1%} of the way up",
    check=check,
)
