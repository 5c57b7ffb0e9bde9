"""The knapsack with several limits: items of the highest total value within weight, volume and more."""

from random import Random
from typing import Any


def generate(rng: Random, items: int, limits: int, layout: str = "independent") -> dict[str, Any]:
    """Items with a value and a demand on each limit; values `independent` of the demands, or `correlated` with them."""
    demands = [[rng.randint(10, 100) for _ in range(limits)] for _ in range(items)]
    if layout == "independent":
        values = [rng.randint(10, 100) for _ in range(items)]
    elif layout == "correlated":
        values = [sum(demand) // limits + rng.randint(0, 15) for demand in demands]
    else:
        raise ValueError(f"no layout {layout!r}; layouts are independent, correlated")
    shares = [rng.uniform(0.2, 0.4) for _ in range(limits)]
    capacities = [int(share * sum(demand[i] for demand in demands)) for i, share in enumerate(shares)]
    return {"values": values, "demands": demands, "capacities": capacities}


def bound(instance: dict[str, Any]) -> float:
    """No choice is worth more: the best worth if items could be cut and only one limit counted, over all limits."""
    values, demands, capacities = instance["values"], instance["demands"], instance["capacities"]
    return min(_relaxed(values, [demand[i] for demand in demands], capacity) for i, capacity in enumerate(capacities))


def _relaxed(values: list[int], weights: list[int], capacity: float) -> float:
    worth = 0.0
    for value, weight in sorted(zip(values, weights, strict=True), key=lambda item: item[1] / item[0]):
        taken = min(weight, capacity)
        worth, capacity = worth + value * taken / weight, capacity - taken
    return worth


def quality(instance: dict[str, Any], answer: Any) -> float:
    """Value of the chosen items divided by the upper bound."""
    values, demands = instance["values"], instance["demands"]
    if not isinstance(answer, list) or not all(type(item) is int and 0 <= item < len(values) for item in answer):
        raise ValueError(f"a choice is a list of item numbers from 0 to {len(values) - 1}")
    if len(set(answer)) != len(answer):
        raise ValueError("an item is chosen twice")
    for i, capacity in enumerate(instance["capacities"]):
        needed = sum(demands[item][i] for item in answer)
        if needed > capacity:
            raise ValueError(f"the items need {needed} of limit {i}, which is {capacity}")
    return sum(values[item] for item in answer) / bound(instance)
