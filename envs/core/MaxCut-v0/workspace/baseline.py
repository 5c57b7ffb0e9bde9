"""A first try: put the vertices on random sides, and move each of the first half if that helps."""

import os
import random

SEED = int(os.environ.get("SEED", "0"))
rng = random.Random(SEED)


def solve(instance):
    near = [[] for _ in range(instance["vertices"])]
    for a, b, weight in instance["edges"]:
        near[a].append((b, weight))
        near[b].append((a, weight))
    sides = [rng.randrange(2) for _ in near]
    for vertex in range(len(near) // 2):
        pull = sum(weight if sides[other] == sides[vertex] else -weight for other, weight in near[vertex])
        if pull > 0:
            sides[vertex] = 1 - sides[vertex]
    return sides

def write(path="heuristic.py"):
    """Write this file as the submission, with the seed in it: it is loaded without its neighbours."""
    source = open(__file__).read()
    open(path, "w").write(source.replace('int(os.environ.get("SEED", "0"))', str(SEED)))

if __name__ == "__main__":
    from practice import mean_quality

    write()
    print(f"mean quality on practice instances: {mean_quality(solve):.4f}")
