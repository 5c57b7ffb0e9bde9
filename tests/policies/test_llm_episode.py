"""The llm policy in whole episodes: real server, real sandbox, real grader."""

from __future__ import annotations

from collections.abc import Callable

from servers.model_server import ModelServer, call, completion, raw_call, text

from synth_gym.challenge import Challenge
from synth_gym.outcome import Outcome
from synth_gym.policies import make_policy
from synth_gym.rollout.episode import run_episode


def test_a_model_plays_through(tiny_challenge: Challenge, serve: Callable[..., ModelServer]) -> None:
    server = serve(
        call("show", content="Look around.", path="."),
        text("The baseline will do."),
        completion({"tool_calls": [raw_call("bash", '{"command": "python basel')]}),
        call("shwo", path="baseline.py"),
        call("bash", command="python baseline.py"),
        call("validate"),
        call("submit"),
    )
    record = run_episode(tiny_challenge, make_policy("llm", seed=0, model="tiny", base_url=server.url))
    assert record.info.outcome is Outcome.SUBMITTED
    assert record.info.validations == 1
    assert [step.kind for step in record.trajectory] == ["command", *["rejected"] * 3, *["command"] * 3]
    assert "baseline.py" in record.trajectory[0].observation
    assert "did you mean 'show'?" in record.trajectory[3].observation
    assert record.usage.calls == len(server.requests) == 7
    sent = server.requests[-1]["messages"]
    assert [message["role"] for message in sent] == ["system", "user", *["assistant", "tool"] * 6]
    assert sent[:2] == record.messages[:2]
    told = [message["content"] for message in sent if message["role"] == "tool"]
    assert told == [step.observation for step in record.trajectory[:-1]]
    assert [message["role"] for message in record.messages] == ["system", "user", *["assistant", "tool"] * 7]


def test_a_model_that_never_calls_a_tool(tiny_challenge: Challenge, serve: Callable[..., ModelServer]) -> None:
    server = serve(text("Hello!"))
    record = run_episode(tiny_challenge, make_policy("llm", seed=0, model="tiny", base_url=server.url))
    assert record.info.outcome is Outcome.FORMAT_ERROR
    assert record.info.trainable
