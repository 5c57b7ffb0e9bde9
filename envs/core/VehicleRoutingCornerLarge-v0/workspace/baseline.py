"""A first try: always go to the nearest customer whose goods are still in the van, and home when there is none."""

import os
import random

SEED = int(os.environ.get("SEED", "0"))
rng = random.Random(SEED)


def nearness(here, there):
    return (here[0] - there[0]) ** 2 + (here[1] - there[1]) ** 2


def solve(instance):
    left = list(range(len(instance["customers"])))
    rng.shuffle(left)
    routes, free, here = [[]], instance["capacity"], instance["depot"]
    while left:
        fitting = [customer for customer in left if instance["demands"][customer] <= free]
        if not fitting:
            routes.append([])
            free, here = instance["capacity"], instance["depot"]
            continue
        nearest = min(fitting, key=lambda customer: nearness(here, instance["customers"][customer]))
        routes[-1].append(nearest)
        left.remove(nearest)
        free, here = free - instance["demands"][nearest], instance["customers"][nearest]
    return routes

def write(path="heuristic.py"):
    """Write this file as the submission, with the seed in it: it is loaded without its neighbours."""
    source = open(__file__).read()
    open(path, "w").write(source.replace('int(os.environ.get("SEED", "0"))', str(SEED)))

if __name__ == "__main__":
    from practice import mean_quality

    write()
    print(f"mean quality on practice instances: {mean_quality(solve):.4f}")
