"""A first try: start the jobs first that take longer on the last machine than on the first."""

import os
import random

SEED = int(os.environ.get("SEED", "0"))
rng = random.Random(SEED)


def solve(instance):
    times = instance["times"]
    order = list(range(len(times)))
    rng.shuffle(order)
    return sorted(order, key=lambda job: times[job][0] - times[job][-1])

def write(path="heuristic.py"):
    """Write this file as the submission, with the seed in it: it is loaded without its neighbours."""
    source = open(__file__).read()
    open(path, "w").write(source.replace('int(os.environ.get("SEED", "0"))', str(SEED)))

if __name__ == "__main__":
    from practice import mean_quality

    write()
    print(f"mean quality on practice instances: {mean_quality(solve):.4f}")
