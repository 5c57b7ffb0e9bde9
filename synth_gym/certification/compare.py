"""Runs the gates on a whole suite, once its challenges have been certified each by itself."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from synth_gym.certificate import Certificate, GateResult, write_certificate
from synth_gym.certification.case import Case
from synth_gym.certification.certify import UNWRITTEN, Certified
from synth_gym.certification.gate import Finding, SuiteGate
from synth_gym.certification.gates import FIRST, SUITE_GATES
from synth_gym.certification.inputs import DEFAULT, Inputs
from synth_gym.certification.judge import timed
from synth_gym.certification.member import Member


def compare(results: Sequence[Certified], inputs: Inputs = DEFAULT) -> list[Certified]:
    """Add the suite gates' findings to the certificates of challenges that were certified together.

    Results are kept while all the challenges and the gate's version are the same. A challenge that is certified alone
    keeps what an earlier comparison found.

    Args:
        results: in any order; the order of names decides which of two twins is kept.
        inputs: as they were certified with.
    """
    ordered = sorted(results, key=lambda result: result.folder.name)
    for gate in SUITE_GATES:
        digest = _digest(gate, ordered)
        if len(ordered) == 1 and gate.name in ordered[0].certificate.gates:
            continue
        if any(_inputs_of(result, gate) != (gate.version, digest) for result in ordered):
            ordered = _apply(gate, ordered, inputs, digest)
    return ordered


def _digest(gate: SuiteGate, results: Sequence[Certified]) -> str:
    """Names everything that a suite gate's findings depend on."""
    names = {one.name for one in SUITE_GATES}
    parts = [
        f"{result.folder.name} {result.certificate.content_hash} {_is_sound(result.certificate, names)}"
        for result in results
    ]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]


def _is_sound(certificate: Certificate, suite_gates: set[str]) -> bool:
    return all(one.status != "failed" for name, one in certificate.gates.items() if name not in suite_gates)


def _inputs_of(result: Certified, gate: SuiteGate) -> tuple[int, str] | None:
    found = result.certificate.gates.get(gate.name)
    return (found.version, found.inputs) if found else None


def _apply(gate: SuiteGate, results: Sequence[Certified], inputs: Inputs, digest: str) -> list[Certified]:
    suite_gates = {one.name for one in SUITE_GATES}
    with tempfile.TemporaryDirectory(prefix="synth-gym-compare-") as scratch:
        members = [
            Member(
                Case(result.folder, inputs, Path(scratch)),
                _is_sound(result.certificate, suite_gates),
                result.certificate.approaches,
            )
            for result in results
        ]
        found, seconds, cpu_seconds = timed(partial(gate.check, members))
    share = len(members)
    return [
        _with(result, gate, finding, seconds / share, cpu_seconds / share, digest)
        for result, finding in zip(results, found, strict=True)
    ]


def _with(
    result: Certified, gate: SuiteGate, finding: Finding, seconds: float, cpu_seconds: float, digest: str
) -> Certified:
    """The finding written into the challenge's certificate."""
    judged = GateResult(
        status=finding.status,
        figure=finding.figure,
        threshold=finding.threshold,
        message=finding.message,
        seconds=round(seconds, 3),
        cpu_seconds=round(cpu_seconds, 3),
        version=gate.version,
        inputs=digest,
    )
    gates = result.certificate.gates | {gate.name: judged}
    certificate = result.certificate.model_copy(update={"gates": gates})
    if certificate.gates[FIRST.name].version != UNWRITTEN:
        write_certificate(result.folder, certificate)
    return replace(result, certificate=certificate)
