"""SWE-agent's own agent when its run does not go to plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge
from tests.interop.conftest import reply


def run(swe_env: tuple[Any, Any], replies: list[Any], folder: Path) -> tuple[Any, Any]:
    """SWE-agent's info and trajectory, and how our episode ended."""
    from sweagent.agent.agents import DefaultAgent, TemplateConfig
    from sweagent.agent.models import PredeterminedTestModel
    from sweagent.agent.problem_statement import TextProblemStatement
    from sweagent.tools.tools import ToolHandler

    env, tools = swe_env
    model = PredeterminedTestModel(replies)
    agent = DefaultAgent(templates=TemplateConfig(), tools=ToolHandler(tools), history_processors=[], model=model)
    env.start()
    statement = TextProblemStatement(text=env.deployment.instruction, id="episode")
    result = agent.run(env=env, problem_statement=statement, output_dir=folder)
    env.close()
    return result, env.deployment.result


def test_a_cost_limit_leaves_the_best_submission(
    swe_env: tuple[Any, Any], tiny_challenge: Challenge, tmp_path: Path
) -> None:
    replies = [reply("python baseline.py && validate"), "raise_cost"]
    result, end = run(swe_env, replies, tmp_path)
    assert result.info["exit_status"] == "exit_cost"
    assert end.info["outcome"] == "cancelled" and end.reward == 0.0
    assert end.info["raw_score"] == pytest.approx(tiny_challenge.spec.baseline.mean)


def test_a_command_that_runs_too_long_is_cancelled(swe_env: tuple[Any, Any], tmp_path: Path) -> None:
    swe_env[1].execution_timeout = 1
    replies = [reply("cd data; sleep 60"), reply("pwd; jobs"), reply("python baseline.py; submit")]
    result, end = run(swe_env, replies, tmp_path)
    assert "was cancelled because it took more than 1 seconds" in result.trajectory[0]["observation"]
    assert result.trajectory[1]["observation"] == "/workspace\n"
    assert result.info["exit_status"] == "submitted" and end.info["outcome"] == "submitted"


def test_the_shell_may_be_left(swe_env: tuple[Any, Any], tmp_path: Path) -> None:
    replies = [reply("exec false"), reply("open baseline.py"), reply("python baseline.py; submit")]
    result, end = run(swe_env, replies, tmp_path)
    assert "A new shell was started" in result.trajectory[0]["observation"]
    assert result.trajectory[1]["state"]["open_file"] == "/workspace/baseline.py"
    assert end.info["outcome"] == "submitted"


def test_a_refused_submission_ends_the_run_too(swe_env: tuple[Any, Any], tmp_path: Path) -> None:
    result, end = run(swe_env, [reply("echo nonsense > submission.csv; submit")], tmp_path)
    assert result.info["exit_status"] == "submitted"
    assert end.info["outcome"] == "invalid_submission" and end.reward == -1.0
