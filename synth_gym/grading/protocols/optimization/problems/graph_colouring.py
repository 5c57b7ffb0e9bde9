"""Graph colouring: as few colours as possible, no edge between vertices of the same one."""

import math
from random import Random
from typing import Any


def generate(rng: Random, vertices: int, degree: int, layout: str = "random") -> dict[str, Any]:
    """Edges between random vertices (`random`), near ones of the plane (`geometric`), or such that few colours suffice
    (`planted`); `degree` is about the mean number of neighbours.
    """
    share = degree / (vertices - 1)
    pairs = [(a, b) for b in range(vertices) for a in range(b)]
    if layout == "random":
        edges = [pair for pair in pairs if rng.random() < share]
    elif layout == "geometric":
        places = [(rng.random(), rng.random()) for _ in range(vertices)]
        edges = sorted(pairs, key=lambda pair: math.dist(places[pair[0]], places[pair[1]]))[: vertices * degree // 2]
    elif layout == "planted":
        groups = max(3, degree // 4)
        hidden = [rng.randrange(groups) for _ in range(vertices)]
        share *= groups / (groups - 1)
        edges = [(a, b) for a, b in pairs if hidden[a] != hidden[b] and rng.random() < share]
    else:
        raise ValueError(f"no layout {layout!r}; layouts are random, geometric, planted")
    return {"vertices": vertices, "edges": [list(edge) for edge in sorted(edges)]}


def clique(instance: dict[str, Any]) -> int:
    """Size of a group of vertices that are all joined, found greedily: so many colours are needed."""
    near: list[set[int]] = [set() for _ in range(instance["vertices"])]
    for a, b in instance["edges"]:
        near[a].add(b)
        near[b].add(a)
    largest = 1
    for start in range(len(near)):
        size, candidates = 1, set(near[start])
        while candidates:
            chosen = max(sorted(candidates), key=lambda vertex: len(near[vertex] & candidates))
            size, candidates = size + 1, candidates & near[chosen]
        largest = max(largest, size)
    return largest


def quality(instance: dict[str, Any], answer: Any) -> float:
    """Size of a clique divided by the number of colours."""
    if not isinstance(answer, list) or len(answer) != instance["vertices"] or not all(type(c) is int for c in answer):
        raise ValueError(f"a colouring is a list of {instance['vertices']} colour numbers, one for each vertex")
    for a, b in instance["edges"]:
        if answer[a] == answer[b]:
            raise ValueError(f"the vertices {a} and {b} are joined and have the same colour {answer[a]}")
    return clique(instance) / len(set(answer))
