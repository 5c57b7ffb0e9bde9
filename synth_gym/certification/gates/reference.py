"""Does the reference run, and beat the baseline?"""

from __future__ import annotations

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed
from synth_gym.certification.gates._runs import check_reproduces


def check(case: Case) -> Finding:
    finding = check_reproduces(case, "reference", case.reference, case.spec.reference)
    if finding.status != "passed":
        return finding
    for reference, baseline in zip(case.reference, case.baseline, strict=False):
        better, worse = reference.private.score, baseline.private.score
        if better is None or worse is None or not case.spec.metric.better(better, worse):
            return failed(f"the reference scores {better} on the private split, no better than the baseline's {worse}")
    return finding


GATE = Gate(
    name="reference",
    fault="a task that nobody has solved: nothing shows that better than the baseline is possible",
    source="synthesised tasks are usually only checked to run",
    rule="solution.py runs within the limits of one command, reproduces its stored scores, and beats the baseline's",
    check=check,
)
