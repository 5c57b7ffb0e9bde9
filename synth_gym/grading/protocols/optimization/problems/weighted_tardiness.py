"""Weighted tardiness: jobs on one machine, so that little of importance is late."""

from random import Random
from typing import Any


def generate(rng: Random, jobs: int, layout: str = "tight") -> dict[str, Any]:
    """Jobs with a time, a weight and a due date: `tight` (due dates about half of what all jobs take), `loose` (later
    ones) or `proportional` (tight, and long jobs weigh more).
    """
    if layout not in ("tight", "loose", "proportional"):
        raise ValueError(f"no layout {layout!r}; layouts are tight, loose, proportional")
    times = [rng.randint(1, 100) for _ in range(jobs)]
    weights = [rng.randint(1, 10) for _ in range(jobs)]
    if layout == "proportional":
        weights = [max(1, round(time / 12) + rng.randint(-1, 1)) for time in times]
    middle, spread = (0.6, 0.6) if layout == "loose" else (0.4, 0.6)
    total = sum(times)
    due = [max(1, round(total * (middle + spread * (rng.random() - 0.5)))) for _ in range(jobs)]
    return {"times": times, "weights": weights, "due": due}


def tardiness(instance: dict[str, Any], order: list[int]) -> int:
    """Weight times lateness, summed over the jobs."""
    clock, total = 0, 0
    for job in order:
        clock += instance["times"][job]
        total += instance["weights"][job] * max(0, clock - instance["due"][job])
    return total


def quality(instance: dict[str, Any], answer: Any) -> float:
    """One less the ratio of the tardiness to that of the jobs as they are numbered, not below 0."""
    count = len(instance["times"])
    if not isinstance(answer, list) or not all(type(job) is int for job in answer):
        raise ValueError("an order is a list of job numbers")
    if sorted(answer) != list(range(count)):
        raise ValueError(f"an order holds each of the {count} jobs once, numbered from 0")
    numbered = tardiness(instance, list(range(count)))
    return max(0.0, 1.0 - tardiness(instance, answer) / numbered) if numbered else 1.0
