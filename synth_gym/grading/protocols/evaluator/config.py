"""The content of `grader/evaluator.yaml`."""

from __future__ import annotations

from pydantic import Field

from synth_gym.schema import Strict

FILE = "evaluator.yaml"


class Seeds(Strict):
    """What the script's random numbers start from on each split."""

    public: int
    private: int


class Config(Strict):
    """The script, as text: what happens to files later does not matter."""

    script: str
    modules: dict[str, str] = Field(default_factory=dict)
    """Source of the modules that it imports, by name."""
    submission: str = Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")
    """Name under which it imports the submission."""
    function: str
    """The function that it calls."""
    metric: str
    """The key of the printed JSON object that counts."""
    seeds: Seeds
