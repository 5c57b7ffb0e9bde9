"""Instances out, solutions in, quality measured. Runs in the grader's process."""

from __future__ import annotations

import random
from typing import Any

from synth_gym.grading.faults import SubmissionRejected
from synth_gym.grading.protocols.base import Ask, Begin, Play
from synth_gym.grading.protocols.optimization.problems import problem_named


def play(config: dict[str, Any], split: str) -> Play:
    """Pose every instance of a split; the mean quality of the answers, from 0 to 1."""
    problem = problem_named(config["problem"])
    seeds = config["seeds"][split]
    total = 0.0
    # The program is loaded once: what it learns on one instance it may use on the next.
    yield Begin(0, "loading")
    for number, seed in enumerate(seeds, start=1):
        where = f"instance {number} of {len(seeds)}"
        instance = problem.generate(random.Random(seed), **config["parameters"])
        answer = yield Ask(instance, where)
        try:
            total += problem.quality(instance, answer)
        except ValueError as error:
            raise SubmissionRejected(f"{where}: {error}") from None
    return float(total / len(seeds))
