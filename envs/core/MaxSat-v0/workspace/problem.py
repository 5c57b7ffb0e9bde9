"""Maximum satisfiability: values of variables that make as many weighted clauses true as possible."""

from random import Random
from typing import Any


def generate(rng: Random, variables: int, clauses: int, width: int = 3, layout: str = "random") -> dict[str, Any]:
    """Clauses of `width` literals, a literal being a variable's number from 1, negative when negated: `random`,
    `weighted` (weights 1 to 20, else 1), or `skewed` (a few variables occur in most clauses).
    """
    if layout not in ("random", "weighted", "skewed"):
        raise ValueError(f"no layout {layout!r}; layouts are random, weighted, skewed")
    formula = []
    for _ in range(clauses):
        chosen: set[int] = set()
        while len(chosen) < width:
            place = rng.random() ** 3 if layout == "skewed" else rng.random()
            chosen.add(1 + int(place * variables))
        formula.append([variable if rng.random() < 0.5 else -variable for variable in sorted(chosen)])
    weights = [rng.randint(1, 20) if layout == "weighted" else 1 for _ in formula]
    return {"variables": variables, "clauses": formula, "weights": weights}


def quality(instance: dict[str, Any], answer: Any) -> float:
    """How much less is left unsatisfied than random values leave on average; 0 for as much or more, 1 for nothing."""
    count = instance["variables"]
    if not isinstance(answer, list) or len(answer) != count or not all(value in (True, False) for value in answer):
        raise ValueError(f"an assignment is a list of {count} values, each true or false")
    unsatisfied = by_chance = 0.0
    for clause, weight in zip(instance["clauses"], instance["weights"], strict=True):
        by_chance += weight / 2 ** len(clause)
        if not any(answer[abs(literal) - 1] == (literal > 0) for literal in clause):
            unsatisfied += weight
    return max(0.0, 1.0 - unsatisfied / by_chance)
