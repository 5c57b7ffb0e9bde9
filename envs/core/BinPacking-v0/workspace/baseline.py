"""A first try: take the items as they come, and open a new bin whenever one does not fit into the last."""

import os
import random

SEED = int(os.environ.get("SEED", "0"))
rng = random.Random(SEED)


def solve(instance):
    bins, free, packing = 0, instance["capacity"], []
    for size in instance["sizes"]:
        if size > free:
            bins, free = bins + 1, instance["capacity"]
        free -= size
        packing.append(bins)
    return packing

def write(path="heuristic.py"):
    """Write this file as the submission, with the seed in it: it is loaded without its neighbours."""
    source = open(__file__).read()
    open(path, "w").write(source.replace('int(os.environ.get("SEED", "0"))', str(SEED)))

if __name__ == "__main__":
    from practice import mean_quality

    write()
    print(f"mean quality on practice instances: {mean_quality(solve):.4f}")
