"""What a suite's certificates say together: the yield of every gate."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth_gym.certification.certify import Certified
from synth_gym.certification.gates import NAMES


def summarise(results: Sequence[Certified]) -> dict[str, Any]:
    """Counts by gate, and every failure, as plain data.

    Returns:
        `{"challenges": n, "certified": n, "measured": n, "gates": {name: {"passed", "failed", "not_applicable",
        "seconds", "cpu_seconds"}}, "failures": [{"challenge", "gate", "message"}]}`; `measured` of the challenges had
        gates whose earlier result did not hold.
    """
    return {
        "challenges": len(results),
        "certified": sum(result.certificate.certified for result in results),
        "measured": sum(result.fresh for result in results),
        "gates": {name: _yield(name, results) for name in NAMES},
        "failures": [
            {"challenge": result.folder.name, "gate": name, "message": gate.message}
            for result in sorted(results, key=lambda result: result.folder.name)
            for name, gate in result.certificate.gates.items()
            if gate.status == "failed"
        ],
    }


def _yield(name: str, results: Sequence[Certified]) -> dict[str, Any]:
    found = [result.certificate.gates[name] for result in results if name in result.certificate.gates]
    counts = {status: sum(gate.status == status for gate in found) for status in ("passed", "failed", "not_applicable")}
    costs = {key: round(sum(getattr(gate, key) for gate in found), 3) for key in ("seconds", "cpu_seconds")}
    return counts | costs
