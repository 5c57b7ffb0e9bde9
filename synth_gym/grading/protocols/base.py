"""How the trusted side of a program submission is written.

A protocol is a generator: it yields what to tell the program, is sent the program's answer, and returns the score.
It knows nothing of processes, pipes or time limits, so the same code serves a matrix game, a batch of optimisation
instances or a control episode:

    def play(config, split):
        yield Begin(seed=7, where="match 1")                       # the program's file is loaded afresh
        answer = yield Ask({"round": 0}, where="match 1, round 1")  # its entry function is called
        if answer not in config["actions"]:
            raise SubmissionRejected(...)
        return 1.0
"""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Begin:
    """Load the program's file afresh; global variables of earlier parts are gone. The answer is None."""

    seed: int
    """The program's `random` module is seeded with it."""
    where: str
    """Which part of the grading this is, for messages."""


@dataclass(frozen=True)
class Ask:
    """Call the program's entry function with an observation. The answer is what it returned: plain JSON data,
    unchecked.
    """

    observation: dict[str, Any]
    """Plain JSON data."""
    where: str


@dataclass(frozen=True)
class Call:
    """Call the program's entry function as the trusted side would: with these very values, tuples among them."""

    arguments: tuple[Any, ...]
    where: str


@dataclass(frozen=True)
class Converse:
    """The answer is a function to send further messages with, for trusted code that cannot be a generator."""


Message = Begin | Ask | Call
Play = Generator[Message | Converse, Any, float]
"""One grading; raises `SubmissionRejected` for an answer that is not allowed."""
