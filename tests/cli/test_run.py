"""A run file: its stages, its mistakes, and going on after an interruption."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture
def run_file(tmp_path: Path, tiny_suite: Path) -> Path:
    stages = [
        {
            "rollout": {
                "suite": str(tiny_suite),
                "policy": "baseline",
                "episodes": 1,
                "workers": 1,
                "out": "{out}/records",
            }
        },
        {"leaderboard": {"records": "{out}/records"}},
    ]
    file = tmp_path / "run.yaml"
    file.write_text(yaml.safe_dump({"title": "small", "out": str(tmp_path / "out"), "stages": stages}))
    return file


def edit(file: Path, change: Any) -> None:
    plan = yaml.safe_load(file.read_text())
    change(plan)
    file.write_text(yaml.safe_dump(plan))


def test_stages_run_in_order_and_finished_ones_are_skipped(cli: Any, run_file: Path, tmp_path: Path) -> None:
    first = cli.json("run", run_file)
    assert [stage["verb"] for stage in first["stages"]] == ["rollout", "leaderboard"]
    records = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "records").rglob("*") if path.is_file()}
    again = cli("run", run_file)
    assert again.stdout.count("(finished before)") == 2
    assert records == {path: path.stat().st_mtime_ns for path in records}


def test_a_changed_stage_runs_again_with_all_that_follow(cli: Any, run_file: Path) -> None:
    cli.json("run", run_file)
    edit(run_file, lambda plan: plan["stages"][0]["rollout"].update(episodes=2))
    assert "(finished before)" not in cli("run", run_file).stdout
    stages = cli.json("run", run_file)["stages"]
    assert stages[0]["result"]["episodes"] == 2 * len(
        json.loads(cli("list", "--suite", "tests/data/tiny", "--json").stdout)
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda plan: plan.update(stage=[]), "unknown key 'stage' (did you mean 'stages'?)"),
        (lambda plan: plan["stages"].append({"rolout": {}}), "no stage 'rolout' (did you mean 'rollout'?)"),
        (lambda plan: plan["stages"].append({"play": {}}), "no stage 'play'"),
        (
            lambda plan: plan["stages"][1]["leaderboard"].update(recods="x"),
            "stage 2 (leaderboard): unrecognized arguments",
        ),
        (lambda plan: plan["stages"][0].update(view={}), "a stage is one verb with its options, got: "),
    ],
)
def test_mistakes_are_found_before_anything_runs(
    cli: Any, run_file: Path, tmp_path: Path, change: Any, said: str
) -> None:
    edit(run_file, change)
    assert said in cli.refusal("run", run_file)
    assert not (tmp_path / "out").exists()


def test_the_demo_prints_its_file_to_copy(cli: Any) -> None:
    plan = yaml.safe_load(cli("demo", "--print").stdout)
    verbs = [next(iter(stage)) for stage in plan["stages"]]
    assert verbs[0] == "synthesize" and {
        "certify",
        "rollout",
        "export",
        "train",
        "evaluate",
        "leaderboard",
        "view",
    } <= set(verbs)
