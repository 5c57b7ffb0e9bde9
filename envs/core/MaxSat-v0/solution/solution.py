"""Reference: a random walk through unsatisfied clauses from the start of conditional expectations."""

import math
import os
import random

SEED = int(os.environ.get("SEED", "0"))
rng = random.Random(SEED)


def majority(instance):
    """Each variable as most of its literals want it."""
    votes = [0.0] * instance["variables"]
    for clause, weight in zip(instance["clauses"], instance["weights"]):
        for literal in clause:
            votes[abs(literal) - 1] += weight if literal > 0 else -weight
    return [vote > 0 for vote in votes]


def conditional(instance):
    """Johnson: variables in turn, each such that the expected weight of what is left unsatisfied is least."""
    occurrences = [[] for _ in range(instance["variables"])]
    for number, clause in enumerate(instance["clauses"]):
        for literal in clause:
            occurrences[abs(literal) - 1].append((number, literal > 0))
    risk = [weight / 2 ** len(clause) for clause, weight in zip(instance["clauses"], instance["weights"])]
    values = []
    for places in occurrences:
        value = sum(risk[number] if positive else -risk[number] for number, positive in places) > 0
        values.append(value)
        for number, positive in places:
            risk[number] = 0.0 if positive == value else 2 * risk[number]
    return values


def searched(instance, values, flips, noise):
    """WalkSAT: flip a variable of a random unsatisfied clause, mostly the one that breaks least."""
    clauses, weights = instance["clauses"], instance["weights"]
    places = [[] for _ in range(instance["variables"])]
    for number, clause in enumerate(clauses):
        for literal in clause:
            places[abs(literal) - 1].append((number, literal > 0))
    true = [sum(values[abs(literal) - 1] == (literal > 0) for literal in clause) for clause in clauses]
    lost = sum(weight for count, weight in zip(true, weights) if not count)
    broken = [number for number, count in enumerate(true) if not count]
    best, kept = lost, list(values)
    for _ in range(flips):
        if not broken:
            break
        clause = clauses[rng.choice(broken)]

        def change(variable):
            """Weight that is lost less what is won by a flip."""
            total = 0
            for number, positive in places[variable]:
                if positive == values[variable]:
                    total += weights[number] * (true[number] == 1)
                else:
                    total -= weights[number] * (true[number] == 0)
            return total

        variables = [abs(literal) - 1 for literal in clause]
        chosen = rng.choice(variables) if rng.random() < noise else min(variables, key=change)
        lost += change(chosen)
        for number, positive in places[chosen]:
            was = positive == values[chosen]
            true[number] += -1 if was else 1
            if was and not true[number]:
                broken.append(number)
            elif not was and true[number] == 1:
                broken.remove(number)
        values[chosen] = not values[chosen]
        if lost < best:
            best, kept = lost, list(values)
    return kept


def local_search(instance):
    return searched(instance, conditional(instance), 300, 0.05)


def solve(instance):
    return searched(instance, conditional(instance), 4000, 0.1)


APPROACHES = {"majority": majority, "conditional expectations": conditional, "short walk": local_search}

def write(path="heuristic.py"):
    """Write this file as the submission, with the seed in it: it is loaded without its neighbours."""
    source = open(__file__).read()
    open(path, "w").write(source.replace('int(os.environ.get("SEED", "0"))', str(SEED)))

if __name__ == "__main__":
    from practice import mean_quality

    write()
    for name, approach in APPROACHES.items():
        print(f"approach {name}: {mean_quality(approach, 2):.4f}")
