"""`synth-gym evaluate --benchmark mlgym`, end to end."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from synth_gym.interop.mlgym import Checkout
from synth_gym.rollout import read_records


def test_policies_are_placed_in_the_published_pool(cli: Any, made_up: Checkout, tmp_path: Path) -> None:
    out = tmp_path / "out"
    options = ("--policy", "baseline", "--seeds", 1, "--workers", 1, "--out", out)
    result = cli.json("evaluate", "--benchmark", "mlgym", "--mlgym", made_up.path, *options)
    assert result["episodes"] == 2 and result["faults"] == []

    records = {record.env_id: record for record in read_records(out / "records")}
    doors = records["synth-ml/MLGym-BattleOfSexes-v0"].info
    assert set(doors.scores) == {"compat", "strict"} and doors.scores["strict"] == doors.raw_score

    board = json.loads((out / "leaderboard-strict.json").read_text())
    assert board["setting"]["mode"] == "frozen" and board["setting"]["tasks"] == ["battleOfSexes"]
    row = next(row for row in board["rows"] if row["method"] == "baseline, played here")
    assert row["last_scores"]["battleOfSexes"] == doors.raw_score
    assert "gpt-o1" in {row["method"] for row in board["rows"]}
    compat = json.loads((out / "scores-compat.jsonl").read_text())
    assert compat["values"] == [doors.scores["compat"]]

    assert "never published" in result["left_out"]["3SATTime"][0]
    assert "no published scores" in result["left_out"]["titanicSurvival"][0]


def test_mistakes_are_one_line(cli: Any, tmp_path: Path) -> None:
    end = ("--policy", "baseline", "--out", tmp_path)
    assert "--mlgym DIR" in cli.refusal("evaluate", "--benchmark", "mlgym", *end)
    assert "no checkout" in cli.refusal("evaluate", "--benchmark", "mlgym", "--mlgym", tmp_path, *end)
