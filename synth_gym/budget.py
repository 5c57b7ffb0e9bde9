"""What an episode may use, and how much of it is used up."""

from __future__ import annotations

from dataclasses import dataclass

from synth_gym.challenge import Limits
from synth_gym.outcome import Outcome

MAX_FORMAT_ERRORS = 5
"""Malformed actions in a row after which an episode ends as `format_error`."""


@dataclass
class Budget:
    """Steps, seconds and malformed actions of one episode."""

    limits: Limits
    step: int = 0
    seconds: float = 0.0
    format_errors: int = 0
    """Malformed actions in a row."""

    @property
    def steps_left(self) -> int:
        return self.limits.steps - self.step

    @property
    def seconds_left(self) -> float:
        return max(0.0, self.limits.seconds - self.seconds)

    @property
    def outcome(self) -> Outcome:
        """The limit that was reached; `running` if none was."""
        if self.format_errors >= MAX_FORMAT_ERRORS:
            return Outcome.FORMAT_ERROR
        if self.seconds >= self.limits.seconds:
            return Outcome.TIME_LIMIT
        return Outcome.STEP_LIMIT if self.step >= self.limits.steps else Outcome.RUNNING
