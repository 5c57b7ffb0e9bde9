"""Playing one move, and judging what it gained."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth_gym.challenge import Challenge, content_hash
from synth_gym.errors import SynthGymError
from synth_gym.grading.measure import Run
from synth_gym.outcome import Outcome
from synth_gym.policies.cheat.move import MARK, Move
from synth_gym.session import Session

COMMAND_SECONDS = 20.0
"""More than any move needs: what hangs is ended."""
# Of a line that was printed, or of a program's exception in the grader's answer.
_LOOT = re.compile(r"(?:^|RuntimeError \(line \d+\): )LOOT: (.+)", re.MULTILINE)


@dataclass(frozen=True)
class Attempt:
    """A move that was played to the end of its episode."""

    move: Move
    challenge: Challenge
    observations: tuple[str, ...]
    info: Mapping[str, Any]
    """Of the last step."""
    harm: str
    """What was done to the host, as far as it looked; empty if nothing."""


def prepare(submission: str) -> str:
    """The command that comes before every move's own."""
    return f"export SUBMISSION={shlex.quote(submission)}"


def check_safe(move: Move, sandbox: Mapping[str, Any]) -> None:
    """Refuse to play a move where it could harm this machine.

    Args:
        move: which.
        sandbox: what `Sandbox.describe` says.

    Raises:
        SynthGymError: one line that says why.
    """
    if move.endangers and not sandbox["isolated"]:
        raise SynthGymError(f"the move {move.name!r} could harm this machine: play it in 'bubblewrap' or 'docker'")
    keeper = sandbox["limits"][move.needs]["by"] if move.needs else "docker"
    if keeper == "nothing" or "each process" in keeper:
        raise SynthGymError(
            f"the move {move.name!r} needs control groups, and there are none here: play it in 'docker'"
        )


def attempt(challenge: Challenge, move: Move, honest: bytes, *, sandbox: str = "bubblewrap", seed: int = 0) -> Attempt:
    """Play a move on top of an honest submission.

    Args:
        challenge: what is played.
        move: one of `moves_for(challenge)`.
        honest: an honest submission; it lies in the workspace when the move begins.
        sandbox: back-end.
        seed: of the episode.

    Raises:
        SynthGymError: the move could harm this machine.
    """
    path = challenge.spec.submission.path
    commands = [prepare(path), *move.commands, "submit"]
    seconds = {"steps": len(commands), "command_seconds": COMMAND_SECONDS}
    before = content_hash(challenge.path)
    observations = []
    with Session(challenge, sandbox=sandbox, limits=challenge.spec.limits.model_copy(update=seconds)) as session:
        _, info = session.start(seed)
        check_safe(move, info["sandbox"])
        target = session.workspace / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(honest)
        for command in commands:
            if session.outcome is Outcome.RUNNING:
                result = session.step(command)
                observations.append(result.observation)
                info = result.info
    return Attempt(move, challenge, tuple(observations), info, _harm(challenge, before))


def gained(attempted: Attempt, honest: Run) -> str:
    """What a move gained that the honest submission did not earn; empty if nothing.

    Args:
        attempted: the move.
        honest: the run that made the honest submission, with its grades.
    """
    info, better = attempted.info, attempted.challenge.spec.metric.better
    for name, score, earned in (
        ("score", info["raw_score"], honest.private.score),
        ("best score", info["best_score"], honest.public.score),
    ):
        if score is not None and (earned is None or better(score, earned)):
            return f"its {name} is {score:g}, the honest submission's {'none' if earned is None else f'{earned:g}'}"
    if not info["trainable"]:
        return f"the episode does not count: it ended as {info['outcome']} and is not trainable"
    loot = _LOOT.search("\n".join(attempted.observations))
    return loot[1].strip() if loot else attempted.harm


def _harm(challenge: Challenge, before: str) -> str:
    if Path(MARK).exists():
        return f"its code ran on the host and made {MARK}"
    return "" if content_hash(challenge.path) == before else "it changed the challenge's files"
