"""Draws its actions: the floor that every other policy must clear."""

from __future__ import annotations

import random
from typing import Any

from synth_gym.policies.base import Action

_LOOKS = ("ls -la", "pwd", "cat instruction.md", "cat baseline.py", "head -n 5 data/*", "wc -l data/*", "date", "true")

_CHOICES: tuple[tuple[int, tuple[Action, ...]], ...] = (
    (12, tuple(Action("bash", {"command": command}) for command in _LOOKS)),
    (
        4,
        (
            Action("show", {"path": "."}),
            Action("find_file", {"name": "*.py"}),
            Action("search_dir", {"text": "import"}),
        ),
    ),
    (2, (Action("bash", {"command": "python baseline.py"}),)),
    (1, (Action("validate"),)),
    (1, (Action("submit"),)),
)
"""Weights, and what is drawn with them."""


class RandomPolicy:
    """Draws harmless commands, and now and then runs the baseline, validates or submits.

    Args:
        seed: of the draws; the same seed draws the same actions in every episode.
    """

    name = "random"

    def __init__(self, *, seed: int = 0) -> None:
        self._seed = seed
        self._random = random.Random(seed)

    def reset(self, observation: str, info: dict[str, Any]) -> None:
        """Start the draws anew."""
        self._random = random.Random(self._seed)

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        """Draw an action, whatever was observed."""
        weights, groups = zip(*_CHOICES, strict=True)
        (group,) = self._random.choices(groups, weights)
        return self._random.choice(group)
