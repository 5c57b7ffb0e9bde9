"""Fixtures of the rollout's tests. `players` (a user's own policies) can be imported, in worker processes too."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from synth_gym.challenge import Challenge
from synth_gym.policies.scripted import ScriptedPolicy
from synth_gym.rollout import Record, run_episode

HERE = str(Path(__file__).parent)
sys.path.insert(0, HERE)


@pytest.fixture(scope="session")
def on_path() -> dict[str, str]:
    """Environment of a command that shall find `players`."""
    return {"PYTHONPATH": HERE}


@pytest.fixture(scope="session")
def baseline_record(tiny_challenge: Challenge) -> Record:
    """A whole episode: look, run the baseline, validate, submit."""
    script = ["ls data", "python baseline.py", "validate", "submit"]
    return run_episode(tiny_challenge, ScriptedPolicy(script), seed=3)
