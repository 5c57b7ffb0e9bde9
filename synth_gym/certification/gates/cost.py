"""Do baseline and reference leave room within the limits, as measured?"""

from __future__ import annotations

from collections.abc import Iterator

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed
from synth_gym.grading.usage import Usage

MAX_SHARE = 0.5
"""Of each limit: other machines are half as fast, and an agent wants to do more than the reference."""


def check(case: Case) -> Finding:
    worst: tuple[float, str] = (0.0, "")
    largest: dict[str, float] = {}
    for name, runs in (("baseline", case.baseline), ("reference", case.reference)):
        for run in runs:
            if run.usage is None:
                return failed(f"the {name} was ended from outside with seed {run.seed}: {run.failure}")
            for used, limit, unit in _shares(case, run.usage):
                largest[unit] = max(largest.get(unit, 0.0), used)
                if used / limit > worst[0]:
                    worst = (used / limit, f"the {name} uses {used:g} of {limit:g} {unit}")
    if worst[0] > MAX_SHARE:
        return failed(
            f"{worst[1]}, more than {MAX_SHARE:.0%}: raise the limit or do less", round(worst[0], 3), MAX_SHARE
        )
    return passed(", ".join(f"{value:g} {unit}" for unit, value in largest.items()), MAX_SHARE)


def _shares(case: Case, usage: Usage) -> Iterator[tuple[float, float, str]]:
    """What was used, the limit, and the unit of both."""
    limits = case.spec.limits
    yield usage.cpu_seconds, limits.command_seconds * limits.cpus, "CPU-seconds"
    yield usage.memory_mb, limits.memory_mb, "MB of memory"
    yield usage.disk_mb, limits.disk_mb, "MB of disk"


GATE = Gate(
    name="cost",
    fault="limits that were declared but never measured: nobody's work fits in them",
    source="SandMLE's tasks differ thirteenfold in what they cost; RL tasks of MLGym need hours of a half-hour limit",
    rule=f"baseline and reference use at most {MAX_SHARE:.0%} of the CPU time, memory and disk that a command may use",
    check=check,
)
