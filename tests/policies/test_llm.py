"""The llm policy against a real chat-completions server on loopback."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from servers.model_server import (
    USAGE,
    Answer,
    ModelServer,
    call,
    completion,
    failure,
    raw_call,
    text,
)

from synth_gym.errors import SynthGymError
from synth_gym.outcome import Outcome
from synth_gym.policies import Action, PolicyStopped, Usage
from synth_gym.policies.client import ModelServerError
from synth_gym.policies.llm import LLMPolicy

Play = Callable[..., tuple[LLMPolicy, ModelServer]]

SPENT = Usage(1000, 100, 0.0)


def well_formed(messages: list[dict[str, Any]]) -> bool:
    """One system, one user, then assistant turns with exactly one call, each followed by its result."""
    assert [message["role"] for message in messages[:2]] == ["system", "user"]
    turns = messages[2:]
    for said, result in zip(turns[::2], turns[1::2], strict=True):
        assert (said["role"], result["role"]) == ("assistant", "tool")
        (made,) = said["tool_calls"]
        assert made["id"] == result["tool_call_id"]
        assert isinstance(json.loads(made["function"]["arguments"]), dict)
    return True


def test_an_episode(play: Play, first_info: dict[str, Any]) -> None:
    policy, server = play(
        call("bash", content="Look first.", call_id="a1", command="ls"), call("submit", call_id="a2"), seed=7
    )
    assert policy.act("The task.", first_info) == Action("bash", {"command": "ls"}, thought="Look first.", usage=SPENT)
    assert policy.act("train.py\n", first_info) == Action("submit", {}, usage=SPENT)
    first, second = server.requests
    assert first == {
        "model": "tiny",
        "seed": 7,
        "tools": first_info["tools"],
        "messages": [{"role": "system", "content": "Be good."}, {"role": "user", "content": "The task."}],
    }
    function = {"name": "bash", "arguments": '{"command": "ls"}'}
    assert second["messages"] == [
        *first["messages"],
        {
            "role": "assistant",
            "content": "Look first.",
            "tool_calls": [{"id": "a1", "type": "function", "function": function}],
        },
        {"role": "tool", "tool_call_id": "a1", "content": "train.py\n"},
    ]


def test_reset_forgets(play: Play, first_info: dict[str, Any]) -> None:
    policy, server = play(call("bash", command="ls"))
    policy.act("The task.", first_info)
    policy.reset("Another task.", first_info)
    policy.act("Another task.", first_info)
    assert [message["content"] for message in server.requests[1]["messages"]] == ["Be good.", "Another task."]


def test_sampling_is_sent(play: Play, first_info: dict[str, Any]) -> None:
    sampling = "sampling: {temperature: 0, top_p: 0.9, max_tokens: 77, seeded: false}"
    policy, server = play(call("submit"), agent=sampling)
    policy.act("The task.", first_info)
    sent = {name: value for name, value in server.requests[0].items() if name not in ("messages", "tools", "model")}
    assert sent == {"temperature": 0, "top_p": 0.9, "max_tokens": 77}


def test_several_calls_are_done_one_by_one(play: Play, first_info: dict[str, Any]) -> None:
    calls = [raw_call("bash", json.dumps({"command": command}), command) for command in ("one", "two", "three")]
    policy, server = play(completion({"content": "All at once.", "tool_calls": calls}), call("submit"))
    done = [policy.act(seen, first_info) for seen in ("The task.", "1\n", "2\n", "3\n")]
    assert [action.arguments.get("command") for action in done] == ["one", "two", "three", None]
    assert [action.thought for action in done] == ["All at once.", "", "", ""]
    assert [action.usage for action in done] == [SPENT, None, None, SPENT]
    messages = server.requests[1]["messages"]
    assert len(server.requests) == 2
    assert well_formed(messages)
    assert [message["content"] for message in messages if message["role"] == "tool"] == ["1\n", "2\n", "3\n"]


MALFORMED: dict[str, tuple[Answer, str, str]] = {
    "no call": (text("I am done."), "", "holds no tool call"),
    "nothing at all": (completion({"content": None}), "", "holds no tool call"),
    "refusal": (completion({"content": None, "refusal": "I will not."}), "", "holds no tool call"),
    "cut off": (completion({"content": "So I"}, finish_reason="length"), "", "cut off at its length limit"),
    "withheld": (completion({"content": ""}, finish_reason="content_filter"), "", "content filter"),
    "calls that are no list": (completion({"tool_calls": 3}), "", "holds no tool call"),
    "calls that are words": (completion({"tool_calls": ["bash"]}), "", "names no tool"),
    "no function": (completion({"tool_calls": [{"id": "x", "type": "function"}]}), "", "names no tool"),
    "no name": (completion({"tool_calls": [raw_call(None, "{}")]}), "", "names no tool"),
    "a strange name": (completion({"tool_calls": [raw_call("functions.bash<|x|>", "{}")]}), "", "names no tool"),
    "not JSON": (completion({"tool_calls": [raw_call("bash", '{"command": "ls')]}), "bash", "Unterminated string"),
    "JSON cut off": (
        completion({"tool_calls": [raw_call("create", '{"path": "a.py", "content": "imp')]}, finish_reason="length"),
        "create",
        "cut off at its length limit",
    ),
    "a list": (completion({"tool_calls": [raw_call("bash", '["ls"]')]}), "bash", "must be a JSON object"),
    "a word": (completion({"tool_calls": [raw_call("bash", '"ls"')]}), "bash", "must be a JSON object"),
    "a number": (completion({"tool_calls": [raw_call("bash", 5)]}), "bash", "must be a JSON object"),
    "not a number": (completion({"tool_calls": [raw_call("show", '{"start": NaN}')]}), "show", "NaN is not JSON"),
    "half a character": (completion({"tool_calls": [raw_call("bash", '{"command": "\\ud83d"}')]}), "bash", "surrogate"),
    "half a raw one": (completion({"tool_calls": [raw_call("bash", "\ud83d")]}), "bash", "cannot be read"),
    "bottomless": (completion({"tool_calls": [raw_call("bash", "[" * 100_000)]}), "bash", "cannot be read"),
}


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_reply_becomes_an_error_and_the_episode_goes_on(
    play: Play, first_info: dict[str, Any], kind: str
) -> None:
    answer, tool, complaint = MALFORMED[kind]
    policy, server = play(call("bash", command="ls"), answer, call("submit"))
    policy.act("The task.", first_info)
    action = policy.act("a\n", first_info)
    assert (action.tool, action.arguments, action.usage) == (tool, {}, SPENT)
    assert complaint in action.error
    assert "so nothing was done" in action.error
    assert policy.act(action.error, first_info) == Action("submit", {}, usage=SPENT)
    messages = server.requests[-1]["messages"]
    assert well_formed(messages)
    assert messages[-1]["content"] == action.error


def test_words_without_a_call_stay_in_the_conversation(play: Play, first_info: dict[str, Any]) -> None:
    policy, server = play(text("I am done."), call("submit"))
    action = policy.act("The task.", first_info)
    assert (action.tool, action.thought) == ("", "I am done.")
    policy.act(action.error, first_info)
    said = server.requests[1]["messages"][2]
    assert said["content"] == "I am done."
    assert said["tool_calls"] == [
        {"id": "call00002", "type": "function", "function": {"name": "bash", "arguments": '{"command": ""}'}}
    ]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ("", {}),
        (None, {}),
        ({"command": "ls"}, {"command": "ls"}),
        ('{"command": "a\nb\tc"}', {"command": "a\nb\tc"}),
        (' {"command": "ünï"}\n', {"command": "ünï"}),
    ],
)
def test_arguments_that_servers_write_their_own_way(
    play: Play, first_info: dict[str, Any], arguments: Any, expected: dict[str, Any]
) -> None:
    policy, _ = play(completion({"tool_calls": [raw_call("bash", arguments)]}))
    assert policy.act("The task.", first_info) == Action("bash", expected, usage=SPENT)


def test_half_a_character_does_not_stop_the_conversation(play: Play, first_info: dict[str, Any]) -> None:
    policy, server = play(
        call("bash", content="So \ud83d", command="ls"), completion({"content": "", "reasoning_content": "\udc00"})
    )
    assert policy.act("The task.", first_info).thought == "So ?"
    assert policy.act("a\n", first_info).reasoning == "?"
    policy.act("Your reply ...", first_info)
    assert well_formed(server.requests[2]["messages"])


@pytest.mark.parametrize("call_id", [None, "", 7])
def test_a_call_without_an_identifier_gets_one(play: Play, first_info: dict[str, Any], call_id: Any) -> None:
    policy, server = play(completion({"tool_calls": [raw_call("bash", '{"command": "ls"}', call_id)]}))
    policy.act("The task.", first_info)
    policy.act("a\n", first_info)
    assert well_formed(server.requests[1]["messages"])
    assert server.requests[1]["messages"][3]["tool_call_id"] == "call00002"


@pytest.mark.parametrize(
    "message",
    [
        {"content": "Say.", "reasoning_content": "Think."},
        {"content": "Say.", "reasoning": "Think."},
        {"content": "<think>\nThink.\n</think>\n\nSay."},
        {"content": [{"type": "text", "text": "Sa"}, {"type": "text", "text": "y."}], "reasoning_content": "Think."},
    ],
)
def test_reasoning_is_kept(play: Play, first_info: dict[str, Any], message: dict[str, Any]) -> None:
    policy, server = play(completion(message | {"tool_calls": [raw_call("bash", '{"command": "ls"}')]}))
    action = policy.act("The task.", first_info)
    assert (action.thought, action.reasoning) == ("Say.", "Think.")
    policy.act("a\n", first_info)
    said = server.requests[1]["messages"][2]
    assert (said["content"], said["reasoning_content"]) == ("Say.", "Think.")


def test_cost_is_counted_and_limited_also_for_replies_that_cannot_be_read(
    play: Play, first_info: dict[str, Any]
) -> None:
    priced = "price: {prompt: 3, completion: 15}\nlimits: {cost: 0.009}\n"
    policy, server = play(call("bash", command="ls"), text("Hm."), agent=priced)
    assert policy.act("The task.", first_info).usage == Usage(1000, 100, pytest.approx(0.0045))
    assert policy.act("a\n", first_info).usage == Usage(1000, 100, pytest.approx(0.0045))
    with pytest.raises(PolicyStopped, match=r"\$0\.0090 of \$0\.009 are spent") as stopped:
        policy.act("Your reply ...", first_info)
    assert stopped.value.outcome is Outcome.COST_LIMIT
    assert len(server.requests) == 2


@pytest.mark.parametrize("usage", [None, {}, "much", {"prompt_tokens": None}])
def test_a_server_that_does_not_count(play: Play, first_info: dict[str, Any], usage: Any) -> None:
    policy, _ = play(completion({"tool_calls": [raw_call("submit", "")]}, usage=usage))
    assert policy.act("The task.", first_info).usage in (None, Usage(0, 0, 0.0))


def test_the_token_limit_of_the_definition(play: Play, first_info: dict[str, Any]) -> None:
    policy, server = play(call("bash", command="ls"), agent=f"limits: {{tokens: {USAGE['total_tokens']}}}")
    policy.act("The task.", first_info)
    with pytest.raises(PolicyStopped) as stopped:
        policy.act("a\n", first_info)
    assert stopped.value.outcome is Outcome.CONTEXT_LIMIT
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (400, "This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens."),
        (400, "The decoder prompt (length 5000) is longer than the maximum model length of 4096."),
        (400, "The input (5000 tokens) is longer than the model's context length (4096 tokens)."),
        (400, "the request exceeds the available context size, try increasing it"),
        (400, "prompt is too long: 200001 tokens > 200000 maximum"),
        (413, "Please reduce the length of the messages or completion."),
        (422, "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096."),
    ],
)
def test_a_conversation_too_long_for_the_server(
    play: Play, first_info: dict[str, Any], status: int, message: str
) -> None:
    policy, _ = play(failure(status, message))
    with pytest.raises(PolicyStopped) as stopped:
        policy.act("The task.", first_info)
    assert stopped.value.outcome is Outcome.CONTEXT_LIMIT


def test_a_burst_of_failures_is_waited_out(play: Play, first_info: dict[str, Any]) -> None:
    hang_up = Answer(b"", hang_up=True)
    policy, server = play(hang_up, failure(429), failure(500), failure(503), failure(408), call("submit"))
    assert policy.act("The task.", first_info) == Action("submit", {}, usage=SPENT)
    assert len(server.requests) == 6
    assert all(request == server.requests[0] for request in server.requests)


@pytest.mark.parametrize("status", [429, 500])
def test_a_server_that_never_recovers_is_no_fault_of_the_policy(
    play: Play, first_info: dict[str, Any], status: int
) -> None:
    policy, server = play(failure(status, "overloaded"), retries=3)
    with pytest.raises(ModelServerError, match=r"/v1/ failed 4 times: .*overloaded"):
        policy.act("The task.", first_info)
    assert len(server.requests) == 4


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Welcome to the proxy</html>",
        b"",
        b"null",
        b"[]",
        b'{"choices": []}',
        b'{"choices": null}',
        b'{"choices": [{"index": 0}]}',
        b'{"choices": [{"mess',
        b'{"error": {"message": "upstream is down"}}',
    ],
)
@pytest.mark.parametrize("kind", ["application/json", "text/html"])
def test_an_answer_that_is_no_completion(play: Play, first_info: dict[str, Any], body: bytes, kind: str) -> None:
    policy, _ = play(Answer(body, headers={"content-type": kind}))
    with pytest.raises(ModelServerError, match="sent no chat completion"):
        policy.act("The task.", first_info)


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (failure(401, "Incorrect API key"), r"refuses the request \(check OPENAI_API_KEY\): .*Incorrect API key"),
        (failure(404, "no model tiny"), r"refuses the request \(check the model 'tiny'\)"),
        (
            failure(400, "temperature\n must\n be 1"),
            r"check the model and its sampling options\): .*temperature must be",
        ),
        (failure(429, "You exceeded your quota", code="insufficient_quota"), "refuses further requests"),
    ],
)
def test_a_mistake_of_the_user_is_one_line(
    play: Play, first_info: dict[str, Any], answer: Answer, complaint: str
) -> None:
    policy, _ = play(answer)
    with pytest.raises(SynthGymError, match=complaint) as caught:
        policy.act("The task.", first_info)
    assert "\n" not in str(caught.value)
