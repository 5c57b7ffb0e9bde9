"""The match: rounds, payoffs, score. Runs in the grader's process."""

from __future__ import annotations

import random
from collections.abc import Generator
from typing import Any

from synth_gym.grading.faults import SubmissionRejected
from synth_gym.grading.protocols.base import Ask, Begin, Play
from synth_gym.grading.protocols.repeated_game.strategies import STRATEGIES, Game


def play(config: dict[str, Any], split: str) -> Play:
    """Meet every opponent of a split; the mean over opponents of the agent's mean payoff per round."""
    opponents = config["opponents"][split]
    means = []
    for number, opponent in enumerate(opponents, start=1):
        where = f"match {number} of {len(opponents)}"
        yield Begin(opponent["seed"], where)
        means.append((yield from _match(config, opponent, where)))
    return sum(means) / len(means)


def _match(config: dict[str, Any], opponent: dict[str, Any], where: str) -> Generator[Ask, Any, float]:
    """One match; the agent's mean payoff per round. Both sides choose before either sees the other's action."""
    rng = random.Random(opponent["seed"])
    agent_actions, opponent_actions = config["actions"]["agent"], config["actions"]["opponent"]
    game = Game(agent_actions, opponent_actions, config["payoffs"]["opponent"], rng)
    choose = STRATEGIES[opponent["strategy"]](game, **opponent["parameters"])
    mine: list[int] = []
    theirs: list[int] = []
    total = 0.0
    for number in range(config["rounds"]):
        theirs_now = choose(mine, theirs)
        if rng.random() < opponent["noise"]:
            theirs_now = rng.randrange(len(opponent_actions))
        observation = {
            "round": number,
            "rounds": config["rounds"],
            "mine": [agent_actions[action] for action in mine],
            "theirs": [opponent_actions[action] for action in theirs],
        }
        answer = yield Ask(observation, f"{where}, round {number + 1}")
        if not isinstance(answer, str) or answer not in agent_actions:
            raise SubmissionRejected(
                f"{where}, round {number + 1}: {_short(answer)} is not one of the actions {', '.join(agent_actions)}"
            )
        mine.append(agent_actions.index(answer))
        theirs.append(theirs_now)
        total += config["payoffs"]["agent"][mine[-1]][theirs_now]
    return total / config["rounds"]


def _short(answer: Any) -> str:
    text = repr(answer)
    return text if len(text) <= 80 else text[:80] + "..."
