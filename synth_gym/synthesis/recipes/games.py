"""Matrix games: payoffs drawn under the inequalities that make a game what it is, and the opponents that fit it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Matrix = list[list[float]]


@dataclass(frozen=True)
class Payoffs:
    """What each side gets; rows are the agent's actions, columns the opponent's."""

    agent: Matrix
    opponent: Matrix


@dataclass(frozen=True)
class Game:
    """One kind of game."""

    name: str
    """CamelCase, for ids."""
    title: str
    about: str
    actions: tuple[str, ...]
    """Both sides'."""
    draw: Callable[[np.random.Generator], Payoffs]
    friendly: str = ""
    """The action that is good for both, in games of trust: opponents may then copy, forgive and punish."""
    hostile: str = ""


def _symmetric(matrix: Matrix) -> Payoffs:
    return Payoffs(matrix, [list(column) for column in zip(*matrix, strict=True)])


def _zero_sum(matrix: Matrix) -> Payoffs:
    return Payoffs(matrix, [[-value for value in row] for row in matrix])


def _rising(rng: np.random.Generator, count: int) -> list[float]:
    """Different whole numbers, the smallest first."""
    return [float(value) for value in np.cumsum(rng.integers(1, 4, size=count)) - 1]


def _stag_hunt(rng: np.random.Generator) -> Payoffs:
    """Hunting the stag together is best, hunting it alone worst."""
    alone, hare_both, hare_alone, together = _rising(rng, 4)
    return _symmetric([[together, alone], [hare_alone, hare_both]])


def _chicken(rng: np.random.Generator) -> Payoffs:
    """Two that dare do worst; one that dares while the other yields does best."""
    crash, yielding, both_yield, daring = _rising(rng, 4)
    return _symmetric([[both_yield, yielding], [daring, crash]])


def _pennies(rng: np.random.Generator) -> Payoffs:
    """The agent wins on a match, and more on one side than on the other."""
    heads, tails, loss = (float(value) for value in rng.integers(1, 5, size=3))
    return _zero_sum([[heads, -loss], [-loss, tails]])


def _cycle(count: int, beats: Callable[[int, int], bool]) -> Callable[[np.random.Generator], Payoffs]:
    """Every action beats some and loses to others; how much is at stake depends on the winner."""

    def draw(rng: np.random.Generator) -> Payoffs:
        stakes = [float(value) for value in rng.integers(1, 5, size=count)]

        def payoff(own: int, other: int) -> float:
            return stakes[own] if beats(own, other) else -stakes[other] if beats(other, own) else 0.0

        return _zero_sum([[payoff(own, other) for other in range(count)] for own in range(count)])

    return draw


def _coordination(rng: np.random.Generator) -> Payoffs:
    """Only equal choices pay; some are worth more than others."""
    values = rng.permutation([2.0, 3.0, 5.0])
    return _symmetric([[float(values[own]) if own == other else 0.0 for other in range(3)] for own in range(3)])


def _claims(rng: np.random.Generator) -> Payoffs:
    """The traveller's dilemma: both get the lower claim; the lower claimant a bonus, the other a fine (Basu 1994)."""
    bonus, claims = float(rng.integers(2, 4)), range(2, 7)
    return _symmetric([[min(own, other) + bonus * float(np.sign(other - own)) for other in claims] for own in claims])


# Without the prisoner's dilemma and the battle of the sexes: students are measured on them in MLGym.
GAMES = (
    Game(
        "StagHunt",
        "The repeated stag hunt",
        "Two hunters choose at the same time. A stag takes both; a hare can be had alone but is worth less.",
        ("stag", "hare"),
        _stag_hunt,
        "stag",
        "hare",
    ),
    Game(
        "Chicken",
        "The repeated game of chicken",
        "Two drivers head for each other and choose at the same time whether to swerve or to go straight.",
        ("swerve", "straight"),
        _chicken,
        "swerve",
        "straight",
    ),
    Game(
        "MatchingPennies",
        "Repeated matching pennies",
        "Two players show a side of a coin at the same time. You win when the sides match, the opponent when they do "
        "not.",
        ("heads", "tails"),
        _pennies,
    ),
    Game(
        "RockPaperScissors",
        "Repeated rock, paper, scissors",
        "Rock beats scissors, scissors beat paper, paper beats rock; each win is worth something else.",
        ("rock", "paper", "scissors"),
        _cycle(3, lambda own, other: (own - other) % 3 == 1),
    ),
    Game(
        "LizardSpock",
        "Repeated rock, paper, scissors, lizard, Spock",
        "Every action beats two others and loses to two; each win is worth something else.",
        ("rock", "spock", "paper", "lizard", "scissors"),
        _cycle(5, lambda own, other: (own - other) % 5 in (1, 3)),
    ),
    Game(
        "ThreeWayCoordination",
        "Repeated coordination on three places",
        "Two players choose one of three places at the same time and are paid only when they meet; the places are "
        "worth different amounts.",
        ("north", "harbour", "market"),
        _coordination,
    ),
    Game(
        "TravellersDilemma",
        "The repeated traveller's dilemma",
        "Two travellers claim a sum for the same lost suitcase. Both get the lower claim; the one who claimed less "
        "gets a bonus on top, the other pays a fine of the same size.",
        ("two", "three", "four", "five", "six"),
        _claims,
        "six",
        "two",
    ),
)


def opponents(game: Game, count: int, noise: float, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Opponents of different kinds, each with its own parameters and seed."""
    kinds = _kinds(game, rng)
    order = [kinds[int(index)] for index in rng.permutation(len(kinds))]
    return [_opponent(order[number % len(order)](), noise, rng) for number in range(count)]


def _opponent(kind: tuple[str, dict[str, Any]], noise: float, rng: np.random.Generator) -> dict[str, Any]:
    strategy, parameters = kind
    return {"strategy": strategy, "parameters": parameters, "seed": int(rng.integers(2**31)), "noise": noise}


def _kinds(game: Game, rng: np.random.Generator) -> list[Callable[[], tuple[str, dict[str, Any]]]]:
    """What opponents there are; each gives a strategy with freshly drawn parameters."""

    def action() -> str:
        return str(rng.choice(game.actions))

    def weights() -> list[float]:
        return [round(float(value) + 0.05, 2) for value in rng.dirichlet([0.6] * len(game.actions))]

    kinds: list[Callable[[], tuple[str, dict[str, Any]]]] = [
        lambda: ("pattern", {"actions": [action() for _ in range(int(rng.integers(2, 5)))]}),
        lambda: ("mixed", {"weights": weights()}),
        lambda: ("beat_last", {}),
        lambda: ("frequency_best_response", {}),
        lambda: ("transition_best_response", {}),
        lambda: ("win_stay", {"first": action()}),
    ]
    if game.friendly:
        kinds += [
            lambda: ("tit_for_tat", {"first": game.friendly}),
            lambda: ("tit_for_two_tats", {"first": game.friendly}),
            lambda: ("grim", {"first": game.friendly, "punishment": game.hostile, "trigger": game.hostile}),
        ]
    return kinds
