"""Bin packing: items in as few bins of one capacity as possible."""

import math
from random import Random
from typing import Any


def generate(rng: Random, items: int, layout: str = "uniform") -> dict[str, Any]:
    """Sizes of items, capacity 1000: `uniform` (150 to 500), `halves` (just over or under a half and a third) or
    `triplets` (three of them fill a bin without a rest).
    """
    if layout == "uniform":
        sizes = [rng.randint(150, 500) for _ in range(items)]
    elif layout == "halves":
        sizes = [
            rng.choice((rng.randint(260, 330), rng.randint(340, 400), rng.randint(500, 600))) for _ in range(items)
        ]
    elif layout == "triplets":
        sizes = []
        for _ in range(items // 3):
            first = rng.randint(380, 490)
            second = rng.randint((1000 - first) // 2 - 40, (1000 - first) // 2 + 40)
            sizes += [first, second, 1000 - first - second]
        rng.shuffle(sizes)
    else:
        raise ValueError(f"no layout {layout!r}; layouts are uniform, halves, triplets")
    return {"capacity": 1000, "sizes": sizes}


def quality(instance: dict[str, Any], answer: Any) -> float:
    """Bins that the items would fill if they were liquid, divided by the bins that were used."""
    sizes, capacity = instance["sizes"], instance["capacity"]
    if not isinstance(answer, list) or len(answer) != len(sizes) or not all(type(bin) is int for bin in answer):
        raise ValueError(f"a packing is a list of {len(sizes)} bin numbers, one for each item")
    filled: dict[int, int] = {}
    for size, bin in zip(sizes, answer, strict=True):
        filled[bin] = filled.get(bin, 0) + size
    if max(filled.values()) > capacity:
        raise ValueError(f"a bin holds {max(filled.values())}, its capacity is {capacity}")
    return math.ceil(sum(sizes) / capacity) / len(filled)
