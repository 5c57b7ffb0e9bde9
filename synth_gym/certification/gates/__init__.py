"""Every gate, in the order in which they are run: cheap ones first, and those that share a measurement together."""

from synth_gym.certification.gate import Gate, SuiteGate
from synth_gym.certification.gates import (
    baseline,
    cheats,
    cost,
    data_needed,
    dataset,
    decontamination,
    determinism,
    direction,
    duplicates,
    headroom,
    instruction,
    isolation,
    leak_columns,
    leak_files,
    leak_order,
    leak_rows,
    licence,
    mutations,
    oracle,
    provenance,
    reference,
    schema,
    second_split,
    solvability,
    trivial_floor,
)

FIRST = schema.GATE
"""Fails for a directory that cannot be measured at all."""

GATES: tuple[Gate, ...] = (
    FIRST,
    licence.GATE,
    provenance.GATE,
    instruction.GATE,
    dataset.GATE,
    decontamination.GATE,
    isolation.GATE,
    leak_files.GATE,
    leak_order.GATE,
    oracle.GATE,
    mutations.GATE,
    baseline.GATE,
    reference.GATE,
    cost.GATE,
    leak_columns.GATE,
    leak_rows.GATE,
    second_split.GATE,
    trivial_floor.GATE,
    data_needed.GATE,
    solvability.GATE,
    determinism.GATE,
    cheats.GATE,
    direction.GATE,
    headroom.GATE,
)
"""On each challenge by itself."""

SUITE_GATES: tuple[SuiteGate, ...] = (duplicates.GATE,)
"""On all the challenges of a suite together, when their own gates are done."""

NAMES = (*(gate.name for gate in GATES), *(gate.name for gate in SUITE_GATES))
