"""The content of `grader/system.yaml`."""

from __future__ import annotations

from pydantic import Field, field_validator, model_validator

from synth_gym.errors import did_you_mean
from synth_gym.grading.protocols.control.systems import SYSTEMS
from synth_gym.schema import Strict

FILE = "system.yaml"


class Seeds(Strict):
    """One episode for each seed."""

    public: tuple[int, ...] = Field(min_length=1)
    private: tuple[int, ...] = Field(min_length=1)


class Config(Strict):
    """A system, how it is disturbed, and its episodes."""

    system: str
    """One of `systems.SYSTEMS`."""
    constants: dict[str, float] = Field(default_factory=dict)
    """Attributes of gymnasium's environment that differ from its own."""
    steps: int = Field(gt=0, le=1000)
    """Of one episode."""
    noise: float = Field(0.0, ge=0)
    """Standard deviation of the sensors, as a share of each one's usual size."""
    delay: int = Field(0, ge=0, le=20)
    """Steps by which the sensors are late."""
    slips: float = Field(0.0, ge=0, le=1)
    """Probability that an action is replaced by a random one."""
    blind: bool = False
    """Whether the sensors for speeds are missing."""
    seeds: Seeds

    @field_validator("system")
    @classmethod
    def _known(cls, name: str) -> str:
        if name not in SYSTEMS:
            raise ValueError(f"no system {name!r}{did_you_mean(name, SYSTEMS)}; systems are: {', '.join(SYSTEMS)}")
        return name

    @model_validator(mode="after")
    def _adjustable(self) -> Config:
        allowed = SYSTEMS[self.system].adjustable
        for name in self.constants:
            if name not in allowed:
                raise ValueError(f"{self.system} has no constant {name!r}; constants are: {', '.join(allowed)}")
        return self
