"""docs/agents.md: its programs run, and it names every key of an agent definition."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from synth_gym.policies.agent import OBSERVATION_VARIABLES, PROMPT_VARIABLES, AgentDefinition
from synth_gym.policies.settings import History, ModelLimits, Price, Sampling

PAGE = (Path(__file__).parents[1] / "docs" / "agents.md").read_text(encoding="utf-8")
PROGRAMS = dict(re.findall(r"```python file=(\S+)\n(.*?)```", PAGE, re.S))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, program in PROGRAMS.items():
        (tmp_path / name).write_text(program, encoding="utf-8")
    return tmp_path


def output(folder: Path, *arguments: str) -> str:
    command = [sys.executable, *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def test_the_loop(folder: Path) -> None:
    outcome, reward = output(folder, "loop.py").split()
    assert outcome == "submitted" and -0.5 < float(reward) < 0.5


def test_the_vector_loop(folder: Path) -> None:
    count, earned = output(folder, "vector.py").split()
    assert int(count) >= 4 and earned == "True"


@pytest.mark.parametrize("policy", ["mine:careful", "tuner:Tuner"])
def test_the_policies_roll_out(folder: Path, policy: str) -> None:
    command = shutil.which("synth-gym", path=Path(sys.executable).parent)
    arguments = ["--suite", "core", "--challenges", "WineCultivars", "--policy", policy, "--out", "runs", "--json"]
    done = subprocess.run([command, "rollout", *arguments], cwd=folder, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcomes"] == {"submitted": 1}


@pytest.mark.parametrize("part", [AgentDefinition, Sampling, Price, ModelLimits, History])
def test_every_key_is_explained(part: type) -> None:
    for key in part.model_fields:  # type: ignore[attr-defined]
        assert f"`{key}`" in PAGE, key


def test_every_variable_of_a_prompt_is_named() -> None:
    assert all(f"`{name}`" in PAGE for name in (*PROMPT_VARIABLES, *OBSERVATION_VARIABLES))
