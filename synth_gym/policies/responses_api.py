"""OpenAI's Responses API: a reasoning model keeps its hidden reasoning from call to call.

Nothing is stored at the server. Reasoning comes back encrypted and is sent again as it came, so that the whole
conversation is in every request and any other server process can go on with it.
"""

from __future__ import annotations

import json
from typing import Any

from synth_gym.policies.chat_api import NOTHING_SAID, STAND_IN, count, said_instead
from synth_gym.policies.conversation import Conversation, Turn
from synth_gym.policies.formats.arguments import read_arguments
from synth_gym.policies.replies import RawCall, Reply, Tokens, make_reply, valid
from synth_gym.policies.settings import Sampling

Item = dict[str, Any]

_FINISHED = {"max_output_tokens": "length", "content_filter": "content_filter"}


class ResponsesApi:
    """`POST /responses`."""

    path = "/responses"

    def request(self, model: str, conversation: Conversation, sampling: Sampling, seed: int) -> dict[str, Any]:
        """The body of a request; there is no seed in this API."""
        options = {
            "instructions": conversation.system or None,
            "tools": [_tool(schema) for schema in conversation.tools] or None,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            "max_output_tokens": sampling.max_tokens,
            "reasoning": {"effort": sampling.reasoning_effort} if sampling.reasoning_effort else None,
        }
        given = {name: value for name, value in options.items() if value is not None}
        fixed = {"model": model, "store": False, "include": ["reasoning.encrypted_content"]}
        return {**fixed, "input": response_items(conversation), **given, **sampling.extra}

    def reply(self, answer: Any) -> Reply:
        """A server's answer as a reply.

        Raises:
            ValueError: it is none.
        """
        if not isinstance(answer, dict) or not isinstance(answer.get("output"), list) or answer.get("error"):
            raise ValueError(said_instead(answer))
        items = [item for item in answer["output"] if isinstance(item, dict)]
        incomplete = answer.get("incomplete_details")
        return make_reply(
            "".join(_texts(items, "message", "content")),
            "\n\n".join(_texts(items, "reasoning", "summary")),
            calls=tuple(_call(item) for item in items if item.get("type") == "function_call"),
            finish=_FINISHED.get(incomplete.get("reason", "") if isinstance(incomplete, dict) else "", ""),
            tokens=_tokens(answer.get("usage")),
            items=_sent_again(items),
        )


def response_items(conversation: Conversation) -> list[Item]:
    """The conversation as input items."""
    items: list[Item] = [{"role": "user", "content": conversation.task}]
    for number, turn in enumerate(conversation.turns):
        said, result = _text_exchange(turn) if conversation.in_text else _call_exchange(turn, f"call_{number}")
        unanswered = conversation.waits_for_result and turn is conversation.turns[-1]
        items += said if unanswered else [*said, result]
    return items


def _text_exchange(turn: Turn) -> tuple[list[Item], Item]:
    said = {"role": "assistant", "content": turn.call.text.strip() or NOTHING_SAID}
    return [said], {"role": "user", "content": turn.shown}


def _call_exchange(turn: Turn, identifier: str) -> tuple[list[Item], Item]:
    """What was said, and the output of the call; a reply without any is answered as the output of a stand-in."""
    spoken = turn.call.action
    made = spoken if spoken.tool else STAND_IN
    told = [{"role": "assistant", "content": spoken.thought}] if spoken.thought else []
    said = list(turn.call.items or told)
    if not said or said[-1].get("type") != "function_call":
        arguments = json.dumps(made.arguments, ensure_ascii=False)
        said.append({"type": "function_call", "call_id": identifier, "name": made.tool, "arguments": arguments})
    return said, {"type": "function_call_output", "call_id": said[-1]["call_id"], "output": turn.shown}


def _sent_again(items: list[Item]) -> tuple[Item, ...]:
    """The items as input: a call that no server would take for one is mended, reasoning that led to nothing dropped."""
    while items and items[-1].get("type") == "reasoning":
        items = items[:-1]
    mended = [_mended(item) if item.get("type") == "function_call" else item for item in items]
    return tuple(json.loads(valid(json.dumps(mended, ensure_ascii=False))))


def _mended(item: Item) -> Item:
    named = isinstance(item.get("name"), str) and isinstance(item.get("call_id"), str)
    made = item if named else item | {"name": STAND_IN.tool, "call_id": item.get("call_id") or "call_unnamed"}
    try:
        read_arguments(made.get("arguments"))
    except (ValueError, RecursionError):
        return made | {"arguments": "{}"}
    return made if isinstance(made.get("arguments"), str) else made | {"arguments": "{}"}


def _texts(items: list[Item], kind: str, key: str) -> list[str]:
    """The texts in the parts of all items of one type; a refusal is a text, too."""
    lists = [item[key] for item in items if item.get("type") == kind and isinstance(item.get(key), list)]
    parts = [part for parts in lists for part in parts if isinstance(part, dict)]
    texts = [part.get("text") or part.get("refusal") for part in parts]
    return [valid(text) for text in texts if isinstance(text, str)]


def _call(item: Item) -> RawCall:
    identifier = item.get("call_id")
    return RawCall(item.get("name"), item.get("arguments"), identifier if isinstance(identifier, str) else "")


def _tool(schema: dict[str, Any]) -> Item:
    """A function as this API describes it; `strict` would demand schemas without optional arguments."""
    return {"type": "function", "strict": False, **schema["function"]}


def _tokens(usage: Any) -> Tokens | None:
    if not isinstance(usage, dict):
        return None
    return Tokens(
        count(usage, "input_tokens"),
        count(usage, "output_tokens"),
        count(usage.get("input_tokens_details"), "cached_tokens"),
    )
