"""A rollout with a budget: real calls to a real server with prices, from many episodes in several processes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from model import CALL_COST, SCRIPT, ScriptedModel, write_agent

from synth_gym.cli.main import main
from synth_gym.rollout import read_records

EPISODES, AT_ONCE = 8, 4
BUDGET = 9.5 * CALL_COST


def test_the_budget_holds_and_a_higher_one_plays_the_rest(cli: Any, tiny_suite: Path, tmp_path: Path) -> None:
    with ScriptedModel(delay=0.05) as model:
        agent, out = write_agent(tmp_path, model.url), tmp_path / "out"
        command = ("rollout", "--suite", tiny_suite, "--policy", agent, "--out", out, "--episodes", EPISODES)
        command = (*command, "--workers", 2, "--concurrency", AT_ONCE)
        done = cli(*command, "--budget", BUDGET, "--json")
        result = json.loads(done.stdout)
        assert done.returncode == 1
        paid = len(model.requests) * CALL_COST
        assert BUDGET - AT_ONCE * CALL_COST <= paid <= BUDGET + AT_ONCE * CALL_COST
        assert result["spent"] == pytest.approx(paid)

        records = list(read_records(out))
        assert len(records) + result["unpaid"] == EPISODES and result["unpaid"] > 0
        for record in records:
            whole = record.usage.calls == len(SCRIPT)
            assert (record.info.outcome == "submitted") is whole and record.info.trainable is whole
            assert whole or "the shared budget" in record.info.error

        whole = cli.json(*command, "--budget", 1000 * CALL_COST)
    assert whole["outcomes"] == {"submitted": EPISODES} and whole["unpaid"] == 0
    assert {record.seed for record in read_records(out)} == set(range(EPISODES))
    assert whole["spent"] == pytest.approx(len(model.requests) * CALL_COST)


def test_who_asks_no_model_needs_no_money(tiny_suite: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ScriptedModel() as model:
        agent, out = write_agent(tmp_path, model.url), tmp_path / "out"
        command = ("rollout", "--suite", tiny_suite, "--out", out, "--policy", agent, "baseline", "--episodes", 2)
        assert main([*map(str, command), "--budget", "1e-6"]) == 1
        assert model.requests == []
    said = capsys.readouterr().out
    assert "2 episodes: 2 submitted" in said and "2 episodes were not begun" in said
