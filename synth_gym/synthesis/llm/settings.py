"""How a synthesis with a language model is set: `agents/synthesis/settings.yaml`, or a file of the user's own."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, model_validator

from synth_gym.content import content
from synth_gym.policies.settings import Price, Sampling
from synth_gym.schema import Strict, load


class ModelAccess(Strict):
    """The model's server."""

    model: str | None = None
    """Its name at the server; `--model` on the command line."""
    base_url: str | None = None
    """Of any OpenAI-compatible server; `OPENAI_BASE_URL`, or OpenAI itself, by default."""
    key_variable: str = "OPENAI_API_KEY"
    """Environment variable of the key."""
    sampling: Sampling = Sampling()
    price: Price | None = None
    """US dollars per million tokens; without it no cost is known and no budget can be kept."""
    timeout: float = Field(600.0, gt=0)
    """Seconds to wait for one reply."""
    retries: int = Field(8, ge=0)
    """Of one call, after 408, 409, 429, 5xx, timeouts and lost connections."""
    concurrency: int = Field(32, gt=0)
    """Most calls in flight."""


class HubAccess(Strict):
    """The Hugging Face Hub."""

    url: str | None = None
    """`HF_ENDPOINT`, or huggingface.co, by default. The token is `HF_TOKEN`."""
    concurrency: int = Field(8, gt=0)
    """Topics that are grounded at the same time."""
    retries: int = Field(6, ge=0)
    """Of one request, after 429, 5xx and lost connections."""
    results: int = Field(4, gt=0)
    """Datasets of one search that are looked at."""
    max_dataset_bytes: int = Field(20 * 2**30, gt=0)
    """Larger splits are not looked at."""
    max_read_bytes: int = Field(64 * 2**20, gt=0)
    """Most bytes of row groups that are read from one split."""


class Rows(Strict):
    """What becomes of a dataset's rows."""

    most: int = Field(2000, gt=0)
    """Rows of one challenge, training and test together."""
    least: int = Field(200, gt=0)
    """Fewer do not make one."""
    max_classes: int = Field(20, gt=1)
    least_of_class: int = Field(10, gt=0)
    """Rows of a rarer class are left out."""
    shown: int = Field(5, ge=0)
    """Rows that the model is shown."""


class Debugging(Strict):
    """What is done about a draft that fails."""

    attempts: int = Field(4, gt=0)
    """Most drafts of one topic."""
    p_debug: float = Field(0.8, ge=0, le=1)
    """Probability that a failed draft is mended; otherwise a new one is written from the start."""
    command_seconds: float = Field(120.0, gt=0)
    """Time limit of one run of a baseline or reference, and of one command in the challenge."""


class LlmSettings(Strict):
    """The whole."""

    access: ModelAccess = ModelAccess()
    hub: HubAccess = HubAccess()
    rows: Rows = Rows()
    debugging: Debugging = Debugging()
    budget: float | None = Field(default=None, gt=0)
    """US dollars of the whole run."""
    topics_per_call: int = Field(5, gt=0)
    candidates: int = Field(3, gt=0)
    """Proposals for each topic."""
    licences: tuple[str, ...] = ()
    """SPDX identifiers, a choice from those that the gate `licence` allows; all of these when empty."""

    @model_validator(mode="after")
    def _countable(self) -> LlmSettings:
        if self.budget is not None and self.access.price is None:
            raise ValueError("a budget needs a price (US dollars per million tokens: prompt, completion)")
        return self


def load_settings(path: Path | None = None) -> LlmSettings:
    """The settings of a file, or those that ship.

    Raises:
        InvalidFileError: one line that names every fault.
    """
    return load(path or content("agents") / "synthesis" / "settings.yaml", LlmSettings)
