"""What the tests of the generator `llm` ask a model server with."""

from __future__ import annotations

from pathlib import Path

from synth_gym.policies.settings import Price, Sampling
from synth_gym.policies.spending import CostBudget
from synth_gym.synthesis.llm.client import Client
from synth_gym.synthesis.llm.endpoint import Endpoint
from synth_gym.synthesis.llm.prompts import load_prompts
from synth_gym.synthesis.llm.settings import ModelAccess
from synth_gym.synthesis.llm.store import Store


def access_to(url: str, **changes: object) -> ModelAccess:
    """Settings for a loopback model server: a dollar for a million tokens of any kind."""
    sampling = Sampling(temperature=0.8, max_tokens=1000)
    given = {"model": "tiny", "base_url": url, "sampling": sampling, "price": Price(prompt=1, completion=1)}
    return ModelAccess.model_validate(given | changes)


def client_of(access: ModelAccess, folder: Path, *, offline: bool = False, budget: float | None = None) -> Client:
    """A client that records in a folder. Make it inside a running event loop."""
    return Client(
        access,
        load_prompts(),
        Store(folder / "calls"),
        None if offline else Endpoint(access),
        CostBudget(folder / "spent.json", budget) if budget else None,
    )
