"""Must one look at the data?"""

from __future__ import annotations

import re
from collections.abc import Sequence

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed
from synth_gym.certification.trivial import trivial_scores
from synth_gym.certification.written import paired, words_of

PAIRED = 0.75
"""Share of test ids that are followed by their label in the solution's own source."""
MAX_NUMBERS = 20
"""Numbers of the instruction that are tried as answers."""
PROGRAM_SHARE = 0.5
"""How far on the way from the baseline to the reference a program may get that looks at nothing: the best of a few
fixed answers is found by validating, but more than half of the reward must be paid for looking."""


def check(case: Case) -> Finding:
    return _program(case) if case.program else _predictions(case)


def _known_answers(case: Case) -> str | None:
    """A file of the solution that pairs most test ids with their label."""
    columns = [values for values in zip(*(row[1:] for row in case.truth), strict=True) if len(set(values)) > 1]
    for path in sorted(case.challenge.solution.rglob("*")):
        words = words_of(path.read_bytes()) if path.is_file() else []
        if any(paired(words, case.labels.ids, values) >= PAIRED for values in columns):
            return path.name
    return None


def _program(case: Case) -> Finding:
    """The best program that ignores what it observes."""
    spec = case.spec
    blind = case.once(trivial_scores)
    if not blind:
        return passed("every blind program is rejected", PROGRAM_SHARE)
    best = max(blind, key=lambda one: spec.metric.sign * one.score)
    share = (best.score - spec.baseline.mean) / (spec.reference.mean - spec.baseline.mean)
    if share > PROGRAM_SHARE:
        return failed(
            f"{best.name}, which observes nothing, gets {share:.0%} of the way from the baseline to the reference: "
            "make what is observed matter",
            round(share, 4),
            PROGRAM_SHARE,
        )
    return passed(round(share, 4), PROGRAM_SHARE)


def _predictions(case: Case) -> Finding:
    """The constants that one reads in the instruction, and what validating picks among them and the label prior."""
    spec = case.spec
    known = _known_answers(case)
    if known:
        return failed(f"solution/{known} holds the test rows' answers: a reference must find them in the data")
    answers = _read_in_instruction(case)
    contents = [case.submission([[row[0], *answer] for row in case.truth]) for answer in answers.values()]
    grades = case.grade_all(contents) if contents else []
    scores = {one.name: one.score for one in case.once(trivial_scores)}
    scores |= {name: one.score for name, one in zip(answers, grades, strict=True) if one.score is not None}
    name = max(scores, key=lambda one: spec.metric.sign * scores[one], default=None)
    if name is None:
        return passed("every blind answer is rejected")
    if not spec.metric.better(spec.baseline.mean, scores[name]):
        return failed(
            f"{name} scores {scores[name]:g} without a look at the data, the baseline {spec.baseline.mean:g}: "
            "ask for more, or give a baseline that knows more",
            round(scores[name], 6),
            round(spec.baseline.mean, 6),
        )
    return passed(f"{name}: {scores[name]:.6g}", f"{spec.baseline.mean:.6g}")


def _read_in_instruction(case: Case) -> dict[str, list[str]]:
    """One answer for all rows, by name: every allowed value, every number that the instruction mentions."""
    columns = case.layout.columns
    if all(column.type == "category" for column in columns.values()):
        allowed = [column.values or ("",) for column in columns.values()]
        ranks = range(max(map(len, allowed)))
        return {f"always {_nth(allowed[0], rank)}": [_nth(values, rank) for values in allowed] for rank in ranks}
    if len(columns) > 1:
        return {f"always {one}": ["1" if one == other else "0" for other in columns] for one in columns}
    found = re.findall(r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*\w)", case.challenge.instruction)
    return {f"always {one}": [one] for one in list(dict.fromkeys(["0", "1", "0.5", *found]))[:MAX_NUMBERS]}


def _nth(values: Sequence[str], rank: int) -> str:
    return values[min(rank, len(values) - 1)]


GATE = Gate(
    name="data_needed",
    fault="a task that is passed without its data",
    source="DSGym found many such tasks",
    rule="no constant of the instruction and no prior of the labels scores as well as the baseline; no program that "
    f"observes nothing gets more than {PROGRAM_SHARE:.0%} of the way to the reference; the reference holds no answers",
    check=check,
    version=2,
)
