"""A challenge of each kind that passes every gate; tests spoil copies of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding
from synth_gym.certification.gates import GATES
from synth_gym.certification.inputs import Inputs
from synth_gym.challenge import Challenge, write_spec
from synth_gym.grading.measure import BASELINE, REFERENCE, run_script, scores_of
from synth_gym.schema import to_yaml

LINE_BASELINE = '''\
"""Predicts y = x."""
import csv

with open("submission.csv", "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["id", "y"])
    writer.writerows([row["id"], row["x"]] for row in csv.DictReader(open("data/test.csv")))
'''

GAME_INSTRUCTION = """\
# Meet them again

## Task
Play rock, paper, scissors 30 rounds against each of several opponents.

## Submission
Write `strategy.py` that defines `choose(observation)`, which returns `rock`, `paper` or `scissors`.

## Metric
`mean_payoff`: 1 for a win, 0 for a draw, -1 for a loss. Higher is better.

## Baseline
`baseline.py` writes a program that beats the opponent's last action.
"""

GAME_BASELINE = '''\
"""Beats what the opponent played last."""
SOURCE = """
BEATS = {"rock": "paper", "paper": "scissors", "scissors": "rock"}

def choose(observation):
    return BEATS[observation["theirs"][-1]] if observation["theirs"] else "rock"
"""
open("strategy.py", "w").write(SOURCE)
'''

GAME_SOLUTION = '''\
"""Beats what mostly followed the longest recent sequence that was seen before."""
SOURCE = """
BEATS = {"rock": "paper", "paper": "scissors", "scissors": "rock"}

def choose(observation):
    theirs = observation["theirs"]
    for length in (4, 3, 2, 1, 0):
        recent = theirs[len(theirs) - length:]
        after = [theirs[i + length] for i in range(len(theirs) - length) if theirs[i:i + length] == recent]
        if after:
            return BEATS[max(sorted(set(after)), key=after.count)]
    return "rock"
"""
open("strategy.py", "w").write(SOURCE)
'''

PATTERNS = [
    ["rock", "rock", "paper"],
    ["paper", "scissors", "paper", "paper"],
    ["scissors", "scissors", "rock"],
    ["rock", "rock"],
]
ACTIONS = ["rock", "paper", "scissors"]
GAME: dict[str, Any] = {
    "rounds": 30,
    "actions": {"agent": ACTIONS, "opponent": ACTIONS},
    "payoffs": {"agent": [[0, -1, 1], [1, 0, -1], [-1, 1, 0]], "opponent": [[0, 1, -1], [-1, 0, 1], [1, -1, 0]]},
    "opponents": {
        split: [
            {"strategy": "pattern", "parameters": {"actions": pattern}, "seed": seed, "noise": 0.1}
            for seed, pattern in enumerate(PATTERNS, start=start)
        ]
        for split, start in (("public", 1), ("private", 11))
    },
}


def measured(folder: Path) -> Path:
    """Write the scores that the scripts really earn."""
    challenge = Challenge.load(folder)
    scores = [scores_of(run_script(challenge, script, (0,)), script) for script in (BASELINE, REFERENCE)]
    write_spec(challenge.spec.model_copy(update={"baseline": scores[0], "reference": scores[1]}), folder)
    return folder


@pytest.fixture(scope="session")
def good_line(tiny_suite: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("good") / "suite" / "TinyLine-v0"
    shutil.copytree(tiny_suite / "TinyLine-v0", folder)
    (folder / "workspace" / "baseline.py").write_text(LINE_BASELINE)
    return measured(folder)


@pytest.fixture(scope="session")
def good_game(good_line: Path) -> Path:
    folder = good_line.parent / "TinyGame-v0"
    spec = Challenge.load(good_line).spec.model_dump(mode="json") | {
        "id": "TinyGame",
        "family": "matrix-game",
        "metric": {"name": "mean_payoff", "direction": "maximize", "optimum": 1.0, "worst": -1.0},
        "submission": {
            "kind": "program",
            "path": "strategy.py",
            "protocol": "repeated_game",
            "entry": "choose",
            "seconds": 5.0,
        },
        "baseline": _stand_in(0.0),
        "reference": _stand_in(1.0),
    }
    texts = {
        "challenge.yaml": to_yaml(spec),
        "workspace/instruction.md": GAME_INSTRUCTION,
        "workspace/baseline.py": GAME_BASELINE,
        "solution/solution.py": GAME_SOLUTION,
        "grader/game.yaml": to_yaml(GAME),
    }
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return measured(folder)


def _stand_in(mean: float) -> dict[str, Any]:
    return {"command": "python baseline.py", "seeds": [0], "public": [mean], "private": [mean], "mean": mean, "sd": 0.0}


@pytest.fixture
def line(good_line: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(good_line, tmp_path / "suite" / good_line.name))


@pytest.fixture
def game(good_game: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    return Path(shutil.copytree(good_game, tmp_path / "suite" / good_game.name))


@pytest.fixture
def check(tmp_path: Path) -> Callable[[str, Path], Finding]:
    """`check(gate, folder)`: what one gate finds."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    gates = {gate.name: gate for gate in GATES}
    return lambda name, folder: gates[name].check(Case(folder, Inputs(), scratch))


@pytest.fixture
def edit() -> Callable[..., Path]:
    """`edit(folder, file, before, after)`: replace text that must be there."""

    def replace(folder: Path, file: str, before: str, after: str) -> Path:
        path = folder / file
        text = path.read_text()
        assert before in text, text
        path.write_text(text.replace(before, after))
        return folder

    return replace
