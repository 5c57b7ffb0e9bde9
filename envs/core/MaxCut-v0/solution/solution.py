"""Reference: tabu search from a greedy start."""

import math
import os
import random

SEED = int(os.environ.get("SEED", "0"))
rng = random.Random(SEED)


def neighbours(instance):
    near = [[] for _ in range(instance["vertices"])]
    for a, b, weight in instance["edges"]:
        near[a].append((b, weight))
        near[b].append((a, weight))
    return near


def gains(near, sides):
    """What moving each vertex to the other side adds to the cut."""
    return [sum(w if sides[o] == sides[v] else -w for o, w in near[v]) for v in range(len(near))]


def one_by_one(instance):
    """Each vertex in turn to the side on which fewer of its neighbours are."""
    near = neighbours(instance)
    sides = [-1] * len(near)
    for vertex in range(len(near)):
        weights = [sum(w for o, w in near[vertex] if sides[o] == side) for side in (0, 1)]
        sides[vertex] = int(weights[0] > weights[1])
    return sides


def climbed(near, sides):
    """Move the vertex that gains most, until none gains."""
    gain = gains(near, sides)
    while True:
        vertex = max(range(len(near)), key=gain.__getitem__)
        if gain[vertex] <= 0:
            return sides
        flip(near, sides, gain, vertex)


def flip(near, sides, gain, vertex):
    sides[vertex] = 1 - sides[vertex]
    gain[vertex] = -gain[vertex]
    for other, weight in near[vertex]:
        gain[other] += 2 * weight if sides[other] == sides[vertex] else -2 * weight


def hill_climbing(instance):
    return climbed(neighbours(instance), one_by_one(instance))


def alternating(instance):
    return [vertex % 2 for vertex in range(instance["vertices"])]


def solve(instance):
    """Tabu search: the best move that was not undone lately, even if it loses."""
    near = neighbours(instance)
    sides = hill_climbing(instance)
    gain, value, best, kept = gains(near, sides), 0, 0, list(sides)
    free = [0] * len(near)
    for step in range(12 * len(near)):
        allowed = [v for v in range(len(near)) if free[v] <= step or value + gain[v] > best]
        if not allowed:
            continue
        vertex = max(allowed, key=gain.__getitem__)
        value += gain[vertex]
        flip(near, sides, gain, vertex)
        free[vertex] = step + 5 + rng.randrange(8)
        if value > best:
            best, kept = value, list(sides)
    return kept


APPROACHES = {"alternating": alternating, "one by one": one_by_one, "hill climbing": hill_climbing}

def write(path="heuristic.py"):
    """Write this file as the submission, with the seed in it: it is loaded without its neighbours."""
    source = open(__file__).read()
    open(path, "w").write(source.replace('int(os.environ.get("SEED", "0"))', str(SEED)))

if __name__ == "__main__":
    from practice import mean_quality

    write()
    for name, approach in APPROACHES.items():
        print(f"approach {name}: {mean_quality(approach, 2):.4f}")
