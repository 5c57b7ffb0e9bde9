"""Challenges made on the spot, and a grader over them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge
from synth_gym.grading import Grade, Grader
from synth_gym.schema import to_yaml

DILEMMA: dict[str, Any] = {
    "rounds": 20,
    "actions": {"agent": ["cooperate", "defect"], "opponent": ["cooperate", "defect"]},
    "payoffs": {"agent": [[3, 0], [5, 1]], "opponent": [[3, 5], [0, 1]]},
    "opponents": {
        "public": [
            {"strategy": "tit_for_tat", "parameters": {"first": "cooperate"}, "seed": 1},
            {"strategy": "always", "parameters": {"action": "defect"}, "seed": 2},
        ],
        "private": [
            {
                "strategy": "grim",
                "parameters": {"first": "cooperate", "punishment": "defect", "trigger": "defect"},
                "seed": 3,
            },
            {"strategy": "uniform", "seed": 4},
            {"strategy": "tit_for_tat", "parameters": {"first": "cooperate"}, "seed": 5, "noise": 0.3},
        ],
    },
}


def scores(mean: float) -> dict[str, Any]:
    return {"command": "python baseline.py", "seeds": [0], "public": [mean], "private": [mean], "mean": mean, "sd": 0.0}


def write_challenge(folder: Path, **changes: Any) -> Path:
    """A folder that `Challenge.load` accepts; `changes` replace keys of its challenge.yaml."""
    spec = {
        "id": folder.name.removesuffix("-v0"),
        "title": "Made by a test",
        "family": "test",
        "dataset": {"source": "none", "id": "t", "revision": "1", "licence": "CC0-1.0", "content_hash": "sha256:0"},
        "metric": {"name": "accuracy", "direction": "maximize", "optimum": 1.0, "worst": 0.0},
        "submission": {"kind": "predictions", "columns": {"y": {"type": "category", "values": ["a", "b"]}}},
        "limits": {"memory_mb": 512, "disk_mb": 16, "processes": 32},
        "baseline": scores(0.25),
        "reference": scores(0.75),
        "provenance": {"generator": "hand", "seed": 0, "created": "2026-01-01", "tool_version": "0"},
    }
    for part in ("workspace", "grader"):
        (folder / part).mkdir(parents=True)
    (folder / "workspace" / "instruction.md").write_text("# Test\n")
    (folder / "challenge.yaml").write_text(to_yaml(spec | changes))
    return folder


@pytest.fixture
def predictions_challenge(tmp_path: Path) -> Path:
    """Eight rows, classes a and b, the first four public; the rows of the test set in an order of their own."""
    folder = write_challenge(tmp_path / "suite" / "Letters-v0")
    rows = [f"r{n},{'ab'[n % 2]},{'public' if n < 4 else 'private'}\n" for n in (3, 0, 7, 5, 1, 6, 2, 4)]
    (folder / "grader" / "labels.csv").write_text("id,y,split\n" + "".join(rows))
    return folder


@pytest.fixture
def game_challenge(tmp_path: Path) -> Path:
    """A prisoner's dilemma of 20 rounds against two public and three private opponents."""
    submission = {
        "kind": "program",
        "path": "strategy.py",
        "protocol": "repeated_game",
        "entry": "choose",
        "seconds": 3.0,
    }
    metric = {"name": "mean_payoff", "direction": "maximize", "optimum": 5.0, "worst": 0.0}
    folder = write_challenge(tmp_path / "suite" / "Dilemma-v0", submission=submission, metric=metric)
    (folder / "grader" / "game.yaml").write_text(to_yaml(DILEMMA))
    return folder


@pytest.fixture
def make_challenge(tmp_path: Path) -> Callable[..., Path]:
    """`make_challenge("Name-v0", metric=..., submission=..., labels="id,y,split\\n...")`."""

    def make(name: str, labels: str = "", **changes: Any) -> Path:
        folder = write_challenge(tmp_path / "suite" / name, **changes)
        (folder / "grader" / "labels.csv").write_text(labels)
        return folder

    return make


@pytest.fixture
def grade_text(tmp_path: Path) -> Iterator[Callable[..., Grade]]:
    """`grade_text(folder, content, split="public", sandbox="bubblewrap")`: grade a submission given as its content."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()

    def grade(folder: Path, content: str | bytes, split: Any = "public", sandbox: str = "bubblewrap") -> Grade:
        artefact = scratch / "artefact"
        artefact.write_bytes(content if isinstance(content, bytes) else content.encode())
        return Grader(Challenge.load(folder), sandbox=sandbox, scratch=scratch).grade(artefact, split)

    yield grade
    assert {path.name for path in scratch.iterdir()} <= {"artefact"}, "the grader left files behind"
