"""mini-swe-agent's own agent plays a challenge."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge
from synth_gym.outcome import Outcome

BASELINE = "python baseline.py && validate"


def test_an_episode_ends_with_its_score(mini: Callable[..., Any], tiny_challenge: Challenge, tmp_path: Path) -> None:
    agent = mini([BASELINE, "false", "cd data", "ls", "submit", "echo never"], seed=3)
    agent.config.output_path = tmp_path / "episode.traj.json"
    result = agent.run()
    assert result["exit_status"] == "Submitted" and result["submission"] == "submission.csv"
    assert result["outcome"] == "submitted" and result["trainable"]
    assert result["raw_score"] == pytest.approx(tiny_challenge.spec.baseline.mean)
    assert result["reward"] == result["normalized"] == pytest.approx(0.0)
    user, *turns = (message["content"] for message in agent.messages[1:])
    assert user == agent.env.instruction and user.startswith("# A line\n")
    assert "Public score (rmse, lower is better): 5.1083" in turns[1]
    assert "<returncode>1</returncode>" in turns[3] and "train.csv" in turns[7]
    saved = json.loads(agent.config.output_path.read_text())["info"]
    assert saved["raw_score"] == result["raw_score"] and saved["exit_status"] == "Submitted"
    assert saved["config"]["environment_type"] == "synth_gym.interop.mini.MiniEnvironment"


def test_a_limit_of_the_challenge_ends_it_too(mini: Callable[..., Any], tiny_challenge: Challenge) -> None:
    result = mini([BASELINE, *["true"] * 9]).run()
    assert result["exit_status"] == "LimitsExceeded" and result["outcome"] == "step_limit"
    assert result["raw_score"] == pytest.approx(tiny_challenge.spec.baseline.mean)


def test_an_artefact_that_is_refused_is_no_submission(mini: Callable[..., Any]) -> None:
    result = mini(["echo nonsense > submission.csv; submit"]).run()
    assert (result["exit_status"], result["submission"], result["reward"]) == ("invalid_submission", "", -1.0)


def test_an_agent_that_leaves_has_its_best_submission_graded(mini: Callable[..., Any], solved: str) -> None:
    agent = mini([f"{solved} && validate", "rm submission.csv"])
    agent.config.step_limit = 2
    assert agent.run()["exit_status"] == "LimitsExceeded" and agent.env.result == {}
    result = agent.env.finish(Outcome.COST_LIMIT)
    assert result["outcome"] == "cost_limit" and result["reward"] == pytest.approx(1.0)
    assert agent.env.finish() is result


def test_a_command_may_say_where_it_runs(mini: Callable[..., Any]) -> None:
    environment = mini([]).env
    assert environment.execute({"command": "pwd; ls"}, cwd="data")["output"] == "/workspace/data\ntest.csv\ntrain.csv\n"


def test_minis_own_templates_find_their_variables(mini: Callable[..., Any]) -> None:
    from minisweagent.config import get_config_from_spec

    agent = mini(["submit"])
    agent.config.instance_template = get_config_from_spec("mini.yaml")["agent"]["instance_template"]
    agent.run("Fit the line.")
    assert "Fit the line." in agent.messages[1]["content"]


def test_mini_finds_the_class_by_its_name(mini: Callable[..., Any], tiny_challenge: Challenge) -> None:
    from minisweagent.environments import get_environment

    name = "synth_gym.interop.mini.MiniEnvironment"
    environment = get_environment({"environment_class": name, "challenge": str(tiny_challenge.path), "seed": 5})
    assert environment.execute({"command": "echo $SEED"}) == {"output": "5\n", "returncode": 0, "exception_info": ""}
    environment.close()


def test_leaving_an_environment_ends_its_processes(mini: Callable[..., Any]) -> None:
    environment = mini([]).env
    scratch = environment.session.workspace.parent
    environment.close()
    assert not scratch.exists()
