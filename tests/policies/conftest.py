"""The first info of an episode, as a session gives it, and a maker of llm policies against a scripted server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from servers.model_server import Answer, ModelServer

from synth_gym.policies.llm import LLMPolicy
from synth_gym.tools import Toolset


@pytest.fixture
def first_info() -> dict[str, Any]:
    return {"tools": Toolset.default().schemas, "env_id": "synth-ml/Tiny-v0", "steps_left": 50}


@pytest.fixture
def serve() -> Iterator[Callable[..., ModelServer]]:
    """Starts servers that end with the test."""
    with ExitStack() as stack:
        yield lambda *answers: stack.enter_context(ModelServer(answers))


@pytest.fixture
def play(
    serve: Callable[..., ModelServer], first_info: dict[str, Any], tmp_path: Path
) -> Callable[..., tuple[LLMPolicy, ModelServer]]:
    """A policy whose episode has begun, against a server with these answers; `agent` is more YAML of its definition."""

    def start(*answers: Answer, agent: str = "", **options: Any) -> tuple[LLMPolicy, ModelServer]:
        definition = tmp_path / "agent.yaml"
        definition.write_text(f"name: test\nsystem_prompt: Be good.\n{agent}", encoding="utf-8")
        server = serve(*answers)
        policy = LLMPolicy("tiny", agent=definition, base_url=server.url, **options)
        policy.reset("The task.", first_info)
        return policy, server

    return start
