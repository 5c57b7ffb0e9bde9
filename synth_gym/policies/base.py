"""The interface between an episode and whoever plays it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

from synth_gym.outcome import Outcome


@dataclass(frozen=True)
class Usage:
    """What one model call used."""

    prompt_tokens: int
    completion_tokens: int
    cost: float
    """US dollars; 0 when no price is known."""


@dataclass(frozen=True)
class Action:
    """One tool call, or a reply that could not be read as one."""

    tool: str
    """Name of the tool; empty when the reply called none."""
    arguments: dict[str, Any] = field(default_factory=dict)
    thought: str = ""
    """What was said beside the call."""
    reasoning: str = ""
    """The model's hidden reasoning, where a server gives it."""
    usage: Usage | None = None
    """Of the model call behind this action; None when there was none."""
    error: str = ""
    """Why the reply could not be read. Nothing is run; the text is the policy's next observation."""


class Policy(Protocol):
    """Chooses actions, one episode after the other."""

    name: str

    def reset(self, observation: str, info: dict[str, Any]) -> None:
        """Begin an episode.

        Args:
            observation: the instruction and the rules of the episode.
            info: what `Session.start` gave, `info["tools"]` (the tools' schemas) among it.
        """

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        """Choose the next action. The first call of an episode gets the observation that `reset` got.

        Args:
            observation: the last step's.
            info: the last step's. In a rollout it also has `slot_seconds`: how long commands have waited until they
                could run, which is nothing to charge anybody for.

        Raises:
            PolicyStopped: the policy ends the episode from its side.
        """


class PolicyStopped(Exception):
    """The policy cannot or will not go on; `outcome` says why (context_limit, cost_limit, cancelled)."""

    def __init__(self, outcome: Outcome, message: str = "") -> None:
        super().__init__(message or str(outcome))
        self.outcome = outcome
