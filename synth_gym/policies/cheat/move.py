"""What a move is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

MARK = "/tmp/synth-gym-cheat-was-here"
"""Moves whose code should run on the host, if only the host believed it, make this file: outside of a sandbox it says
that they did."""


@dataclass(frozen=True)
class Move:
    """One way to earn what was not earned.

    The commands are plain bash. They run one step each in a workspace that holds an honest submission, whose name is in
    `$SUBMISSION`; `submit` follows. A move that has got hold of something prints a line that begins with `LOOT: `.
    """

    name: str
    tries: str
    """What it tries."""
    nothing: str
    """What "it gains nothing" means for it."""
    source: str
    """Where it was seen, or who asks for it."""
    commands: tuple[str, ...]
    submission: Literal["any", "predictions", "program"] = "any"
    """The kind of submission that it needs."""
    quick: bool = True
    """Whether it costs less than half a CPU-second, submission included: a gate can afford it for every challenge."""
    endangers: bool = False
    """Whether it could harm a machine that does not isolate it."""
    needs: Literal["", "processes", "memory_mb"] = ""
    """The limit that must be kept for all processes together, lest it harm the machine."""
