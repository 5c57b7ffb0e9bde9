"""Every gate, in the order in which they are run."""

from synth_gym.certification.gate import Gate
from synth_gym.certification.gates import (
    baseline,
    determinism,
    direction,
    headroom,
    instruction,
    isolation,
    licence,
    mutations,
    oracle,
    provenance,
    reference,
    schema,
    trivial_floor,
)

GATE_SET = 1
"""Raised whenever a gate is added or judges differently: certificates of an earlier set are measured anew."""

FIRST = schema.GATE
"""Fails for a directory that cannot be measured at all."""

GATES: tuple[Gate, ...] = (
    FIRST,
    licence.GATE,
    provenance.GATE,
    instruction.GATE,
    isolation.GATE,
    oracle.GATE,
    mutations.GATE,
    baseline.GATE,
    reference.GATE,
    trivial_floor.GATE,
    determinism.GATE,
    direction.GATE,
    headroom.GATE,
)
