"""The content of `grader/tournament.yaml`."""

from __future__ import annotations

from typing import Any

from pydantic import Field, field_validator, model_validator

from synth_gym.errors import did_you_mean
from synth_gym.grading.protocols.blotto.opponents import OPPONENTS, make_opponent
from synth_gym.schema import Strict

FILE = "tournament.yaml"


class Opponent(Strict):
    """One opponent. It starts every match afresh from its seed."""

    strategy: str
    """A name of `opponents.OPPONENTS`."""
    parameters: dict[str, Any] = Field(default_factory=dict)
    """Keyword arguments of the strategy."""
    seed: int

    @field_validator("strategy")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in OPPONENTS:
            hint = did_you_mean(name, OPPONENTS)
            raise ValueError(f"no strategy {name!r}{hint}; strategies are: {', '.join(OPPONENTS)}")
        return name


class Opponents(Strict):
    """Who is met on each split."""

    public: tuple[Opponent, ...] = Field(min_length=1)
    private: tuple[Opponent, ...] = Field(min_length=1)


class Config(Strict):
    """The battlefields and the opponents."""

    rounds: int = Field(gt=0, le=500)
    """Rounds of each match."""
    soldiers: int = Field(gt=0, le=10_000)
    """Of the agent, in every round."""
    opposing: int = Field(gt=0, le=10_000)
    """Of the opponent."""
    values: tuple[int, ...] = Field(min_length=2)
    """Of the battlefields."""
    opponents: Opponents

    @model_validator(mode="after")
    def _can_be_made(self) -> Config:
        """Make every opponent once, so that wrong parameters are found before any match."""
        for opponent in (*self.opponents.public, *self.opponents.private):
            try:
                make_opponent(self.values, self.opposing, opponent.model_dump())
            except (TypeError, ValueError) as error:
                raise ValueError(f"strategy {opponent.strategy!r}: {error}") from None
        return self
