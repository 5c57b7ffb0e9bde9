"""Certifies a spoilt copy: with every gate, or with a few of them."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from synth_gym import __version__
from synth_gym.certificate import Certificate, GateResult, write_certificate
from synth_gym.certification.case import Case
from synth_gym.certification.certify import Certified, Inputs, certify
from synth_gym.certification.compare import compare
from synth_gym.certification.gates import GATES
from synth_gym.challenge import Challenge, content_hash
from synth_gym.errors import SynthGymError


def judge(folder: Path, inputs: Inputs) -> dict[str, GateResult]:
    """Every gate's result, those on the suite too.

    What was measured of the copy holds for a twin that the fault put beside it, which is not certified by itself. Of
    the two, the later name may fail.
    """
    result = certify(folder, inputs)
    twins = [other for other in folder.parent.iterdir() if other != folder]
    both = compare([result, *(Certified(twin, result.certificate, fresh=True) for twin in twins)], inputs)
    found: dict[str, GateResult] = {}
    for name, gate in (item for one in both for item in one.certificate.gates.items()):
        if name not in found or gate.status == "failed":
            found[name] = gate
    return found


def vouch(folder: Path, inputs: Inputs, but: tuple[str, ...] = ()) -> None:
    """Write a certificate in which nothing failed and most gates were left out: certifying measures only the others.

    Args:
        folder: the challenge.
        inputs: as it will be certified with.
        but: gates to measure.
    """
    with tempfile.TemporaryDirectory() as scratch:
        case = Case(folder, inputs, Path(scratch))
        gates = {
            gate.name: GateResult(
                status="not_applicable",
                message="left out",
                seconds=0.0,
                cpu_seconds=0.0,
                version=gate.version,
                inputs=_digest(gate.inputs, case),
            )
            for gate in GATES
            if gate.name not in but
        }
    certificate = Certificate(
        version=2,
        tool_version=__version__,
        content_hash=content_hash(folder),
        gates=gates,
        approaches=_stored_scores(folder),
    )
    write_certificate(folder, certificate)


def _digest(inputs: Callable[[Case], str], case: Case) -> str:
    """What a gate depends on besides the challenge; a broken challenge is judged by the first gate alone."""
    try:
        return inputs(case)
    except SynthGymError:
        return ""


def _stored_scores(folder: Path) -> dict[str, float]:
    """Stand for the runs that were left out."""
    try:
        spec = Challenge.load(folder).spec
    except SynthGymError:
        return {}
    return {"baseline": spec.baseline.mean, "reference": spec.reference.mean}
