"""Sandboxes for the tests of this room."""

from __future__ import annotations

import os
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Limits
from synth_gym.sandbox import CommandResult, Sandbox, SandboxConfig, make_sandbox
from tests.sandbox.engine import IMAGE, docker_engine, missing

BACK_ENDS = ("bubblewrap", "process", pytest.param(f"docker:{IMAGE}", marks=pytest.mark.docker, id="docker"))
ISOLATING = (BACK_ENDS[0], BACK_ENDS[2])

Maker = Callable[..., Sandbox]


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def docker_host() -> Iterator[str]:
    """The address of an engine that this session started."""
    if reason := missing():
        pytest.skip(reason)
    with docker_engine() as address:
        os.environ["DOCKER_HOST"] = address
        yield address
        del os.environ["DOCKER_HOST"]


@pytest.fixture
def make(workspace: Path, request: pytest.FixtureRequest) -> Iterator[Maker]:
    """Makes sandboxes over the workspace; they are closed after the test."""
    made = []

    def make_one(name: str, *, limits: dict[str, Any] | None = None, **config: Any) -> Sandbox:
        if name.startswith("docker"):
            request.getfixturevalue("docker_host")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            sandbox = make_sandbox(name, SandboxConfig(workspace, limits=Limits(**limits or {}), **config))
        made.append(sandbox)
        return sandbox

    yield make_one
    for sandbox in made:
        sandbox.close()


@pytest.fixture(params=BACK_ENDS)
def sandbox(request: pytest.FixtureRequest, make: Maker) -> Sandbox:
    """One started sandbox of each back-end."""
    started = make(request.param)
    started.start()
    return started


class Run:
    """Runs commands that must end in time."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    def __call__(self, command: str, timeout: float = 20.0) -> CommandResult:
        result = self.sandbox.execute(command, timeout=timeout)
        assert not result.timed_out, result
        return result

    def output(self, command: str) -> str:
        return self(command).output


@pytest.fixture
def back_end(request: pytest.FixtureRequest) -> str:
    """The name that the `sandbox` fixture was made with."""
    return str(request.node.callspec.params["sandbox"])


@pytest.fixture
def run(sandbox: Sandbox) -> Run:
    return Run(sandbox)
