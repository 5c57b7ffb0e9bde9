"""Does the instruction say what the grader does?"""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed
from synth_gym.certification.sections import section

MAX_VALUES = 20
"""Up to so many allowed values of a category must be spelt out."""


def check(case: Case) -> Finding:
    text = case.challenge.instruction
    missing = [name for name in _needed(case) if name not in _quoted(text)]
    if missing:
        return failed(
            f"instruction.md does not name `{missing[0]}` (in backticks), which the grader requires", len(missing), 0
        )
    submission = section(text, "Submission")
    told = _quoted(text if submission is None else submission)
    unasked = [name for name in _written(case) if name not in told]
    if unasked:
        return failed(f"the section on the submission does not name `{unasked[0]}`, which the grader reads there")
    wrong = _wrong_direction(text, case.spec.metric.sign)
    if wrong:
        return failed(wrong)
    strange = _other_files(text, case)
    if strange:
        return failed(f"instruction.md tells to submit `{strange[0]}`; the grader reads `{case.spec.submission.path}`")
    return passed(0, 0)


def _quoted(text: str) -> set[str]:
    """What stands in backticks; `choose(observation)` names the function too, and `"rock"` the value."""
    return {word.partition("(")[0].strip(" \"'") for word in re.findall(r"`([^`\n]+)`", text)}


def _written(case: Case) -> list[str]:
    """Columns that a submission must have, if they are few enough to be spelt out."""
    names = [case.predictions.id_column, *case.predictions.columns] if case.predictions else []
    return names if len(names) <= MAX_VALUES else []


def _needed(case: Case) -> list[str]:
    """Every word that a submission or its author must get exactly right."""
    names = [case.spec.submission.path, case.spec.metric.name]
    if case.program:
        return [*names, case.program.entry]
    assert case.predictions
    names += [case.predictions.id_column, *case.predictions.columns]
    for column in case.predictions.columns.values():
        names += column.values if column.values and len(column.values) <= MAX_VALUES else ()
    return names


def _wrong_direction(text: str, sign: int) -> str | None:
    said = set(
        re.findall(
            r"\b(higher|lower|larger|smaller|more|less)\s+(?:values?\s+)?(?:is|are)\s+better", text, re.IGNORECASE
        )
    )
    ups = {word for word in map(str.lower, said) if word in ("higher", "larger", "more")}
    downs = set(map(str.lower, said)) - ups
    right, wrong = (ups, downs) if sign > 0 else (downs, ups)
    if wrong:
        return f"instruction.md says '{min(wrong)} is better', the grader rewards the opposite"
    return None if right else f"instruction.md does not say that {'higher' if sign > 0 else 'lower'} is better"


def _other_files(text: str, case: Case) -> list[str]:
    """Files of the submission's kind that the section on the submission tells to write, and nobody reads."""
    path = case.spec.submission.path
    suffix = PurePosixPath(path).suffix
    named = re.findall(r"`([^`\s]+)`", section(text, "Submission") or "")
    files = [name for name in named if suffix and name.endswith(suffix) and name != path]
    return [name for name in files if not (case.challenge.workspace / name).exists()]


GATE = Gate(
    name="instruction",
    fault="the instruction states another file, column, value, metric or direction than the grader enforces",
    source="most failures of trained agents are wrong submission formats (ML-AutoResearch)",
    rule="every name that the grader requires stands in backticks, those of columns in the section on the submission; "
    "the direction is stated, no other file is asked for",
    check=check,
    version=2,
)
