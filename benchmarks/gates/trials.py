"""One trial: a fault made in a copy of a challenge, and what the gates say of it."""

from __future__ import annotations

import random
import resource
import shutil
import tempfile
from pathlib import Path
from typing import Literal

from faults import FAULTS, Copy, NotApplicable
from judging import judge, vouch
from pydantic import Field, ValidationError

from synth_gym.certificate import GateResult, is_certified
from synth_gym.certification.certify import Inputs
from synth_gym.certification.gates import FIRST, GATES, SUITE_GATES
from synth_gym.schema import Strict

CLEAN = "clean"
"""The name of a trial without a fault."""
CERTIFICATE = "certificate"
"""Stands among the gates for the content hash that binds a certificate to what was measured."""
Mode = Literal["all", "expected"]
Status = Literal["judged", "prevented", "not_applicable"]


class Trial(Strict):
    """What is tried. Plain data: it travels to worker processes."""

    fault: str
    """A name of `FAULTS`, or `CLEAN`."""
    challenge: Path
    content: str
    """The challenge's content hash."""
    seed: int
    mode: Mode
    """`expected`: the gates that should fail, and all the others only where none of these does."""
    gates: str
    """Names and versions of the gates; another set is another trial."""
    sandbox: str
    certified: bool
    """Whether the challenge itself is: only then is it wrong to refuse a clean copy."""


class Outcome(Strict):
    """What came of a trial."""

    trial: Trial
    status: Status
    """`prevented`: the fault was made, and does no harm; nothing is left for a gate to catch."""
    details: str = ""
    """What was done, or why it could not be."""
    failed: dict[str, str] = Field(default_factory=dict)
    """Messages of the gates that failed, by name."""
    cpu_seconds: dict[str, float] = Field(default_factory=dict)
    """Processor time of each gate, and of making the fault (`injection`)."""


def gate_set() -> str:
    """Names and versions of all gates."""
    versions = {gate.name: gate.version for gate in GATES} | {gate.name: gate.version for gate in SUITE_GATES}
    return " ".join(f"{name}/{version}" for name, version in versions.items())


def run_trial(trial: Trial) -> Outcome:
    """Copy, spoil, certify. Everything random comes from the trial's seed, fault and challenge."""
    with tempfile.TemporaryDirectory(prefix="synth-gym-recall-") as scratch:
        copy = _copy(trial, Path(scratch) / "suite")
        if trial.fault == CLEAN:
            return _judged(trial, copy, "", 0.0, ())
        fault = FAULTS[trial.fault]
        began = _cpu_seconds()
        if CERTIFICATE in fault.gates:
            vouch(copy.folder, Inputs(trial.sandbox))
            assert is_certified(copy.challenge)
        try:
            details = fault.inject(copy)
        except NotApplicable as reason:
            return Outcome(trial=trial, status="not_applicable", details=str(reason))
        except ValidationError as error:
            reasons = "; ".join(str(one["msg"]) for one in error.errors())
            return Outcome(trial=trial, status="not_applicable", details=f"challenge.yaml refuses it: {reasons}")
        if fault.lives and not fault.lives(copy):
            return Outcome(trial=trial, status="prevented", details=details)
        return _judged(trial, copy, details, _cpu_seconds() - began, fault.gates)


def _copy(trial: Trial, suite: Path) -> Copy:
    """A copy under a name of its own, without its certificate: nothing that is remembered of the original applies."""
    folder = suite / trial.challenge.name
    shutil.copytree(trial.challenge, folder, ignore=shutil.ignore_patterns("certificate.json", "__pycache__"))
    source = random.Random(f"{trial.seed} {trial.fault} {trial.challenge.name}")
    copy = Copy(folder, source, trial.sandbox)
    return copy.rename(f"{copy.spec.id}Trial")


def _judged(trial: Trial, copy: Copy, details: str, injection: float, expected: tuple[str, ...]) -> Outcome:
    if CERTIFICATE in expected:
        failed = {} if is_certified(copy.challenge) else {CERTIFICATE: "the certificate is of other content"}
        return Outcome(trial=trial, status="judged", details=details, failed=failed)
    gates = _gates(trial, copy, expected)
    return Outcome(
        trial=trial,
        status="judged",
        details=details,
        failed=_failed(gates),
        cpu_seconds={name: gate.cpu_seconds for name, gate in gates.items()} | {"injection": round(injection, 3)},
    )


def _gates(trial: Trial, copy: Copy, expected: tuple[str, ...]) -> dict[str, GateResult]:
    inputs = Inputs(trial.sandbox)
    if trial.mode == "expected":
        vouch(copy.folder, inputs, but=(FIRST.name, *expected))
        gates = judge(copy.folder, inputs)
        if _failed(gates):
            return gates
        copy.challenge.certificate.unlink()
    return judge(copy.folder, inputs)


def _failed(gates: dict[str, GateResult]) -> dict[str, str]:
    return {name: gate.message for name, gate in gates.items() if gate.status == "failed"}


def _cpu_seconds() -> float:
    """Of this process and its finished children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
