"""Tasks as a practitioner reads them, and a game of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge
from synth_gym.policies.practitioner.habits import Habits
from synth_gym.policies.practitioner.instruction import read_task
from synth_gym.policies.practitioner.notebook import Notebook
from synth_gym.policies.practitioner.observations import read_tables
from synth_gym.schema import to_yaml

from .tasks import GAME_BASELINE, GAME_INSTRUCTION, INSTRUCTION, RULES


@pytest.fixture
def instruction() -> Callable[..., str]:
    """An instruction in prose; what is not given is that of a plain classification."""

    def write(**parts: str) -> str:
        usual = {
            "title": "Wine",
            "task": "Predict the cultivar of a wine.",
            "columns": "`id` and `cultivar`",
            "metric": "`accuracy`: the share of rows that are right. Higher is better.",
        }
        return INSTRUCTION.format(**usual | parts)

    return write


@pytest.fixture
def notes(instruction: Callable[..., str]) -> Callable[..., Notebook]:
    """Notes on a task of which the heads of the tables were seen."""

    def take(
        train: str = "id,ash,cultivar\n3,2.1,a\n9,1.7,b\n", test: str = "id,ash\n4,2.0\n", **parts: str
    ) -> Notebook:
        book = Notebook(read_task(instruction(**parts)))
        seen = f"==> data/train.csv <==\n{train}\n==> data/test.csv <==\n{test}"
        book.tables = {table.path: table for table in read_tables(seen)}
        return book

    return take


@pytest.fixture
def habits() -> Callable[..., Habits]:
    return lambda seed=0, mistakes=0.0: Habits(str(seed), mistakes)


def _scores(command: str, value: float) -> dict[str, Any]:
    return {"command": command, "seeds": [0], "public": [value], "private": [value], "mean": value, "sd": 0.0}


@pytest.fixture
def game(tmp_path: Path) -> Challenge:
    """A game against opponents that mostly go right: always going left earns 0.25, best is 1.5."""
    folder = tmp_path / "Meet-v0"
    sides = ("right", "right", "right", "left")
    opponents = [{"strategy": "always", "parameters": {"action": side}, "seed": 1} for side in sides]
    spec = {
        "id": "Meet",
        "title": "Meet",
        "family": "matrix-game",
        "dataset": {"source": "none", "id": "meet", "revision": "1", "licence": "CC0-1.0", "content_hash": "sha256:0"},
        "metric": {"name": "mean_payoff", "direction": "maximize", "optimum": 2.0, "worst": 0.0},
        "submission": {"kind": "program", "path": "strategy.py", "protocol": "repeated_game", "entry": "play"},
        "limits": {"steps": 30, "seconds": 120.0, "command_seconds": 20.0, "validations": 10},
        "baseline": _scores("python baseline.py", 0.25),
        "reference": _scores("python solution.py", 1.75),
        "provenance": {"generator": "hand", "seed": 0, "created": "2026-11-23", "tool_version": "0.1.0"},
    }
    files = {
        "challenge.yaml": to_yaml(spec),
        "workspace/instruction.md": GAME_INSTRUCTION,
        "workspace/baseline.py": GAME_BASELINE,
        "workspace/game.json": json.dumps(RULES, indent=2),
        "grader/game.yaml": to_yaml(RULES | {"opponents": {"public": opponents, "private": opponents}}),
    }
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return Challenge.load(folder)
