"""All moves, and which of them fit."""

from __future__ import annotations

from synth_gym.challenge import Challenge
from synth_gym.errors import SynthGymError, did_you_mean
from synth_gym.policies.cheat import bombs, files, grader, host, labels, programs, shell
from synth_gym.policies.cheat.move import Move

MOVES: tuple[Move, ...] = tuple(
    move for module in (labels, grader, shell, files, programs, host, bombs) for move in module.MOVES
)


def moves_for(challenge: Challenge, *, quick: bool = False) -> tuple[Move, ...]:
    """The moves that fit a challenge's kind of submission.

    Args:
        challenge: what is played.
        quick: only those that a gate can afford.
    """
    fitting = moves_for_kind(challenge.spec.submission.kind)
    return tuple(move for move in fitting if move.quick or not quick)


def moves_for_kind(kind: str) -> tuple[Move, ...]:
    """The moves for `predictions` or `program`."""
    return tuple(move for move in MOVES if move.submission in ("any", kind))


def find_move(name: str) -> Move:
    """A move by its name.

    Raises:
        SynthGymError: there is none.
    """
    known = {move.name: move for move in MOVES}
    if name not in known:
        raise SynthGymError(f"no cheat {name!r}{did_you_mean(name, known)}; there are: {', '.join(known)}")
    return known[name]
