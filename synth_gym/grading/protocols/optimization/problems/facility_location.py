"""Facility location: sites to open, so that opening them and serving everybody from the nearest costs little."""

import math
from random import Random
from typing import Any


def generate(rng: Random, sites: int, customers: int, layout: str = "uniform") -> dict[str, Any]:
    """Sites with an opening cost, and what serving each customer from each costs: `uniform` (places spread evenly over
    a square), `clustered` (customers in a few towns) or `central` (sites near the middle cost more).
    """
    if layout not in ("uniform", "clustered", "central"):
        raise ValueError(f"no layout {layout!r}; layouts are uniform, clustered, central")
    places = [(rng.random(), rng.random()) for _ in range(sites)]
    towns = [(rng.random(), rng.random()) for _ in range(4)]
    homes = [
        (rng.gauss(town[0], 0.06), rng.gauss(town[1], 0.06)) if layout == "clustered" else (rng.random(), rng.random())
        for town in (rng.choice(towns) for _ in range(customers))
    ]
    opening = [rng.randint(150, 450) for _ in places]
    if layout == "central":
        opening = [round(500 - 500 * math.dist(place, (0.5, 0.5))) + rng.randint(0, 40) for place in places]
    serving = [[round(250 * math.dist(home, place)) for place in places] for home in homes]
    return {"opening": opening, "serving": serving}


def cost(instance: dict[str, Any], opened: list[int]) -> int:
    """Of opening the sites and of serving each customer from the nearest of them."""
    fixed = sum(instance["opening"][site] for site in opened)
    return fixed + sum(min(row[site] for site in opened) for row in instance["serving"])


def bound(instance: dict[str, Any]) -> float:
    """No choice is cheaper: customers bid, and what they bid above serving pays no site more than opening it costs."""
    left, serving = [float(price) for price in instance["opening"]], instance["serving"]
    bids = [float(min(row)) for row in serving]
    rising = True
    while rising:
        rising = False
        for customer, row in enumerate(serving):
            bid = bids[customer]
            near = [site for site, price in enumerate(row) if price <= bid]
            level = min((price for price in row if price > bid), default=math.inf)
            rise = min([level - bid, *(left[site] for site in near)])
            if 0 < rise < math.inf:
                rising = True
                bids[customer] += rise
                for site in near:
                    left[site] -= rise
    return sum(bids)


def quality(instance: dict[str, Any], answer: Any) -> float:
    """The lower bound divided by the cost."""
    sites = len(instance["opening"])
    if not isinstance(answer, list) or not all(type(site) is int and 0 <= site < sites for site in answer):
        raise ValueError(f"an answer is a list of the numbers of the opened sites, from 0 to {sites - 1}")
    if not answer or len(set(answer)) != len(answer):
        raise ValueError("at least one site must be opened, and each once")
    return min(1.0, bound(instance) / cost(instance, answer))
