"""The error that a model's own call can cause."""

from __future__ import annotations

from synth_gym.errors import SynthGymError


class InvalidToolCallError(SynthGymError):
    """A call names no tool or breaks the tool's schema; the message is written for the model that made it."""
