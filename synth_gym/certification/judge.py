"""Runs gates on one challenge; whatever they trip over becomes a finding."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

from synth_gym.certificate import GateResult
from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed
from synth_gym.certification.gates import FIRST, GATES
from synth_gym.errors import GraderFailedError, SandboxDiedError, SandboxUnavailableError, SynthGymError
from synth_gym.grading.faults import LabelsUnusable, SubmissionRejected

Found = TypeVar("Found")


def judge_all(case: Case, kept: Mapping[str, GateResult]) -> tuple[dict[str, GateResult], bool]:
    """Every gate's result, by name, and whether any was measured now.

    Where the first gate fails the others have nothing to measure.

    Args:
        case: the challenge.
        kept: results of the same content. Those of suite gates are passed on as they are.
    """
    results: dict[str, GateResult] = {}
    measured = False
    for gate in GATES:
        broken = gate is not FIRST and results[FIRST.name].status == "failed"
        inputs = "" if broken else gate.inputs(case)
        earlier = kept.get(gate.name)
        if earlier and (earlier.version, earlier.inputs) == (gate.version, inputs):
            results[gate.name] = earlier
            continue
        measured = True
        results[gate.name] = _blocked(gate) if broken else _measure(gate, case, inputs)
    known = {gate.name for gate in GATES}
    return results | {name: result for name, result in kept.items() if name not in known}, measured


def timed(judge: Callable[[], Found]) -> tuple[Found, float, float]:
    """What is found, the seconds that it took, and the processor time of this process and its finished children."""
    began, used = time.monotonic(), _cpu_seconds()
    found = judge()
    return found, round(time.monotonic() - began, 3), round(_cpu_seconds() - used, 3)


def _measure(gate: Gate, case: Case, inputs: str) -> GateResult:
    before = case.script_seconds
    finding, seconds, cpu_seconds = timed(lambda: _judge(gate, case))
    return GateResult(
        status=finding.status,
        figure=finding.figure,
        threshold=finding.threshold,
        message=case.without_paths(finding.message),
        seconds=seconds,
        cpu_seconds=round(cpu_seconds + case.script_seconds - before, 3),
        version=gate.version,
        inputs=inputs,
    )


def _blocked(gate: Gate) -> GateResult:
    reason = f"the gate {FIRST.name!r} failed"
    return GateResult(status="not_applicable", message=reason, seconds=0.0, cpu_seconds=0.0, version=gate.version)


def _judge(gate: Gate, case: Case) -> Finding:
    """A gate's finding; whatever it trips over is a fault of the challenge, unless it is this machine's."""
    try:
        return gate.check(case)
    except SandboxUnavailableError:
        raise
    except SandboxDiedError as error:
        return failed(f"the sandbox was lost: {error}")
    except (SynthGymError, GraderFailedError, LabelsUnusable, SubmissionRejected) as error:
        return failed(str(error))
    except Exception as error:
        return failed(f"{type(error).__name__}: {error}")


def _cpu_seconds() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
