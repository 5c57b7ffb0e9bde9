"""What every family of recipes shares."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Protocol, TypeVar

import numpy as np

from synth_gym.challenge import Column, Limits
from synth_gym.synthesis.draft import Draft
from synth_gym.synthesis.recipes.address import Address

PACKAGES = ("numpy", "pandas", "sklearn")
LIMITS = Limits(steps=40, seconds=1800.0, command_seconds=120.0, validations=15)

Item = TypeVar("Item")


class Design(Protocol):
    """A drawn challenge, before any data is read: cheap, and picklable."""

    @property
    def names(self) -> Sequence[str]:
        """CamelCase ids for it, the shortest first; the first that is still free is taken."""

    @property
    def redistributable(self) -> bool:
        """Whether others may pass the data on."""

    def draft(self, address: Address) -> Draft:
        """Make the challenge.

        Raises:
            DrawRejectedError: this draw does not make one.
        """


class Family(Protocol):
    """One kind of task."""

    @property
    def name(self) -> str: ...

    def designs(self, rng: np.random.Generator, twisted: float) -> Iterator[Design]:
        """An endless stream of draws.

        Args:
            rng: the random numbers.
            twisted: probability that a draw carries a twist.
        """


def rounds(items: Sequence[Item], rng: np.random.Generator) -> Iterator[Item]:
    """All items in random order, again and again: no item comes twice before every other came."""
    while True:
        for index in rng.permutation(len(items)):
            yield items[int(index)]


def pick(items: Sequence[Item], rng: np.random.Generator) -> Item:
    """One item, each as likely. (`rng.choice` would turn the items into an array.)"""
    return items[int(rng.integers(len(items)))]


def allowed_values(columns: dict[str, Column]) -> str:
    """What a submission may hold, as the instruction says it."""
    name, column = next(iter(columns.items()))
    if column.values:
        return f"`{name}` is one of {', '.join(f'`{value}`' for value in column.values)}."
    if len(columns) > 1:
        return "Each column holds the probability of its class, from 0 to 1; the probabilities of a row sum to 1."
    if column.minimum == 0 and column.maximum == 1:
        return f"`{name}` is a probability from 0 to 1."
    return f"`{name}` is a number{' that is not negative' if column.minimum == 0 else ''}."
