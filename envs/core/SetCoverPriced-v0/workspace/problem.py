"""Weighted set cover: sets that hold every element between them, as cheap as possible."""

from random import Random
from typing import Any


def generate(rng: Random, elements: int, sets: int, layout: str = "random") -> dict[str, Any]:
    """Sets with a cost: `random` (cost independent of size), `priced` (larger sets cost more) or `intervals`
    (runs of neighbours, cost independent of size). Every element is in at least two sets.
    """
    if layout in ("random", "priced"):
        members = [set(rng.sample(range(elements), rng.randint(3, max(4, elements // 6)))) for _ in range(sets)]
    elif layout == "intervals":
        members = [_interval(rng, elements) for _ in range(sets)]
    else:
        raise ValueError(f"no layout {layout!r}; layouts are random, priced, intervals")
    for element in range(elements):
        while sum(element in one for one in members) < 2:
            rng.choice(members).add(element)
    costs = [
        rng.randint(2, 6) * len(one) + rng.randint(0, 9) if layout == "priced" else rng.randint(10, 60)
        for one in members
    ]
    return {"elements": elements, "sets": [sorted(one) for one in members], "costs": costs}


def _interval(rng: Random, elements: int) -> set[int]:
    first, length = rng.randrange(elements), rng.randint(3, max(4, elements // 5))
    return {(first + step) % elements for step in range(length)}


def bound(instance: dict[str, Any]) -> float:
    """No cover is cheaper: what the elements can pay when no set gets more than its cost from its members."""
    sets, left = instance["sets"], [float(cost) for cost in instance["costs"]]
    holding = [[number for number, one in enumerate(sets) if element in one] for element in range(instance["elements"])]
    total = 0.0
    for owners in sorted(holding, key=len):
        paid = min(left[number] for number in owners)
        total += paid
        for number in owners:
            left[number] -= paid
    return total


def quality(instance: dict[str, Any], answer: Any) -> float:
    """The lower bound divided by the cost of the chosen sets."""
    sets = instance["sets"]
    if not isinstance(answer, list) or not all(type(one) is int and 0 <= one < len(sets) for one in answer):
        raise ValueError(f"a cover is a list of set numbers from 0 to {len(sets) - 1}")
    if len(set(answer)) != len(answer):
        raise ValueError("a set is chosen twice")
    missing = set(range(instance["elements"])) - {element for one in answer for element in sets[one]}
    if missing:
        raise ValueError(f"{len(missing)} elements are in none of the chosen sets, {min(missing)} among them")
    return min(1.0, bound(instance) / sum(instance["costs"][one] for one in answer))
