"""Programs that act without looking at the sensors, for checking that looking is rewarded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from synth_gym.challenge import Challenge, Program
from synth_gym.grading.protocols import read_config
from synth_gym.grading.protocols.control.systems import SYSTEMS


def trivial_programs(challenge: Challenge) -> Iterator[tuple[str, str, Literal["baseline", "reference"]]]:
    """Name, source, and whose score it must not reach."""
    program = challenge.spec.submission
    assert isinstance(program, Program)
    system = SYSTEMS[read_config(program.protocol, challenge.grader)["system"]]
    head = f"import random\n\n\ndef {program.entry}(observation):\n    return "
    chance = f"random.randrange({system.actions})" if system.actions else "random.uniform(-1.0, 1.0)"
    yield "a random action", f"{head}{chance}\n", "baseline"
    for action in range(max(1, system.actions)):
        yield f"always {action}", f"{head}{action}\n", "baseline"
