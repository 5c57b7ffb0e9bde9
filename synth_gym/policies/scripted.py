"""A fixed list of actions: the deterministic policy of tests and documentation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth_gym.outcome import Outcome
from synth_gym.policies.base import Action, PolicyStopped


class ScriptedPolicy:
    """Plays a list of actions and then stops.

    Args:
        actions: what to do, in order; a string is a command for `bash`.
        seed: unused, nothing here is drawn at random.
    """

    name = "scripted"

    def __init__(self, actions: Sequence[Action | str], *, seed: int = 0) -> None:
        self._actions = [_action(action) for action in actions]
        self._next = 0

    def reset(self, observation: str, info: dict[str, Any]) -> None:
        """Go back to the first action."""
        self._next = 0

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        """The next action of the list.

        Raises:
            PolicyStopped: the list is at its end.
        """
        if self._next >= len(self._actions):
            raise PolicyStopped(Outcome.CANCELLED, "the script is at its end")
        self._next += 1
        return self._actions[self._next - 1]


def _action(action: Action | str) -> Action:
    return Action("bash", {"command": action}) if isinstance(action, str) else action
