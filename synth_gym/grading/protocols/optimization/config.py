"""The content of `grader/instances.yaml`."""

from __future__ import annotations

import random
from typing import Any

from pydantic import Field, field_validator, model_validator

from synth_gym.errors import did_you_mean
from synth_gym.grading.protocols.optimization.problems import PROBLEMS, problem_named
from synth_gym.schema import Strict

FILE = "instances.yaml"


class Seeds(Strict):
    """One instance for each seed."""

    public: tuple[int, ...] = Field(min_length=1)
    private: tuple[int, ...] = Field(min_length=1)


class Config(Strict):
    """A problem and its instances."""

    problem: str
    """One of `problems.PROBLEMS`."""
    parameters: dict[str, Any] = Field(default_factory=dict)
    """Keyword arguments of the problem's `generate`."""
    seeds: Seeds

    @field_validator("problem")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in PROBLEMS:
            raise ValueError(f"no problem {name!r}{did_you_mean(name, PROBLEMS)}; problems are: {', '.join(PROBLEMS)}")
        return name

    @model_validator(mode="after")
    def _can_be_drawn(self) -> Config:
        """Draw one instance, so that wrong parameters are found before any grading."""
        try:
            problem_named(self.problem).generate(random.Random(self.seeds.public[0]), **self.parameters)
        except (TypeError, ValueError) as error:
            raise ValueError(f"parameters of {self.problem!r}: {error}") from None
        return self
