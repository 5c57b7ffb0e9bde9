"""Programs that solve an instance without any idea, for checking that ideas are rewarded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from synth_gym.challenge import Challenge, Program
from synth_gym.grading.protocols import read_config

_ANSWERS = {
    "bin_packing": {"each item in a bin of its own": "list(range(len(instance['sizes'])))"},
    "facility_location": {
        "every site": "list(range(len(instance['opening'])))",
        "the cheapest site": "[min(range(len(instance['opening'])), key=instance['opening'].__getitem__)]",
    },
    "flow_shop": {
        "jobs as they come": "list(range(len(instance['times'])))",
        "jobs in random order": "random.sample(range(len(instance['times'])), len(instance['times']))",
    },
    "graph_colouring": {"each vertex in a colour of its own": "list(range(instance['vertices']))"},
    "knapsack": {"nothing": "[]"},
    "max_cut": {
        "everything on one side": "[0] * instance['vertices']",
        "sides at random": "[random.randrange(2) for _ in range(instance['vertices'])]",
    },
    "max_sat": {
        "all true": "[True] * instance['variables']",
        "values at random": "[random.random() < 0.5 for _ in range(instance['variables'])]",
    },
    "quadratic_assignment": {
        "machines as they come": "list(range(len(instance['flows'])))",
        "places at random": "random.sample(range(len(instance['flows'])), len(instance['flows']))",
    },
    "set_cover": {"every set": "list(range(len(instance['sets'])))"},
    "travelling_salesman": {
        "cities as they come": "list(range(len(instance['cities'])))",
        "cities in random order": "random.sample(range(len(instance['cities'])), len(instance['cities']))",
    },
    "vehicle_routing": {
        "a van for every customer": "[[customer] for customer in range(len(instance['customers']))]",
    },
    "weighted_tardiness": {
        "jobs as they come": "list(range(len(instance['times'])))",
        "jobs in random order": "random.sample(range(len(instance['times'])), len(instance['times']))",
    },
}


def trivial_programs(challenge: Challenge) -> Iterator[tuple[str, str, Literal["baseline", "reference"]]]:
    """Name, source, and whose score it must not reach."""
    program = challenge.spec.submission
    assert isinstance(program, Program)
    problem = read_config(program.protocol, challenge.grader)["problem"]
    for name, answer in _ANSWERS[problem].items():
        yield name, f"import random\n\n\ndef {program.entry}(instance):\n    return {answer}\n", "baseline"
