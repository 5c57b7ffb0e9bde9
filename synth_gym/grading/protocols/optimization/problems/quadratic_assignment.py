"""Quadratic assignment: machines to places, so that what flows between them does not travel far."""

from random import Random
from typing import Any


def generate(rng: Random, machines: int, layout: str = "grid") -> dict[str, Any]:
    """Flows between machines and distances between as many places: `grid` (dense flows, places on a grid), `sparse`
    (few machines have to do with each other, places on a grid) or `line` (dense flows, places in a row).
    """
    if layout not in ("grid", "sparse", "line"):
        raise ValueError(f"no layout {layout!r}; layouts are grid, sparse, line")
    width = machines if layout == "line" else round(machines**0.5)
    places = [divmod(number, width) for number in range(machines)]
    distances = [[abs(a - c) + abs(b - d) for c, d in places] for a, b in places]
    share = 0.25 if layout == "sparse" else 0.8
    flows = [[0] * machines for _ in range(machines)]
    for a in range(machines):
        for b in range(a):
            flows[a][b] = flows[b][a] = round(20 * rng.random() ** 3) + 1 if rng.random() < share else 0
    return {"flows": flows, "distances": distances}


def cost(instance: dict[str, Any], place: list[int]) -> int:
    """Flow times distance, each pair of machines once."""
    flows, distances = instance["flows"], instance["distances"]
    return sum(flows[a][b] * distances[place[a]][place[b]] for a in range(len(place)) for b in range(a))


def bound(instance: dict[str, Any]) -> int:
    """No assignment is cheaper: the largest flows over the shortest distances, wherever these are."""
    flows, distances = (
        sorted(matrix[a][b] for a in range(len(matrix)) for b in range(a))
        for matrix in (instance["flows"], instance["distances"])
    )
    return sum(flow * distance for flow, distance in zip(flows, reversed(distances), strict=True))


def quality(instance: dict[str, Any], answer: Any) -> float:
    """The lower bound divided by the cost."""
    count = len(instance["flows"])
    if not isinstance(answer, list) or not all(type(place) is int for place in answer):
        raise ValueError("an assignment is a list of place numbers")
    if sorted(answer) != list(range(count)):
        raise ValueError(f"an assignment gives each of the {count} machines a place of its own, numbered from 0")
    return bound(instance) / cost(instance, answer)
