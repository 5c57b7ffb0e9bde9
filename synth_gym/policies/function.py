"""A plain function as a policy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from synth_gym.errors import SynthGymError
from synth_gym.policies.base import Action


class FunctionPolicy:
    """Asks a function for every action.

    Args:
        function: takes an observation; gives a command line, or an `Action`.
        seed: unused; a policy that draws at random is a class, or a function of `seed` that makes the policy.
    """

    def __init__(self, function: Callable[[str], str | Action], *, seed: int = 0) -> None:
        self.name = str(getattr(function, "__name__", type(function).__name__))
        self._function = function

    def reset(self, observation: str, info: dict[str, Any]) -> None:
        """Nothing to prepare: the first observation comes again with the first `act`."""

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        """What the function says.

        Raises:
            SynthGymError: it gives something that is no action.
        """
        action = self._function(observation)
        if isinstance(action, str):
            return Action("bash", {"command": action})
        if not isinstance(action, Action):
            kind = type(action).__name__
            raise SynthGymError(f"policy {self.name!r} gave a {kind}; it must give a command line (str) or an Action")
        return action
