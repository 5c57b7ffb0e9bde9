"""A first try: take the cheapest sets first, as long as they hold something new."""

import os
import random

SEED = int(os.environ.get("SEED", "0"))
rng = random.Random(SEED)


def solve(instance):
    order = list(range(len(instance["sets"])))
    rng.shuffle(order)
    chosen, covered = [], set()
    for one in sorted(order, key=lambda one: instance["costs"][one]):
        if not covered.issuperset(instance["sets"][one]):
            chosen.append(one)
            covered.update(instance["sets"][one])
    return chosen

def write(path="heuristic.py"):
    """Write this file as the submission, with the seed in it: it is loaded without its neighbours."""
    source = open(__file__).read()
    open(path, "w").write(source.replace('int(os.environ.get("SEED", "0"))', str(SEED)))

if __name__ == "__main__":
    from practice import mean_quality

    write()
    print(f"mean quality on practice instances: {mean_quality(solve):.4f}")
