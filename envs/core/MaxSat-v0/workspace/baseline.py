"""A first try: let the literals of each variable vote."""

import os
import random

SEED = int(os.environ.get("SEED", "0"))
rng = random.Random(SEED)


def solve(instance):
    votes = [rng.random() - 0.5 for _ in range(instance["variables"])]
    for clause, weight in zip(instance["clauses"], instance["weights"]):
        for literal in clause:
            votes[abs(literal) - 1] += weight if literal > 0 else -weight
    return [vote > 0 for vote in votes]

def write(path="heuristic.py"):
    """Write this file as the submission, with the seed in it: it is loaded without its neighbours."""
    source = open(__file__).read()
    open(path, "w").write(source.replace('int(os.environ.get("SEED", "0"))', str(SEED)))

if __name__ == "__main__":
    from practice import mean_quality

    write()
    print(f"mean quality on practice instances: {mean_quality(solve):.4f}")
