"""The content of `grader/game.yaml`."""

from __future__ import annotations

import random
from typing import Annotated, Any

from pydantic import Field, field_validator, model_validator

from synth_gym.errors import did_you_mean
from synth_gym.grading.protocols.repeated_game.strategies import STRATEGIES, Game
from synth_gym.schema import Strict

FILE = "game.yaml"

Matrix = Annotated[tuple[tuple[float, ...], ...], Field(min_length=1)]


class Actions(Strict):
    """What each side may play, in the order of the matrices."""

    agent: tuple[str, ...] = Field(min_length=2)
    opponent: tuple[str, ...] = Field(min_length=2)


class Payoffs(Strict):
    """What each side gets: one row for each action of the agent, one column for each action of the opponent."""

    agent: Matrix
    opponent: Matrix


class Opponent(Strict):
    """One opponent. It starts every match afresh from its seed."""

    strategy: str
    """A name of `strategies.STRATEGIES`."""
    parameters: dict[str, Any] = Field(default_factory=dict)
    """Keyword arguments of the strategy."""
    seed: int
    noise: float = Field(0.0, ge=0, le=1)
    """Probability that a round's action is replaced by one drawn uniformly (a trembling hand)."""

    @field_validator("strategy")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in STRATEGIES:
            hint = did_you_mean(name, STRATEGIES)
            raise ValueError(f"no strategy {name!r}{hint}; strategies are: {', '.join(STRATEGIES)}")
        return name


class Opponents(Strict):
    """Who is met on each split."""

    public: tuple[Opponent, ...] = Field(min_length=1)
    private: tuple[Opponent, ...] = Field(min_length=1)


class Config(Strict):
    """A game, its length and its opponents."""

    rounds: int = Field(gt=0, le=1000)
    """Rounds of each match."""
    actions: Actions
    payoffs: Payoffs
    opponents: Opponents

    @model_validator(mode="after")
    def _agrees(self) -> Config:
        shape = (len(self.actions.agent), len(self.actions.opponent))
        for side, matrix in (("agent", self.payoffs.agent), ("opponent", self.payoffs.opponent)):
            if len(matrix) != shape[0] or any(len(row) != shape[1] for row in matrix):
                raise ValueError(
                    f"payoffs.{side} must have {shape[0]} rows (the agent's actions) of {shape[1]} (the opponent's)"
                )
        for opponent in (*self.opponents.public, *self.opponents.private):
            self._try(opponent)
        return self

    def _try(self, opponent: Opponent) -> None:
        """Make an opponent once, so that wrong parameters are found before any match."""
        game = Game(self.actions.agent, self.actions.opponent, self.payoffs.opponent, random.Random(0))
        try:
            STRATEGIES[opponent.strategy](game, **opponent.parameters)
        except (TypeError, ValueError) as error:
            raise ValueError(f"strategy {opponent.strategy!r}: {error}") from None
