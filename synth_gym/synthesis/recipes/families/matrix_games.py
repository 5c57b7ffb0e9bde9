"""Repeated matrix games against several opponents; a program is handed in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth_gym import __version__
from synth_gym.challenge import Dataset, Metric, Program, Scores
from synth_gym.schema import to_yaml
from synth_gym.synthesis.draft import Draft
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.families.base import LIMITS, pick, rounds
from synth_gym.synthesis.recipes.games import GAMES, Game, Payoffs, opponents
from synth_gym.synthesis.recipes.templates import render

PLAIN_SHARE = 0.4
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

    def designs(self, rng: np.random.Generator) -> Iterator[GameDesign]:
        """Games in turn, each with a random twist."""
        for game in rounds(GAMES, rng):
            yield GameDesign(game.name, TWISTS[0] if rng.random() < PLAIN_SHARE else pick(TWISTS, rng))


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
        title = f"{game.title}, {self.twist.title}" if self.twist.title else game.title
        context = {"game": game, "payoffs": payoffs, "rounds": rounds_played, "noise": self.twist.noise}

        def instruction(baseline: Scores) -> str:
            return render(
                "game/instruction.md.j2",
                **context,
                title=title,
                submission=SUBMISSION,
                metric=metric,
                baseline=baseline,
                limits=LIMITS,
                public=PUBLIC_OPPONENTS,
                private=PRIVATE_OPPONENTS,
            )

        return Draft(
            id=address.id,
            title=title,
            family="matrix-game",
            tags=(self.twist.tag, "program"),
            dataset=_dataset(game, rules),
            metric=metric,
            submission=SUBMISSION,
            limits=LIMITS,
            requirements=(),
            provenance=address.provenance(),
            files={
                "workspace/game.json": _json(rules),
                "workspace/arena.py": render("game/arena.py.j2"),
                "workspace/baseline.py": render("game/baseline.py.j2"),
                "workspace/sample_submission.py": render("game/sample.py.j2", actions=list(game.actions)),
                "grader/game.yaml": to_yaml(rules | {"opponents": met}),
                "solution/solution.py": render("game/solution.py.j2"),
            },
            instruction=instruction,
            sample="workspace/sample_submission.py",
        )


def _json(rules: dict[str, Any]) -> str:
    """The rules as JSON, one line for each key."""
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in rules.items())
    return f"{{\n{lines}\n}}\n"


def _metric(payoffs: Payoffs) -> Metric:
    values = [value for row in payoffs.agent for value in row]
    return Metric(name="mean_payoff", direction="maximize", optimum=max(values), worst=min(values))


def _dataset(game: Game, rules: dict[str, Any]) -> Dataset:
    """A game has no data; what pins it is its rules."""
    digest = hashlib.sha256(json.dumps(rules, sort_keys=True).encode()).hexdigest()
    return Dataset(
        source="none", id=game.name, revision=__version__, licence="Apache-2.0", content_hash=f"sha256:{digest}"
    )
