"""The repeated game's opponents and scoring, without processes: a protocol is a generator."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from synth_gym.grading.protocols import read_config, start
from synth_gym.grading.protocols.base import Begin
from synth_gym.grading.protocols.repeated_game.strategies import STRATEGIES, Game

ROCK_PAPER_SCISSORS = ["rock", "paper", "scissors"]
BEATS = [[0, 1, -1], [-1, 0, 1], [1, -1, 0]]  # the opponent's payoff: its column against the agent's row


def actions(strategy: str, agent: list[int], own: list[int] | None = None, **parameters: Any) -> list[int]:
    """What an opponent plays against a given sequence of the agent's actions, one after the other."""
    game = Game(ROCK_PAPER_SCISSORS, ROCK_PAPER_SCISSORS, BEATS, random.Random(0))
    choose = STRATEGIES[strategy](game, **parameters)
    played: list[int] = []
    for number in range(len(agent)):
        played.append(choose(agent[:number], played))
    return played


@pytest.mark.parametrize(
    ("strategy", "parameters", "agent", "expected"),
    [
        ("always", {"action": "paper"}, [0, 1, 2], [1, 1, 1]),
        ("pattern", {"actions": ["rock", "rock", "scissors"]}, [0] * 5, [0, 0, 2, 0, 0]),
        ("tit_for_tat", {"first": "rock"}, [1, 2, 0, 0], [0, 1, 2, 0]),
        ("tit_for_two_tats", {"first": "rock"}, [1, 1, 1, 2, 0], [0, 0, 1, 1, 0]),
        ("grim", {"first": "rock", "punishment": "paper", "trigger": "scissors"}, [0, 2, 0, 0], [0, 0, 1, 1]),
        ("win_stay", {"first": "rock"}, [2, 2, 1, 1, 0], [0, 0, 0, 1, 1]),
        ("frequency_best_response", {}, [0, 0, 1, 1, 1], [0, 1, 1, 1, 1]),
        ("transition_best_response", {}, [0, 1, 0, 1, 0, 1], [0, 0, 0, 2, 1, 2]),
        ("mixed", {"weights": [0, 1, 0]}, [0, 0], [1, 1]),
    ],
)
def test_opponents_play_as_their_names_say(
    strategy: str, parameters: dict[str, Any], agent: list[int], expected: list[int]
) -> None:
    assert actions(strategy, agent, **parameters) == expected


def test_beat_last_beats_the_last_action() -> None:
    assert actions("beat_last", [0, 1, 2, 0])[1:] == [1, 2, 0]


def test_chance_comes_from_the_seed_alone() -> None:
    assert actions("uniform", [0] * 20) == actions("uniform", [0] * 20)
    assert set(actions("uniform", [0] * 50)) == {0, 1, 2}


def play(config: dict[str, Any], split: str, choose: Callable[[dict[str, Any]], Any]) -> tuple[float, list[Any]]:
    """Drive the generator with a plain function; gives the score and all messages."""
    game, messages = start("repeated_game", config, split), []
    message = next(game)
    try:
        while True:
            messages.append(message)
            message = game.send(None if isinstance(message, Begin) else choose(message.observation))
    except StopIteration as end:
        return end.value, messages


CONFIG: dict[str, Any] = {
    "rounds": 3,
    "actions": {"agent": ["up", "down"], "opponent": ["left", "middle", "right"]},
    "payoffs": {"agent": [[1, 2, 3], [4, 5, 6]], "opponent": [[0, 0, 0], [0, 0, 0]]},
    "opponents": {
        "public": [{"strategy": "always", "parameters": {"action": "middle"}, "seed": 1, "noise": 0.0}],
        "private": [
            {"strategy": "always", "parameters": {"action": "right"}, "seed": 1, "noise": 0.0},
            {"strategy": "pattern", "parameters": {"actions": ["left", "right"]}, "seed": 1, "noise": 0.0},
        ],
    },
}


def test_a_general_game_is_scored_by_the_agents_matrix() -> None:
    assert play(CONFIG, "public", lambda observation: "down")[0] == 5.0
    assert play(CONFIG, "private", lambda observation: "up")[0] == pytest.approx((3 + (1 + 3 + 1) / 3) / 2)


def test_the_observation_holds_the_past_of_this_match_only() -> None:
    _, messages = play(CONFIG, "private", lambda observation: "up")
    assert [type(message).__name__ for message in messages] == ["Begin", "Ask", "Ask", "Ask"] * 2
    assert messages[2].observation == {"round": 1, "rounds": 3, "mine": ["up"], "theirs": ["right"]}
    assert messages[5].observation == {"round": 0, "rounds": 3, "mine": [], "theirs": []}


def test_noise_replaces_actions_by_drawn_ones() -> None:
    noisy = CONFIG | {"rounds": 300, "opponents": {"public": [CONFIG["opponents"]["public"][0] | {"noise": 0.6}]}}
    _, messages = play(noisy, "public", lambda observation: "up")
    theirs = messages[-1].observation["theirs"]
    assert 0.5 < theirs.count("middle") / len(theirs) < 0.7  # 0.4 + 0.6 / 3


def test_a_round_costs_the_same_early_and_late(game_challenge: Any) -> None:
    """Every strategy plays 1000 rounds; the file's own limit, so that a grading stays within seconds."""
    config = read_config("repeated_game", game_challenge / "grader") | {"rounds": 1000}
    score, messages = play(config, "private", lambda observation: "defect")
    assert len(messages) == 3 * 1001 and 1.0 <= score <= 5.0
