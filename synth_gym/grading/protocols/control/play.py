"""Episodes, stepped in the grader's process."""

from __future__ import annotations

from typing import Any

from synth_gym.grading.faults import SubmissionRejected
from synth_gym.grading.protocols.base import Ask, Begin, Play
from synth_gym.grading.protocols.control.systems import Episode


def play(config: dict[str, Any], split: str) -> Play:
    """Play every episode of a split; the mean reward of a step, from 0 to 1."""
    seeds = config["seeds"][split]
    total = 0.0
    for number, seed in enumerate(seeds, start=1):
        where = f"episode {number} of {len(seeds)}"
        yield Begin(seed, where)
        episode = Episode(config, seed)
        while not episode.over:
            here = f"{where}, step {episode.step + 1}"
            action = yield Ask(episode.observation(), here)
            try:
                episode.act(action)
            except ValueError as error:
                raise SubmissionRejected(f"{here}: {error}") from None
        total += episode.score
    return float(total / len(seeds))
