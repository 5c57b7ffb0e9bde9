"""The opponents, by name.

A strategy takes the battlefields and its own parameters (ValueError if they are wrong) and gives a chooser:
`choose(agent's past, own past) -> own allocation`. A chooser's only source of chance is its field's generator.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

Allocation = list[int]
Chooser = Callable[[Sequence[Allocation], Sequence[Allocation]], Allocation]


@dataclass(frozen=True)
class Battlefields:
    """What an opponent knows."""

    values: Sequence[int]
    soldiers: int
    """Its own."""
    rng: random.Random

    def spread(self, weights: Sequence[float]) -> Allocation:
        """All soldiers, about in proportion to weights; what rounding leaves goes to the largest remainders."""
        total = sum(weights)
        exact = [self.soldiers * weight / total for weight in weights]
        sent = [int(share) for share in exact]
        by_remainder = sorted(range(len(exact)), key=lambda field: sent[field] - exact[field])
        for field in by_remainder[: self.soldiers - sum(sent)]:
            sent[field] += 1
        return sent

    def answer(self, expected: Sequence[float]) -> Allocation:
        """Wins the fields with the most value for each soldier, one more than is expected on each."""
        sent, left = [0] * len(self.values), self.soldiers
        costs = [int(soldiers) + 1 for soldiers in expected]
        for field in sorted(range(len(costs)), key=lambda one: (-self.values[one] / costs[one], one)):
            if costs[field] <= left:
                sent[field], left = costs[field], left - costs[field]
        sent[sent.index(max(sent))] += left
        return sent


def proportional(fields: Battlefields, *, power: float) -> Chooser:
    """In proportion to a power of the fields' values: 0 spreads evenly, 2 goes where the value is."""
    fixed = fields.spread([value**power for value in fields.values])
    return lambda agent, own: fixed


def scattered(fields: Battlefields, *, evenness: float) -> Chooser:
    """A new random split in every round; the smaller the evenness, the more is sent to few fields."""
    if evenness <= 0:
        raise ValueError("evenness must be positive")
    return lambda agent, own: fields.spread([fields.rng.gammavariate(evenness, 1.0) + 1e-9 for _ in fields.values])


def concentrated(fields: Battlefields, *, count: int) -> Chooser:
    """Everything to so many fields, drawn anew in every round by their values."""
    if not 1 <= count <= len(fields.values):
        raise ValueError(f"count must be from 1 to {len(fields.values)}")

    def choose(agent: Sequence[Allocation], own: Sequence[Allocation]) -> Allocation:
        order = sorted(range(len(fields.values)), key=lambda one: fields.rng.random() ** (1.0 / fields.values[one]))
        return fields.spread([float(one in order[-count:]) for one in range(len(fields.values))])

    return choose


def rotating(fields: Battlefields, *, step: int) -> Chooser:
    """A split in proportion to the values that moves on by some fields in every round."""
    start = fields.spread([float(value) for value in fields.values])

    def choose(agent: Sequence[Allocation], own: Sequence[Allocation]) -> Allocation:
        moved = len(own) * step % len(start)
        return start[moved:] + start[:moved]

    return choose


def answers_last(fields: Battlefields) -> Chooser:
    """Answers the agent's last allocation."""
    even = fields.spread([1.0] * len(fields.values))
    return lambda agent, own: fields.answer(agent[-1]) if agent else even


def answers_mean(fields: Battlefields) -> Chooser:
    """Answers the mean of all that the agent has sent (fictitious play, Brown 1951)."""
    even = fields.spread([1.0] * len(fields.values))
    return lambda agent, own: (
        fields.answer([sum(field) / len(agent) for field in zip(*agent, strict=True)]) if agent else even
    )


OPPONENTS: dict[str, Callable[..., Chooser]] = {
    "proportional": proportional,
    "scattered": scattered,
    "concentrated": concentrated,
    "rotating": rotating,
    "answers_last": answers_last,
    "answers_mean": answers_mean,
}


def make_opponent(values: Sequence[int], soldiers: int, entry: dict[str, Any]) -> Chooser:
    """The opponent of an entry of the configuration."""
    fields = Battlefields(values, soldiers, random.Random(entry["seed"]))
    return OPPONENTS[entry["strategy"]](fields, **entry["parameters"])
