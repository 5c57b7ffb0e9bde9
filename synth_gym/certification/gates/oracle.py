"""Do the true values get the best possible score?"""

from __future__ import annotations

import math
import random
from typing import get_args

import numpy as np

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, not_applicable, passed
from synth_gym.certification.resplit import built_in_score
from synth_gym.grading.grader import Split
from synth_gym.grading.metrics import METRICS

SPLITS: tuple[Split, ...] = get_args(Split)

SAME_SCORE = 1e-6
"""Relative or absolute: two ways to compute one metric."""
TOLERANCE = 1e-9
"""Relative to the optimum, or absolute near zero: the rounding of a sum."""


def check(case: Case) -> Finding:
    if not case.predictions:
        return not_applicable("a program's best possible play is not known")
    optimum = case.spec.metric.optimum
    orders = {
        "in order": case.truth,
        "reversed": case.truth[::-1],
        "permuted": random.Random(0).sample(case.truth, len(case.truth)),
    }
    contents = [case.submission(rows) for rows in orders.values()]
    graded = [(split, *pair) for split in SPLITS for pair in zip(orders, case.grade_all(contents, split), strict=True)]
    worst = 0.0
    for split, order, grade in graded:
        if grade.score is None:
            return failed(f"the true values, {order}, are rejected, mend labels or columns: {grade.message}")
        worst = max(worst, abs(grade.score - optimum))
        if worst > TOLERANCE * max(1.0, abs(optimum)):
            return failed(
                f"the true values, {order}, score {grade.score:g} on the {split} split, not {optimum:g}: "
                "the grader compares rows by position, or the declared optimum is wrong",
                worst,
                TOLERANCE,
            )
    other = _other_metric(case)
    return failed(other) if other else passed(worst, TOLERANCE)


def _other_metric(case: Case) -> str | None:
    """What a grader of the challenge's own says of the baseline, where that is not the metric that it is called by."""
    submission, metric = case.baseline[0].submission, case.spec.metric
    if not (case.challenge.grader / "grade.py").exists() or metric.name not in METRICS or submission is None:
        return None
    private = np.array([row["split"] == "private" for row in case.labels.rows])
    expected, told = built_in_score(case, submission, private), case.grade(submission).score
    if expected is None or told is None or math.isclose(expected, told, rel_tol=SAME_SCORE, abs_tol=SAME_SCORE):
        return None
    return f"grade.py scores the baseline {told:g}; by {metric.name}, which it is called, that is {expected:g}"


GATE = Gate(
    name="oracle",
    fault="a correct submission does not score as one",
    source="MLGym's house prices: the true values in another row order get an R2 of -1.15",
    rule="the true values score the declared optimum on both splits, in any row order; a grader of the challenge's own "
    "computes the metric that it is called by",
    check=check,
    version=2,
)
