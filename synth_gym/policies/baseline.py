"""Runs what the challenge brings along: the reward-0 line of every table."""

from __future__ import annotations

from synth_gym.policies.base import Action
from synth_gym.policies.scripted import ScriptedPolicy


class BaselinePolicy(ScriptedPolicy):
    """Runs `baseline.py`, validates, submits."""

    name = "baseline"

    def __init__(self, *, seed: int = 0) -> None:
        super().__init__(["python baseline.py", Action("validate"), Action("submit")])
