"""The key-free generator: challenges from real data that installed packages carry.

A challenge is addressed by a seed, a family and the number of a draw; the same address gives the same files on every
machine that has the same package versions.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain, count

from synth_gym.synthesis.draft import Draft
from synth_gym.synthesis.recipes.address import Address, stream
from synth_gym.synthesis.recipes.families import FAMILIES, Design

__all__ = ["Recipe", "RecipeGenerator"]


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


class RecipeGenerator:
    """Draws recipes of every family.

    Args:
        redistributable: leave out data whose licence does not let others pass them on.
    """

    name = "recipes"
    families = tuple(FAMILIES)

    def __init__(self, *, redistributable: bool = False) -> None:
        self._redistributable = redistributable

    def candidates(self, family: str, seed: int) -> Iterator[Recipe]:
        taken: set[str] = set()
        for draw, design in enumerate(FAMILIES[family].designs(stream(seed, family))):
            name = _free_name(design, taken)
            taken.add(name)
            if design.redistributable or not self._redistributable:
                yield Recipe(Address(seed, family, draw, name), design)


def _free_name(design: Design, taken: set[str]) -> str:
    """The first of the design's names that is free, or the last one with a number."""
    numbered = (f"{design.names[-1]}{number}" for number in count(2))
    return next(name for name in chain(design.names, numbered) if name not in taken)
