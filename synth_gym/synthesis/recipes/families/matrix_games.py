"""Repeated matrix games against several opponents; a program is handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synth_gym.challenge import Metric, Program
from synth_gym.schema import to_yaml
from synth_gym.synthesis.draft import Draft
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.families.base import pick, rounds
from synth_gym.synthesis.recipes.families.programs import ProgramTexts, program_draft, rules_as_json
from synth_gym.synthesis.recipes.games import GAMES, Payoffs, opponents
from synth_gym.synthesis.recipes.templates import render

PUBLIC_OPPONENTS = 6
PRIVATE_OPPONENTS = 12
SUBMISSION = Program(kind="program", path="strategy.py", protocol="repeated_game", entry="play", seconds=60.0)


@dataclass(frozen=True)
class GameTwist:
    """One way to change how a game is played, or none."""

    piece: str
    title: str
    tag: str
    noise: float = 0.0
    rounds: tuple[int, ...] = (80, 100, 120)


TWISTS = (
    GameTwist("", "", "plain"),
    GameTwist("TremblingHand", "against trembling hands", "noise", noise=0.1),
    GameTwist("Short", "in short matches", "few-shot", rounds=(20, 25, 30)),
)


@dataclass(frozen=True)
class MatrixGame:
    """The family."""

    name: str = "matrix-game"

    def designs(self, rng: np.random.Generator, twisted: float) -> Iterator[GameDesign]:
        """Games in turn, each with a random twist."""
        for game in rounds(GAMES, rng):
            yield GameDesign(game.name, TWISTS[0] if rng.random() >= twisted else pick(TWISTS[1:], rng))


@dataclass(frozen=True)
class GameDesign:
    """One game and twist."""

    game: str
    twist: GameTwist
    redistributable: bool = True

    @property
    def names(self) -> Sequence[str]:
        return (self.game + self.twist.piece,)

    def draft(self, address: Address) -> Draft:
        game = next(game for game in GAMES if game.name == self.game)
        payoffs = game.draw(address.stream("payoffs"))
        rounds_played = pick(self.twist.rounds, address.stream("rounds"))
        rules = {
            "rounds": rounds_played,
            "actions": {"agent": list(game.actions), "opponent": list(game.actions)},
            "payoffs": {"agent": payoffs.agent, "opponent": payoffs.opponent},
        }
        met = {
            "public": opponents(game, PUBLIC_OPPONENTS, self.twist.noise, address.stream("public")),
            "private": opponents(game, PRIVATE_OPPONENTS, self.twist.noise, address.stream("private")),
        }
        metric = _metric(payoffs)
        texts = ProgramTexts(
            title=f"{game.title}, {self.twist.title}" if self.twist.title else game.title,
            family="matrix-game",
            source=game.name,
            twists=() if not self.twist.piece else (self.twist.tag,),
            templates="game",
            context={
                "game": game,
                "payoffs": payoffs,
                "rounds": rounds_played,
                "noise": self.twist.noise,
                "actions": list(game.actions),
            },
            public=PUBLIC_OPPONENTS,
            private=PRIVATE_OPPONENTS,
        )
        files = {
            "workspace/game.json": rules_as_json(rules),
            "workspace/arena.py": render("game/arena.py.j2"),
            "grader/game.yaml": to_yaml(rules | {"opponents": met}),
        }
        return program_draft(address, texts, metric, SUBMISSION, rules, files)


def _metric(payoffs: Payoffs) -> Metric:
    values = [value for row in payoffs.agent for value in row]
    return Metric(name="mean_payoff", direction="maximize", optimum=max(values), worst=min(values))
