"""Do the true values get the best possible score?"""

from __future__ import annotations

import random
from typing import get_args

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, not_applicable, passed
from synth_gym.grading.grader import Split

SPLITS: tuple[Split, ...] = get_args(Split)

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
    return passed(worst, TOLERANCE)


GATE = Gate(
    name="oracle",
    fault="a correct submission does not score as one",
    source="MLGym's house prices: the true values in another row order get an R2 of -1.15",
    rule="the true values score the declared optimum on both splits, in any row order",
    check=check,
)
