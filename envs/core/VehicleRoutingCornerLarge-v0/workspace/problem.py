"""Vehicle routing: vans of one capacity bring goods from a depot to every customer, on short ways."""

import math
from itertools import pairwise
from random import Random
from typing import Any


def generate(rng: Random, customers: int, layout: str = "uniform") -> dict[str, Any]:
    """Customers with a demand, capacity 100: `uniform` (spread evenly, the depot in the middle), `clustered` (in a few
    towns) or `corner` (spread evenly, the depot in a corner).
    """
    if layout not in ("uniform", "clustered", "corner"):
        raise ValueError(f"no layout {layout!r}; layouts are uniform, clustered, corner")
    towns = [(rng.random(), rng.random()) for _ in range(5)]
    places = [
        (rng.gauss(town[0], 0.05), rng.gauss(town[1], 0.05)) if layout == "clustered" else (rng.random(), rng.random())
        for town in (rng.choice(towns) for _ in range(customers))
    ]
    depot = [0.0, 0.0] if layout == "corner" else [0.5, 0.5]
    return {
        "depot": depot,
        "customers": [[round(x, 5), round(y, 5)] for x, y in places],
        "demands": [rng.randint(5, 35) for _ in places],
        "capacity": 100,
    }


def length(instance: dict[str, Any], routes: list[list[int]]) -> float:
    """Of all routes, from the depot and back."""
    depot, places = instance["depot"], instance["customers"]
    stops = ([depot, *(places[customer] for customer in route), depot] for route in routes)
    return sum(math.dist(a, b) for route in stops for a, b in pairwise(route))


def bound(instance: dict[str, Any]) -> float:
    """No plan is shorter: every load is carried all its way, every customer is reached from somewhere, and a van comes
    back from the farthest.
    """
    depot, places = instance["depot"], instance["customers"]
    away = [math.dist(depot, place) for place in places]
    loads = zip(away, instance["demands"], strict=True)
    carried = 2 * sum(distance * demand for distance, demand in loads) / instance["capacity"]
    everywhere = [*places, depot]
    reached = sum(sorted(math.dist(here, there) for there in everywhere)[1] for here in places)
    return max(carried, reached, 2 * max(away))


def quality(instance: dict[str, Any], answer: Any) -> float:
    """The lower bound divided by the length of all routes."""
    count, demands = len(instance["customers"]), instance["demands"]
    if not isinstance(answer, list) or not all(isinstance(route, list) for route in answer):
        raise ValueError("a plan is a list of routes, each a list of customer numbers")
    served = [customer for route in answer for customer in route]
    if not all(type(customer) is int for customer in served) or sorted(served) != list(range(count)):
        raise ValueError(f"a plan serves each of the {count} customers once, numbered from 0")
    for number, route in enumerate(answer):
        load = sum(demands[customer] for customer in route)
        if load > instance["capacity"]:
            raise ValueError(f"route {number} carries {load}, a van holds {instance['capacity']}")
    return bound(instance) / length(instance, answer)
