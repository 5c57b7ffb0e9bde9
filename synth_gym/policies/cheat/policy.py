"""The policy that plays the moves."""

from __future__ import annotations

import re
from typing import Any

from synth_gym.errors import SynthGymError
from synth_gym.policies.base import Action
from synth_gym.policies.cheat.attempt import check_safe, prepare
from synth_gym.policies.cheat.catalogue import find_move, moves_for_kind
from synth_gym.policies.cheat.move import Move
from synth_gym.policies.scripted import ScriptedPolicy

_SUBMITTED_FILE = re.compile(r"^- `submit` hands in `(.+?)`", re.MULTILINE)


class CheatPolicy:
    """Runs the baseline, plays a move on top of what that wrote, and submits.

    Args:
        move: name of the move; without it, each seed plays another one of those that fit the challenge, in turn.
        seed: of the episode.

    Raises:
        SynthGymError: there is no such move.
    """

    name = "cheat"

    def __init__(self, move: str | None = None, *, seed: int = 0) -> None:
        self._move = find_move(move) if move else None
        self._seed = seed
        self._script = ScriptedPolicy([])

    def reset(self, observation: str, info: dict[str, Any]) -> None:
        """Choose the move.

        Raises:
            SynthGymError: it does not fit the challenge's kind of submission, or could harm this machine.
        """
        found = _SUBMITTED_FILE.search(observation)
        if not found:
            raise SynthGymError("the policy 'cheat' does not find the name of the submission in the first observation")
        move = self._chosen("program" if found[1].endswith(".py") else "predictions")
        check_safe(move, info["sandbox"])
        first = Action("bash", {"command": prepare(found[1])}, thought=f"{move.name}: {move.tries}")
        self._script = ScriptedPolicy(["python baseline.py", first, *move.commands, Action("submit")])

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        """The next command, whatever was observed.

        Raises:
            PolicyStopped: the submission did not end the episode.
        """
        return self._script.act(observation, info)

    def _chosen(self, kind: str) -> Move:
        fitting = moves_for_kind(kind)
        if self._move is None:
            return fitting[self._seed % len(fitting)]
        if self._move not in fitting:
            raise SynthGymError(f"the move {self._move.name!r} needs a {self._move.submission} submission, not {kind}")
        return self._move
