"""Does the grader refuse what is wrong, and only that?"""

from __future__ import annotations

import dataclasses

from synth_gym.certification import program_variants, variants
from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed
from synth_gym.challenge import Challenge
from synth_gym.grading import Grade

LOOP_SECONDS = 1.0
"""Time limit under which the spoilt programs run: one of them never ends."""


def check(case: Case) -> Finding:
    good, bad, unharmed = _grades(case)
    if good.score is None:
        return failed(f"a good submission is rejected: {good.message}")
    for name, grade in bad.items():
        if grade.score is not None:
            return failed(
                f"a malformed submission ({name}) scores {grade.score:g}: state the allowed values, check every row"
            )
        if not grade.message:
            return failed(f"a malformed submission ({name}) is rejected without a message")
    for name, grade in unharmed.items():
        if grade != good:
            got = f"scores {grade.score:g}" if grade.score is not None else f"is rejected ({grade.message})"
            return failed(f"a harmless variant ({name}) {got}, the same submission as it was {good.score:g}")
    return passed(f"{len(bad)} rejected, {len(unharmed)} accepted")


def _grades(case: Case) -> tuple[Grade, dict[str, Grade], dict[str, Grade]]:
    """Of a good submission, of every malformed one, and of every harmless variant of the good one."""
    if case.program:
        good = case.baseline[0].submission or b""
        bad, unharmed = program_variants.malformed(case.program.entry), program_variants.harmless(good)
        strict = case.grader_for(_with_seconds(case.challenge, LOOP_SECONDS))
    else:
        good = case.submission(case.truth)
        bad, unharmed = variants.malformed(case.layout, case.truth), variants.harmless(case.layout, case.truth)
        strict = case.grader
    first, *others = case.grade_all([good, *unharmed.values()])
    refused = case.grade_all(list(bad.values()), grader=strict)
    return first, dict(zip(bad, refused, strict=True)), dict(zip(unharmed, others, strict=True))


def _with_seconds(challenge: Challenge, seconds: float) -> Challenge:
    submission = challenge.spec.submission.model_copy(update={"seconds": seconds})
    return dataclasses.replace(challenge, spec=challenge.spec.model_copy(update={"submission": submission}))


GATE = Gate(
    name="mutations",
    fault="an evaluator that scores malformed submissions, or refuses good ones for their form",
    source="shipped evaluators accept repeated rows, foreign ids, infinities and scores that the agent reports itself",
    rule="every malformed submission is rejected with a message; every harmless variant gets the same score",
    check=check,
)
