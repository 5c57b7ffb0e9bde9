"""Does nothing but submit: what an untouched workspace is worth."""

from __future__ import annotations

from synth_gym.policies.base import Action
from synth_gym.policies.scripted import ScriptedPolicy


class NoopPolicy(ScriptedPolicy):
    """Submits at once. The outcome is `invalid_submission`, unless the workspace came with a valid submission."""

    name = "noop"

    def __init__(self, *, seed: int = 0) -> None:
        super().__init__([Action("submit")])
