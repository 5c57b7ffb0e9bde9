"""The key-free generator: challenges from real data that installed packages carry.

A challenge is addressed by a seed, a family and the number of a draw; the same address gives the same files on every
machine that has the same package versions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count

from synth_gym.errors import SynthGymError
from synth_gym.synthesis.draft import Draft
from synth_gym.synthesis.recipes.address import Address, stream
from synth_gym.synthesis.recipes.families import DECK, FAMILIES, Design

__all__ = ["DIFFICULTIES", "Recipe", "RecipeGenerator"]

DIFFICULTIES = {"easy": 0.25, "medium": 0.65, "hard": 1.0}
"""Words for the probability that a challenge carries a twist."""


@dataclass(frozen=True)
class Recipe:
    """One candidate."""

    address: Address
    design: Design

    @property
    def id(self) -> str:
        return self.address.id

    @property
    def family(self) -> str:
        return self.address.family

    def draft(self) -> Draft:
        return self.design.draft(self.address)


MOST_REPEATS = 300
"""After so many draws in a row that repeat dataset, question and twist of earlier ones, all are taken to have come."""


class RecipeGenerator:
    """Draws recipes of every family.

    Args:
        redistributable: leave out data whose licence does not let others pass them on.
        difficulty: probability that a challenge carries a twist (missing values, wrong labels, few examples, a shift,
            noise ...), from 0 to 1: what is taken from those who know the plain task.
        repeats: once all designs of a family have come, let them come again and again with other rows or constants. The
            gates take these for duplicates.
    """

    name = "recipes"
    families = tuple(FAMILIES)
    deck = DECK

    def __init__(
        self, *, redistributable: bool = False, difficulty: float = DIFFICULTIES["medium"], repeats: bool = False
    ) -> None:
        if not 0.0 <= difficulty <= 1.0:
            raise SynthGymError(f"the difficulty must be from 0 to 1, not {difficulty:g}")
        self._redistributable = redistributable
        self._repeats = repeats
        self.difficulty = difficulty
        if difficulty != DIFFICULTIES["medium"]:
            self.name = f"recipes at difficulty {difficulty:g}"

    def candidates(self, family: str, seed: int) -> Iterator[Recipe]:
        taken: set[str] = set()
        repeats = 0
        for draw, design in enumerate(FAMILIES[family].designs(stream(seed, family), self.difficulty)):
            repeats = repeats + 1 if design.names[0] in taken else 0
            if 0 < repeats <= MOST_REPEATS:
                continue
            if repeats and not self._repeats:
                return
            name = _free_name(design, taken)
            taken.add(name)
            if design.redistributable or not self._redistributable:
                yield Recipe(Address(seed, family, draw, name), design)


def _free_name(design: Design, taken: set[str]) -> str:
    """The first of the design's names that is free, or the last one with a number."""
    numbered = (f"{design.names[-1]}{number}" for number in count(2))
    return next(name for name in chain(design.names, numbered) if name not in taken)
