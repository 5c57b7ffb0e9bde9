"""Reference: by new elements for the cost, without what is not needed, then parts taken out and completed again."""

import math
import os
import random

SEED = int(os.environ.get("SEED", "0"))
rng = random.Random(SEED)


def cost(instance, chosen):
    return sum(instance["costs"][one] for one in chosen)


def covered_by(instance, chosen):
    return {element for one in chosen for element in instance["sets"][one]}


def completed(instance, chosen, noise=0.0, by_price=True):
    """A cover from some sets: add the set that holds most new elements for its cost, until nothing is missing."""
    chosen, covered = list(chosen), covered_by(instance, chosen)
    while len(covered) < instance["elements"]:

        def gain(one):
            new = len(set(instance["sets"][one]) - covered)
            return new / (instance["costs"][one] if by_price else 1) * (1 + noise * rng.random())

        chosen.append(max(range(len(instance["sets"])), key=gain))
        covered.update(instance["sets"][chosen[-1]])
    return pruned(instance, chosen)


def pruned(instance, chosen):
    """Without the sets that are not needed, the dearest first."""
    for one in sorted(chosen, key=lambda one: -instance["costs"][one]):
        rest = [other for other in chosen if other != one]
        if len(covered_by(instance, rest)) == instance["elements"]:
            chosen = rest
    return chosen


def largest_first(instance):
    return completed(instance, [], by_price=False)


def greedy(instance):
    return completed(instance, [])


def solve(instance):
    """Take a third of the sets out, complete the cover again, keep what is cheaper."""
    best = greedy(instance)
    for _ in range(150):
        kept = [one for one in best if rng.random() > 0.35]
        trial = completed(instance, kept, noise=0.3)
        if cost(instance, trial) <= cost(instance, best):
            best = trial
    return best


APPROACHES = {"largest first": largest_first, "most for its cost": greedy}

def write(path="heuristic.py"):
    """Write this file as the submission, with the seed in it: it is loaded without its neighbours."""
    source = open(__file__).read()
    open(path, "w").write(source.replace('int(os.environ.get("SEED", "0"))', str(SEED)))

if __name__ == "__main__":
    from practice import mean_quality

    write()
    for name, approach in APPROACHES.items():
        print(f"approach {name}: {mean_quality(approach, 2):.4f}")
