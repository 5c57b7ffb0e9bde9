"""Every action format and every shipped agent definition in whole episodes: real server, real sandbox, real grader."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from malformed import malformed
from servers.model_server import Answer, ModelServer, said

from synth_gym.challenge import Challenge
from synth_gym.content import content
from synth_gym.offline import prepare
from synth_gym.outcome import Outcome
from synth_gym.policies import make_policy
from synth_gym.policies.agent import AgentDefinition
from synth_gym.rollout.episode import run_episode
from synth_gym.rollout.record import Record
from synth_gym.training.audit import audit_row
from synth_gym.training.rows import clean_message

SHIPPED = sorted(file.stem for file in content("agents").glob("*.yaml"))
MODELS = [name for name in SHIPPED if AgentDefinition.load(name).policy == "llm"]
APIS_AND_FORMATS = [
    *((api, style) for api in ("chat", "responses") for style in ("tool_calls", "thought_action", "xml"))
]


def in_format(api: str, style: str, thought: str, command: str) -> Answer:
    """A good reply that runs a command."""
    if style == "tool_calls":
        return said(api, thought, ("bash", json.dumps({"command": command})))
    written = {
        "thought_action": f"```bash\n{command}\n```",
        "xml": f"<function=bash>\n<parameter=command>\n{command}\n</parameter>\n</function>",
    }
    return said(api, f"{thought}\n\n{written[style]}")


def sent(request: dict[str, Any]) -> list[Any]:
    """The conversation in a request of either API."""
    return request["messages"] if "messages" in request else [request["instructions"], *request["input"]]


def play_badly(challenge: Challenge, server: ModelServer, agent: Path | str) -> Record:
    policy = make_policy("llm", seed=0, model="tiny", agent=agent, base_url=server.url)
    limits = challenge.spec.limits.model_copy(update={"steps": 100})
    return run_episode(challenge, policy, agent=AgentDefinition.load(agent), limits=limits)


def script_of(api: str, style: str) -> Iterator[tuple[Answer, str | None]]:
    """Looks around, spoils replies in every way (now and then a good one, or the episode ends), then works."""
    for number, (answer, complaint) in enumerate(malformed(api, style).values()):
        yield answer, complaint
        if number % 4 == 3:
            yield in_format(api, style, "So.", "true"), None
    for command in ("python baseline.py", "validate", "submit"):
        yield in_format(api, style, f"Now {command}.", command), None


@pytest.fixture(scope="module")
def tokenizer() -> Any:
    """A tokenizer of single bytes with the project's chat template."""
    prepare("a test", "transformers")
    from synth_gym.training.student import render_rows, train_tokenizer

    row = {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}], "tools": []}
    return train_tokenizer(lambda: render_rows([row]), 300)


@pytest.mark.parametrize(("api", "style"), APIS_AND_FORMATS)
def test_no_reply_ends_an_episode(
    api: str, style: str, tiny_challenge: Challenge, serve: Callable[..., ModelServer], tokenizer: Any, tmp_path: Path
) -> None:
    script = list(script_of(api, style))
    assert len(malformed(api, style)) >= 15
    agent = tmp_path / "agent.yaml"
    agent.write_text(f"name: test\napi: {api}\naction_format: {style}\n")
    server = serve(*(answer for answer, _ in script))
    record = play_badly(tiny_challenge, server, str(agent))
    assert record.info.outcome is Outcome.SUBMITTED and record.info.validations == 1
    assert len(server.requests) == len(script) == record.usage.calls
    told = iter([step.observation for step in record.trajectory if step.kind == "rejected"])
    complaints = [complaint for _, complaint in script if complaint]
    assert len(complaints) == sum(step.kind == "rejected" for step in record.trajectory)
    for complaint in complaints:
        assert complaint in next(told)
    for before, after in pairwise(server.requests):
        assert sent(after)[: len(sent(before))] == sent(before)
        assert {**before, "messages": 0, "input": 0} == {**after, "messages": 0, "input": 0}
    check_record(record, tokenizer)


def check_record(record: Record, tokenizer: Any) -> None:
    """One system, one user turn, then replies and results in turn, with tool calls whatever the format."""
    messages = [clean_message(message) for message in record.messages]
    assert [message["role"] for message in messages[:2]] == ["system", "user"]
    turns = [message["role"] for message in messages[2:]]
    assert turns == ["assistant", "tool"] * (len(turns) // 2)
    assert json.loads(json.dumps(messages, ensure_ascii=False).encode()) == messages
    commands = [step.action for step in record.trajectory if step.kind == "command"]
    assert commands[-3:] == ["python baseline.py", "validate", "submit"]
    assert messages[-2]["content"] == "Now submit."
    assert messages[-2]["tool_calls"][0]["function"]["name"] == "bash"
    audit_row(tokenizer, messages, record.tools)


@pytest.mark.parametrize("name", MODELS)
def test_a_shipped_agent_plays_through(name: str, tiny_challenge: Challenge, serve: Callable[..., ModelServer]) -> None:
    agent = AgentDefinition.load(name)
    commands = ("ls", "cat instruction.md", "python baseline.py", "validate", "ls", "ls -la", "pwd", "submit")
    server = serve(*(in_format(agent.api, agent.action_format, f"Now {line}.", line) for line in commands))
    record = play_badly(tiny_challenge, server, name)
    assert record.info.outcome is Outcome.SUBMITTED
    assert [step.action for step in record.trajectory] == list(commands)
    assert set(server.paths) == {"/v1/responses" if agent.api == "responses" else "/v1/chat/completions"}
    price = agent.price
    cached = 600 if agent.api == "responses" else 0
    assert record.usage.cost == pytest.approx(8 * price.of(1000, 100, cached) if price else 0)
    last = sent(server.requests[-1])
    if agent.history.keep == "last_observations":
        assert sum("of older output were left out" in str(message) for message in last) >= 1
        assert "(steps taken: 7, steps left: 43" in str(last[-1])
    else:
        assert sent(server.requests[-2]) == last[: len(sent(server.requests[-2]))]


def test_practitioner_plays_through_by_its_definition(tiny_challenge: Challenge) -> None:
    agent = str(content("agents") / "practitioner.yaml")
    limits = tiny_challenge.spec.limits.model_copy(update={"steps": 4})
    policy = make_policy(agent, seed=0, mistakes=0.0)
    record = run_episode(tiny_challenge, policy, agent=AgentDefinition.load(agent), limits=limits)
    assert record.info.outcome is Outcome.SUBMITTED
