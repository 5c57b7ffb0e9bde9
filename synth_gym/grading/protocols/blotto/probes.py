"""Programs that allocate without looking at the opponent, for checking that the tournament rewards looking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from synth_gym.challenge import Challenge, Program
from synth_gym.grading.protocols import read_config


def trivial_programs(challenge: Challenge) -> Iterator[tuple[str, str, Literal["baseline", "reference"]]]:
    """Name, source, and whose score it must not reach."""
    program = challenge.spec.submission
    assert isinstance(program, Program)
    config = read_config(program.protocol, challenge.grader)
    fields, soldiers = len(config["values"]), config["soldiers"]
    head = f"import random\n\n\ndef {program.entry}(observation):\n    "
    alone = f"return [{soldiers}] + [0] * {fields - 1}\n"
    drawn = f"return [random.randrange({soldiers // fields} + 1) for _ in range({fields})]\n"
    even = f"return [{soldiers // fields}] * {fields}\n"
    yield "everything to the first field", head + alone, "baseline"
    yield "a random allocation", head + drawn, "baseline"
    # Even soldiers everywhere may beat a weak baseline, as one finds out by validating; not the reference.
    yield "the same to every field", head + even, "reference"
