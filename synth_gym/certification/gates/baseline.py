"""Does the baseline run, and earn what it is said to?"""

from __future__ import annotations

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate
from synth_gym.certification.gates._runs import check_reproduces


def check(case: Case) -> Finding:
    return check_reproduces(case, "baseline", case.baseline, case.spec.baseline)


GATE = Gate(
    name="baseline",
    fault="a starting point that does not run, or a stored score that nobody can get",
    source="unseeded evaluators and scores that were declared, not measured",
    rule="baseline.py runs in the sandbox within the limits of one command and reproduces its stored scores",
    check=check,
)
