"""The permutation flow shop: one order of jobs for all machines, the last job done as early as possible."""

from random import Random
from typing import Any


def generate(rng: Random, jobs: int, machines: int, layout: str = "uniform") -> dict[str, Any]:
    """Processing times of every job on every machine: `uniform`, or `mixed` (some jobs are long on all machines)."""
    if layout == "uniform":
        times = [[rng.randint(1, 99) for _ in range(machines)] for _ in range(jobs)]
    elif layout == "mixed":
        scales = [rng.choice((0.3, 1.0, 2.0)) for _ in range(jobs)]
        times = [[max(1, round(scale * rng.randint(1, 50))) for _ in range(machines)] for scale in scales]
    else:
        raise ValueError(f"no layout {layout!r}; layouts are uniform, mixed")
    return {"times": times}


def makespan(times: list[list[int]], order: list[int]) -> int:
    """When the last job leaves the last machine."""
    free = [0] * len(times[0])
    for job in order:
        done = 0
        for machine, time in enumerate(times[job]):
            done = free[machine] = max(done, free[machine]) + time
    return free[-1]


def bound(times: list[list[int]]) -> int:
    """No order is faster: a machine works all its jobs, after the shortest way to it and before the shortest rest."""
    machines = range(len(times[0]))
    return max(
        min(sum(job[:m]) for job in times) + sum(job[m] for job in times) + min(sum(job[m + 1 :]) for job in times)
        for m in machines
    )


def quality(instance: dict[str, Any], answer: Any) -> float:
    """The lower bound divided by the makespan."""
    times = instance["times"]
    if not isinstance(answer, list) or not all(type(job) is int for job in answer):
        raise ValueError("an order is a list of job numbers")
    if sorted(answer) != list(range(len(times))):
        raise ValueError(f"an order holds each of the {len(times)} jobs once, numbered from 0")
    return bound(times) / makespan(times, answer)
