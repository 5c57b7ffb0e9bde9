"""Does the same submission always get the same score?"""

from __future__ import annotations

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed

GRADINGS = 4


def check(case: Case) -> Finding:
    first = case.baseline[0]
    if first.submission is None:
        return failed("the baseline writes no submission to grade")
    # Each grading is a process of its own, with a hash seed of its own.
    grades = {first.private, *(case.grade(first.submission) for _ in range(GRADINGS - 1))}
    if len(grades) > 1:
        scores = ", ".join(sorted(str(grade.score) for grade in grades))
        return failed(
            f"the baseline's submission scored {scores} in {GRADINGS} gradings: seed the grader", len(grades), 1
        )
    return passed(1, 1)


GATE = Gate(
    name="determinism",
    fault="a score that changes when nothing was changed",
    source="MLGym's games: the unchanged starter scores 1.0197 to 1.0244 in six gradings",
    rule=f"{GRADINGS} gradings of one submission, in processes with different hash seeds, agree in every digit",
    check=check,
)
