"""A shell with the tools on PATH, and a maker of bundles."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from synth_gym.tools import Toolset

Bash = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def bash(tmp_path: Path) -> Bash:
    """Runs one command line in a real bash whose PATH begins with the bundles' `bin` folders, in an empty folder."""
    folder = tmp_path / "work"
    folder.mkdir()

    def run(command: str, tools: Toolset | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
        bins = [str(path / "bin") for path in (tools or Toolset.default()).folders]
        path = os.pathsep.join([*bins, os.environ["PATH"]])
        script = tmp_path / "command.sh"
        script.write_text(command, encoding="utf-8", errors="surrogateescape")
        return subprocess.run(
            ["bash", "--norc", str(script)],
            cwd=folder,
            env={"PATH": path, "LC_ALL": "C", **environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=30,
        )

    return run


@pytest.fixture
def work(tmp_path: Path, bash: Bash) -> Path:
    """The folder in which `bash` runs."""
    return tmp_path / "work"


@pytest.fixture
def make_bundle(tmp_path: Path) -> Callable[..., Path]:
    """Writes a bundle folder: its `config.yaml` and executables, each with the given source."""

    def make(config: str, name: str = "mine", **executables: str) -> Path:
        folder = tmp_path / "bundles" / name
        (folder / "bin").mkdir(parents=True)
        (folder / "config.yaml").write_text(config, encoding="utf-8")
        for tool, source in executables.items():
            (folder / "bin" / tool).write_text(source, encoding="utf-8")
            (folder / "bin" / tool).chmod(0o755)
        return folder

    return make
