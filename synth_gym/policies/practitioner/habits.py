"""The person behind the keyboard: seeded habits and wordings."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any, TypeVar

from synth_gym.policies.practitioner.knowledge import knowledge

T = TypeVar("T")

MOST_SLIPS = 2
"""Slips in one episode, lest it be about nothing else."""


class Habits:
    """How one practitioner works in one episode.

    Args:
        seed: the same seed works the same way.
        mistakes: probability that a script is written with a slip.
    """

    def __init__(self, seed: str, mistakes: float) -> None:
        self._rng = random.Random(seed)
        self._mistakes = mistakes
        self._slips_left = MOST_SLIPS
        self.shell_writer = self.chance(0.3)
        """Writes files with here-documents rather than with the tool."""
        self.editor = self.pick("str_replace", "edit_lines", "sed", "insert")
        """Preferred way of changing a file."""
        self.runs_at_once = self.chance(0.75)
        """Runs and validates in one command (else the tool `validate` follows)."""
        self.keeps_copies = self.runs_at_once and self.chance(0.5)
        """Copies each scored submission aside (else the best is made again at the end)."""
        self.cautious = self.chance(0.3)
        """Gives every run a time limit of its own."""
        self.ideas = self.pick(3, 4) if self.runs_at_once else self.pick(2, 3)
        """How many models are compared before the best are refined."""
        self.workflow = self.pick("scripts", "menu", "menu", "contest")
        """One script per model, one script with a menu of models, or a contest by cross-validation."""

    def chance(self, probability: float) -> bool:
        return self._rng.random() < probability

    def pick(self, *choices: T) -> T:
        return self._rng.choice(choices)

    def shuffled(self, items: Sequence[T]) -> list[T]:
        return self._rng.sample(list(items), len(items))

    def slips(self) -> bool:
        """Whether the next script gets a mistake."""
        slips = self._slips_left > 0 and self.chance(self._mistakes)
        self._slips_left -= slips
        return slips

    def say(self, key: str, **values: Any) -> str:
        """One wording of a thought."""
        text = self.pick(*knowledge("phrases")[key]).format(**values)
        return text[:1].upper() + text[1:]
