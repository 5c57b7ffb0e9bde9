"""The grader's end of the pipes to a program, which may be slow, silent, verbose, wrong or dead."""

from __future__ import annotations

import base64
import json
import os
import pickle
import signal
from typing import Any

from synth_gym.grading.faults import SubmissionRejected
from synth_gym.grading.protocols.base import Begin, Call, Converse, Message, Play

MAX_ANSWER = 2**20
"""Bytes of one answer."""


def run(play: Play, player: Player) -> float:
    """Play to the end.

    Returns:
        the score.

    Raises:
        SubmissionRejected: the program broke a rule, or there is no answer to be had from it.
    """
    try:
        message = next(play)
        while True:
            message = play.send(player.tell if isinstance(message, Converse) else player.tell(message))
    except StopIteration as end:
        return float(end.value)


class Player:
    """A program behind a driver (`synth_gym/grading/driver.py`).

    Args:
        to_program: descriptor to write to.
        from_program: descriptor to read from.
        name: of the program's file, for messages.
        seconds: wall-clock limit of everything, from the moment that the program's sandbox has started.
    """

    def __init__(self, to_program: int, from_program: int, name: str, seconds: float) -> None:
        self._out = os.fdopen(to_program, "wb", buffering=0)
        self._in = os.fdopen(from_program, "rb")
        self._name = name
        self._seconds = seconds
        self._where = ""
        self._greet()
        # One alarm over the whole play covers a blocked write as well as a blocked read.
        signal.signal(signal.SIGALRM, self._too_slow)
        signal.setitimer(signal.ITIMER_REAL, seconds)

    def tell(self, message: Message) -> Any:
        """Send one message and wait for the answer.

        Raises:
            SubmissionRejected: the program raised, ended, took too long, or did not answer in JSON.
        """
        self._where = message.where
        if isinstance(message, Begin):
            return self._exchange({"begin": {"seed": message.seed}})
        if isinstance(message, Call):
            # JSON has no tuples. This direction is safe: the other side believes all that it is told.
            return self._exchange({"call": base64.b64encode(pickle.dumps(message.arguments, 4)).decode()})
        return self._exchange({"ask": message.observation})

    def _greet(self) -> None:
        """The driver's own greeting comes before any code of the program: without it the sandbox is at fault."""
        if self._in.readline(MAX_ANSWER) != b'"ready"\n':
            raise RuntimeError("the program's sandbox did not start")

    def _exchange(self, message: dict[str, Any]) -> Any:
        try:
            self._out.write(json.dumps(message).encode() + b"\n")
        except BrokenPipeError:
            raise self._rejection("ended") from None
        line = self._in.readline(MAX_ANSWER + 1)
        if len(line) > MAX_ANSWER:
            raise self._rejection(f"gave an answer of more than {MAX_ANSWER} bytes")
        if not line.endswith(b"\n"):
            raise self._rejection("ended")
        try:
            reply = json.loads(line, parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise self._rejection("gave an answer that is not JSON") from None
        if not isinstance(reply, dict) or len(reply) != 1 or not reply.keys() & {"answer", "error"}:
            raise self._rejection("gave an answer that is not JSON")
        if "error" in reply:
            raise self._rejection(str(reply["error"])[:1000])
        return reply["answer"]

    def _rejection(self, what: str) -> SubmissionRejected:
        return SubmissionRejected(f"{self._where}: {self._name} {what}")

    def _too_slow(self, *_: object) -> None:
        raise self._rejection(f"did not finish within the {self._seconds:g} s of a whole grading")


def _refuse(constant: str) -> None:
    raise ValueError(constant)
