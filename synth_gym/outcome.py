"""How an episode stands or ended, and what one step of it gives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """How an episode stands or ended."""

    RUNNING = "running"
    SUBMITTED = "submitted"
    STEP_LIMIT = "step_limit"
    TIME_LIMIT = "time_limit"
    INVALID_SUBMISSION = "invalid_submission"
    """`submit` was called with an artefact that the grader rejects."""
    FORMAT_ERROR = "format_error"
    """The policy's replies could not be read, too many times in a row."""
    CONTEXT_LIMIT = "context_limit"
    COST_LIMIT = "cost_limit"
    SANDBOX_DIED = "sandbox_died"
    GRADER_FAILED = "grader_failed"
    CANCELLED = "cancelled"

    @property
    def terminated(self) -> bool:
        """The task itself came to its end (Gymnasium's `terminated`); any other end is `truncated`."""
        return self in (Outcome.SUBMITTED, Outcome.INVALID_SUBMISSION)

    @property
    def trainable(self) -> bool:
        """False when the infrastructure, not the policy, decided the end: such an episode must not be learnt from."""
        return self not in (Outcome.SANDBOX_DIED, Outcome.GRADER_FAILED, Outcome.CANCELLED)


@dataclass(frozen=True)
class StepResult:
    """What `Session.step` gives: Gymnasium's five values."""

    observation: str
    reward: float
    terminated: bool
    truncated: bool
    info: dict[str, Any]
