"""The parts of an agent definition: sampling, prices, limits, what is kept of a history."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field, model_validator

from synth_gym.schema import Strict


class Sampling(Strict):
    """How a model's replies are drawn. What is null is left to the server."""

    temperature: float | None = Field(default=None, ge=0)
    top_p: float | None = Field(default=None, gt=0, le=1)
    max_tokens: int | None = Field(default=None, gt=0)
    """Most tokens of one reply, hidden reasoning included."""
    reasoning_effort: str | None = None
    """How much a reasoning model thinks (OpenAI: minimal, low, medium, high)."""
    seeded: bool = True
    """Send the policy's seed. For servers that refuse the parameter: false. The Responses API has none."""
    extra: dict[str, Any] = Field(default_factory=dict)
    """Further parameters of the request, as the server names them (vLLM: `top_k`, `chat_template_kwargs`, ...)."""


class Price(Strict):
    """US dollars per million tokens."""

    prompt: float = Field(ge=0)
    completion: float = Field(ge=0)
    cached: float | None = Field(default=None, ge=0)
    """Of prompt tokens that the server had in its cache; the price of any prompt token when null."""

    def of(self, prompt_tokens: int, completion_tokens: int, cached_tokens: int = 0) -> float:
        """US dollars of one call; `cached_tokens` are among `prompt_tokens`."""
        cached = self.prompt if self.cached is None else self.cached
        fresh = prompt_tokens - cached_tokens
        return (self.prompt * fresh + cached * cached_tokens + self.completion * completion_tokens) / 1e6


class ModelLimits(Strict):
    """When the policy ends an episode from its side. The challenge has limits of its own; the first one counts."""

    steps: int | None = Field(default=None, gt=0)
    """Most actions of one episode; then the outcome is `step_limit`."""
    tokens: int | None = Field(default=None, gt=0)
    """Longest conversation, as the server counts it; beyond it the outcome is `context_limit`."""
    cost: float | None = Field(default=None, gt=0)
    """US dollars of one episode; once they are spent the outcome is `cost_limit`."""
    seconds: float | None = Field(default=None, gt=0)
    """Wall-clock time of one episode, waiting for the model included; then the outcome is `time_limit`."""


class History(Strict):
    """What of the past is sent to the model. Records keep all of it."""

    keep: Literal["all", "last_observations", "token_budget"] = "all"
    """`all`: nothing is ever changed, so one episode is one training sample. The other two leave out the text of old
    observations: all but the last ones, or the oldest when the conversation outgrows a budget."""
    observations: int | None = Field(default=None, gt=0)
    """Of `last_observations`: how many stay."""
    tokens: int | None = Field(default=None, gt=0)
    """Of `token_budget`: longest prompt. Beyond it, old observations are left out until 60 % of it are used: rarely, so
    that from one time to the next the prompt only grows and a server's prefix cache holds."""

    @model_validator(mode="after")
    def _complete(self) -> History:
        needed = {"all": None, "last_observations": "observations", "token_budget": "tokens"}[self.keep]
        for name in ("observations", "tokens"):
            given = getattr(self, name) is not None
            if given != (name == needed):
                raise ValueError(f"keep: {self.keep} {'takes no' if given else 'needs'} {name!r}")
        return self
