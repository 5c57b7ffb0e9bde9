"""Programs that play without looking at the opponent, for checking that a game rewards looking."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from synth_gym.challenge import Challenge, Program
from synth_gym.grading.protocols import read_config


def trivial_programs(challenge: Challenge) -> Iterator[tuple[str, str, Literal["baseline", "reference"]]]:
    """Name, source, and whose score it must not reach.

    Chance must be worse than the baseline. A constant action may beat a weak baseline, as one can find the best of them
    by validating; it must not beat the reference.
    """
    program = challenge.spec.submission
    assert isinstance(program, Program)
    actions = read_config(program.protocol, challenge.grader)["actions"]["agent"]
    head = f"def {program.entry}(observation):\n    return "
    yield "a random action", f"import random\n{head}random.choice({actions!r})\n", "baseline"
    for action in actions:
        yield f"always {action}", f"{head}{action!r}\n", "reference"
