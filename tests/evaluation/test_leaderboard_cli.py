"""`synth-gym leaderboard` as a user runs it."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def test_the_published_table_as_json(cli: Any, published_scores: Path, published_table: Any) -> None:
    arguments = ("leaderboard", "--benchmark", "mlgym", "--scores", published_scores, "--mode", "compat")
    rows = {row["method"]: row for row in cli.json(*arguments)}
    expected = published_table("aup_scores")
    assert rows.keys() == expected.keys()
    for method, cells in expected.items():
        assert rows[method]["best_aup"] == float(cells["Best AUP"])
        assert rows[method]["last_aup"] == float(cells["Last AUP"])
    assert rows["gpt-o1"]["setting"]["tau_max"] == 1.5
    assert rows["claude-37-sonnet"]["best_scores"]["rlMountainCarContinuous"] is None


def test_the_table_that_people_see(cli: Any) -> None:
    shown = cli("leaderboard", "--benchmark", "mlgym").stdout
    assert "o1-preview" in shown and "1.423" in shown and "1.444" in shown
    assert "tau_max 1.5" in shown and "failing every task gives 1.201" in shown


def test_mistakes(cli: Any, tmp_path: Path) -> None:
    assert "--records" in cli.refusal("leaderboard")
    assert "belong to --benchmark" in cli.refusal("leaderboard", "--records", tmp_path, "--methods", "noop")
    assert "no benchmark 'x'" in cli.refusal("leaderboard", "--benchmark", "x")
    assert "no such folder" in cli.refusal("leaderboard", "--records", tmp_path / "none")
    assert "synth-gym rollout" in cli.refusal("leaderboard", "--records", tmp_path)
    assert "--seeds 0" in cli.refusal("evaluate", "--suite", "x", "--policy", "noop", "--seeds", 0, "--out", tmp_path)
