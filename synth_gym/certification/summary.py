"""What a suite's certificates say together: the yield of every gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth_gym.certification.certify import Certified
from synth_gym.certification.gates import GATES


def summarise(results: Sequence[Certified]) -> dict[str, Any]:
    """Counts by gate, and every failure, as plain data.

    Returns:
        `{"challenges": n, "certified": n, "measured": n, "gates": {name: {"passed", "failed", "not_applicable",
        "seconds"}}, "failures": [{"challenge", "gate", "message"}]}`; `measured` of the challenges had no
        certificate that still held.
    """
    return {
        "challenges": len(results),
        "certified": sum(result.certificate.certified for result in results),
        "measured": sum(result.fresh for result in results),
        "gates": {gate.name: _yield(gate.name, results) for gate in GATES},
        "failures": [
            {"challenge": result.folder.name, "gate": name, "message": gate.message}
            for result in sorted(results, key=lambda result: result.folder.name)
            for name, gate in result.certificate.gates.items()
            if gate.status == "failed"
        ],
    }


def _yield(name: str, results: Sequence[Certified]) -> dict[str, Any]:
    found = [result.certificate.gates[name] for result in results]
    counts = {status: sum(gate.status == status for gate in found) for status in ("passed", "failed", "not_applicable")}
    return counts | {"seconds": round(sum(gate.seconds for gate in found), 3)}
