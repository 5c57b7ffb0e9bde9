"""A person at the terminal."""

from __future__ import annotations

from typing import Any

from synth_gym.outcome import Outcome
from synth_gym.policies.base import Action, PolicyStopped


class HumanPolicy:
    """Prints each observation and reads one command from standard input; a line that ends in a backslash goes on.

    Args:
        seed: unused, a person decides.
    """

    name = "human"

    def __init__(self, *, seed: int = 0) -> None:
        pass

    def reset(self, observation: str, info: dict[str, Any]) -> None:
        """Nothing to prepare: the first observation comes again with the first `act`."""

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        """Show, ask, and take the answer for a command line.

        Raises:
            PolicyStopped: the person leaves (Ctrl-D, Ctrl-C).
        """
        print(observation.rstrip("\n"))
        try:
            command = input(f"[{info['steps_left']} steps left] $ ")
            while command.endswith("\\"):
                command += "\n" + input("> ")
        except (EOFError, KeyboardInterrupt):
            raise PolicyStopped(Outcome.CANCELLED, "the person left") from None
        return Action("bash", {"command": command})
