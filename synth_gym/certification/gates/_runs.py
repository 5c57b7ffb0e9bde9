"""What the gates on the baseline and on the reference have in common."""

from __future__ import annotations

from collections.abc import Sequence

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, failed, passed
from synth_gym.challenge import Scores
from synth_gym.grading.measure import Run

TOLERANCE = 0.01
"""As a share of the distance between baseline and reference: what a score may differ between machines."""


def check_reproduces(case: Case, name: str, runs: Sequence[Run], stored: Scores) -> Finding:
    """A script's runs succeed inside the limits, and earn what challenge.yaml says."""
    distance = abs(case.spec.reference.mean - case.spec.baseline.mean)
    worst = 0.0
    for run, public, private in zip(runs, stored.public, stored.private, strict=False):
        if run.failure:
            return failed(f"the {name} fails with seed {run.seed}: {run.failure}")
        for grade, expected in ((run.public, public), (run.private, private)):
            assert grade.score is not None
            worst = max(worst, abs(grade.score - expected) / distance)
            if worst > TOLERANCE:
                return failed(
                    f"the {name} scores {grade.score:g} with seed {run.seed}, challenge.yaml says {expected:g}: "
                    "measure it again, and draw everything random from SEED",
                    round(worst, 6),
                    TOLERANCE,
                )
    return passed(round(worst, 6), TOLERANCE)
