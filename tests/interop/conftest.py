"""Foreign systems, where they are installed."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge
from synth_gym.interop.mini import MiniEnvironment
from synth_gym.tools.toolset import find_bundle

os.environ.setdefault("MSWEA_SILENT_STARTUP", "1")
os.environ.setdefault("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # nothing is looked up in the network


@pytest.fixture(scope="session")
def swe_agent() -> Path:
    """A checkout of SWE-agent whose dependencies are installed here; it is not on PyPI."""
    checkout = os.environ.get("SWE_AGENT_CHECKOUT")
    if not checkout:
        pytest.skip("SWE_AGENT_CHECKOUT names no checkout of SWE-agent")
    sys.path.insert(0, checkout)
    return Path(checkout)


@pytest.fixture
def swe_env(swe_agent: Path, tiny_challenge: Challenge) -> tuple[Any, Any]:
    """SWE-agent's environment over a deployment of the challenge, and a configuration of its tools with ours."""
    from sweagent.environment.repo import PreExistingRepoConfig
    from sweagent.environment.swe_env import SWEEnv
    from sweagent.tools.bundle import Bundle
    from sweagent.tools.tools import ToolConfig

    from synth_gym.interop.swerex import REPO_NAME, ChallengeDeployment

    deployment = ChallengeDeployment(tiny_challenge, seed=3)
    repo = PreExistingRepoConfig(repo_name=REPO_NAME, reset=False)
    bundles = [swe_agent / "tools" / "registry", swe_agent / "tools" / "windowed", find_bundle("submission")]
    tools = ToolConfig(bundles=[Bundle(path=path) for path in bundles], env_variables={"WINDOW": 100, "OVERLAP": 2})
    return SWEEnv(deployment=deployment, repo=repo, post_startup_commands=[]), tools


def reply(command: str) -> dict[str, Any]:
    """A model's reply that calls SWE-agent's `bash`."""
    function = {"name": "bash", "arguments": json.dumps({"command": command})}
    return {"message": "", "tool_calls": [{"type": "function", "id": "call", "function": function}]}


@pytest.fixture
def mini(tiny_challenge: Challenge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Any]]:
    """Makes mini-swe-agent's own agent, with a list of commands for a model, over an environment."""
    monkeypatch.setenv("MSWEA_GLOBAL_CONFIG_DIR", str(tmp_path / "mini"))
    pytest.importorskip("minisweagent", reason="pip install 'synth-gym[mini]'")
    from minisweagent.agents.default import DefaultAgent
    from minisweagent.models.test_models import DeterministicModel, make_output

    made = []

    def make(commands: list[str], **options: Any) -> Any:
        environment = MiniEnvironment(challenge=str(tiny_challenge.path), **options)
        made.append(environment)
        model = DeterministicModel(outputs=[make_output("", [{"command": command}], cost=0.0) for command in commands])
        return DefaultAgent(model, environment, system_template="", instance_template="{{ instruction }}")

    yield make
    for environment in made:
        environment.close()
