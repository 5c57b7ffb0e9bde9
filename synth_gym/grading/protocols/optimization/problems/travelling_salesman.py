"""The travelling salesman: a short round trip through all cities of the plane."""

import math
from random import Random
from typing import Any


def generate(rng: Random, cities: int, layout: str = "uniform") -> dict[str, Any]:
    """Cities in the unit square: `uniform`, `clustered` (around a few centres) or `grid` (crossings of streets)."""
    if layout == "uniform":
        places = [(rng.random(), rng.random()) for _ in range(cities)]
    elif layout == "clustered":
        centres = [(rng.random(), rng.random()) for _ in range(max(3, cities // 20))]
        chosen = [rng.choice(centres) for _ in range(cities)]
        places = [(rng.gauss(x, 0.04), rng.gauss(y, 0.04)) for x, y in chosen]
    elif layout == "grid":
        side = math.ceil(math.sqrt(2 * cities))
        crossings = [(x / side, y / side) for x in range(side) for y in range(side)]
        places = rng.sample(crossings, cities)
    else:
        raise ValueError(f"no layout {layout!r}; layouts are uniform, clustered, grid")
    return {"cities": [[round(x, 5), round(y, 5)] for x, y in places]}


def length(cities: list[list[float]], tour: list[int]) -> float:
    """Length of the round trip, the way home included."""
    return sum(math.dist(cities[a], cities[b]) for a, b in zip(tour, tour[1:] + tour[:1], strict=True))


def bound(cities: list[list[float]]) -> float:
    """No trip is shorter: every city is entered and left by edges at least as long as its two shortest ones."""
    nearest = (sorted(math.dist(here, there) for there in cities)[1:3] for here in cities)
    return sum(map(sum, nearest)) / 2


def quality(instance: dict[str, Any], answer: Any) -> float:
    """The lower bound divided by the length of the tour."""
    cities = instance["cities"]
    if not isinstance(answer, list) or not all(type(city) is int for city in answer):
        raise ValueError("a tour is a list of city numbers")
    if sorted(answer) != list(range(len(cities))):
        raise ValueError(f"a tour visits each of the {len(cities)} cities once, numbered from 0")
    return bound(cities) / length(cities, answer)
