"""One episode of one policy, in a real sandbox."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import players
import pytest

from synth_gym.budget import MAX_FORMAT_ERRORS
from synth_gym.challenge import Challenge, Limits
from synth_gym.errors import SynthGymError
from synth_gym.policies.base import Action
from synth_gym.policies.scripted import ScriptedPolicy
from synth_gym.rollout import Record, read_record, run_episode, write_record


def play(challenge: Challenge, *actions: Action | str, **options: Any) -> Record:
    return run_episode(challenge, ScriptedPolicy(actions), **options)


def test_the_reference_earns_one(tiny_challenge: Challenge, solved: str) -> None:
    record = play(tiny_challenge, solved, "validate && submit")
    assert record.info.reward == pytest.approx(1.0) and record.info.normalized == pytest.approx(1.0)
    assert (record.family, record.suite, record.metric.direction) == ("tabular-regression", "tiny", "minimize")


def test_tools_are_rendered_into_commands(tiny_challenge: Challenge) -> None:
    create = Action("create", {"path": "note.txt", "content": "it's here\n"}, thought="A note.")
    record = play(tiny_challenge, create, "cat note.txt")
    first, second, _ = record.trajectory
    assert first.exit_code == 0 and first.action.startswith("create ") and first.thought == "A note."
    assert second.observation == "it's here\n"
    assert record.messages[2]["tool_calls"][0]["function"] == {"name": "create", "arguments": create.arguments}


MALFORMED = {
    "said to be malformed": Action("", {}, thought="I think so.", error="Reply with one tool call."),
    "unknown tool": Action("bsh", {"command": "ls"}),
    "missing argument": Action("bash", {}),
    "unknown argument": Action("bash", {"command": "ls", "colour": "red"}),
    "wrong type": Action("bash", {"command": ["ls"]}),
    "no mapping": Action("bash", ["ls"]),  # type: ignore[arg-type]
    "a path as argument": Action("bash", {"command": Path("/bin/ls")}),
    "half a character": Action("bash", {"command": "echo \ud83d"}, thought="\ud83d"),
    "a zero byte": Action("bash", {"command": "echo a\0b"}),
    "unfinished quote": Action("bash", {"command": "echo 'never closed"}),
    "a very long line": Action("bash", {"command": "true " + "x" * 300_000}),
    "not a number": Action("show", {"path": "instruction.md", "start": float("nan")}),
    "empty": Action("bash", {"command": ""}),
}


@pytest.mark.parametrize("action", MALFORMED.values(), ids=MALFORMED)
def test_a_malformed_action_costs_a_step_and_no_more(tiny_challenge: Challenge, action: Action, tmp_path: Path) -> None:
    record = play(tiny_challenge, action, "python baseline.py", "submit")
    assert record.info.outcome == "submitted" and record.info.steps == 3 and record.info.error == ""
    assert record.trajectory[0].observation
    write_record(record, tmp_path / "x.traj")
    assert read_record(tmp_path / "x.traj") == record
    assert [message["role"] for message in record.messages] == ["system", "user"] + ["assistant", "tool"] * 3


def test_what_was_malformed_is_told(tiny_challenge: Challenge) -> None:
    record = play(tiny_challenge, MALFORMED["unknown tool"], MALFORMED["said to be malformed"], "submit")
    unknown, unread, _ = record.trajectory
    assert (unknown.kind, unknown.action, unread.kind) == ("rejected", "", "rejected")
    assert "did you mean 'bash'?" in unknown.observation and unread.observation == "Reply with one tool call."
    said, answer = record.messages[4:6]
    assert said == {"role": "assistant", "content": "I think so."}
    assert answer == {"role": "tool", "content": "Reply with one tool call."}


def test_too_many_malformed_actions_end_the_episode(tiny_challenge: Challenge) -> None:
    record = play(tiny_challenge, *[MALFORMED["unknown tool"]] * 20)
    assert (record.info.outcome, record.info.steps) == ("format_error", MAX_FORMAT_ERRORS)
    assert record.info.trainable and record.info.reward == -1.0


def test_a_policy_that_raises_is_not_trained_on(tiny_challenge: Challenge) -> None:
    record = run_episode(tiny_challenge, players.Raises())
    assert (record.info.outcome, record.info.trainable, record.faulty) == ("cancelled", False, True)
    assert record.info.error.startswith("KeyError: 'no such key' (players.py, line ")
    assert [step.kind for step in record.trajectory] == ["command", "stopped"]
    assert record.info.raw_score == pytest.approx(tiny_challenge.spec.baseline.mean)


def test_a_policy_that_stops_keeps_its_best_submission(tiny_challenge: Challenge) -> None:
    record = run_episode(tiny_challenge, players.OutOfContext())
    info = record.info
    assert (info.outcome, info.trainable, info.error, record.faulty) == ("context_limit", True, "", False)
    assert info.raw_score == pytest.approx(tiny_challenge.spec.baseline.mean) and info.reward == pytest.approx(0)
    assert [message["role"] for message in record.messages] == ["system", "user", "assistant", "tool"]
    assert record.messages[2]["reasoning_content"] == "hmm"
    assert record.usage.model_dump() == {"prompt_tokens": 100, "completion_tokens": 7, "cost": 0.25, "calls": 1}
    assert (info.model_stats.instance_cost, info.model_stats.tokens_sent, info.model_stats.api_calls) == (0.25, 100, 1)


def test_a_killed_sandbox_is_started_again_and_the_episode_does_not_count(tiny_challenge: Challenge) -> None:
    record = run_episode(tiny_challenge, players.KillsTheShell())
    assert (record.info.outcome, record.info.trainable, record.faulty) == ("submitted", False, True)
    assert "started again" in record.trajectory[1].observation
    assert record.info.raw_score == pytest.approx(tiny_challenge.spec.baseline.mean)


def test_a_lost_sandbox_is_not_the_policys_doing(
    tiny_challenge: Challenge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = tmp_path / "starts"
    starts.mkdir()
    monkeypatch.setenv("STARTS", str(starts))
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    record = run_episode(tiny_challenge, players.KillsTheMachine())
    assert (record.info.outcome, record.info.trainable, record.faulty) == ("sandbox_died", False, True)
    assert record.info.reward == 0 and record.info.raw_score is None
    assert list(tmp_path.iterdir()) == [starts]


def test_a_users_mistake_is_not_an_episode(tiny_challenge: Challenge) -> None:
    with pytest.raises(SynthGymError, match="sandbox"):
        play(tiny_challenge, "true", sandbox="bubblewarp")


def test_limits_and_reward_mode_are_recorded(tiny_challenge: Challenge) -> None:
    limits = Limits(steps=2, seconds=30, command_seconds=5)
    record = play(tiny_challenge, "python baseline.py", "true", "true", limits=limits, reward="delta")
    assert (record.info.outcome, record.reward_mode, record.limits) == ("step_limit", "delta", limits)
    assert json.loads(record.model_dump_json())["limits"]["steps"] == 2
