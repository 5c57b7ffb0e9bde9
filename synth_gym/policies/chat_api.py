"""The chat-completions API: a conversation as its messages, and its answers as replies.

There is only one user turn when calls are tool calls. A second one would make the chat templates of Qwen3 and its kin
drop all earlier reasoning, so nothing is ever said to the model but as the result of a tool call:

- A reply with several calls is sent again as several turns with one call each.
- A reply without a call gets a stand-in, a call of `bash` with an empty command, whose result says what was wrong: the
  API allows no tool turn without a call. The stand-in exists only here; records keep the reply as it was.
- Arguments that are no JSON become `{}`: several servers fail on a history that holds them.
"""

from __future__ import annotations

import json
from typing import Any

from synth_gym.policies.base import Action
from synth_gym.policies.conversation import Conversation, Turn
from synth_gym.policies.replies import RawCall, Reply, Tokens, make_reply
from synth_gym.policies.settings import Sampling

STAND_IN = Action("bash", {"command": ""})
NOTHING_SAID = "[no text]"
"""Stands for an empty reply: servers refuse an empty turn."""


class ChatApi:
    """`POST /chat/completions`."""

    path = "/chat/completions"

    def __init__(self, *, renamed_limit: bool) -> None:
        # OpenAI renamed max_tokens; other servers know only the old name.
        self._limit_name = "max_completion_tokens" if renamed_limit else "max_tokens"

    def request(self, model: str, conversation: Conversation, sampling: Sampling, seed: int) -> dict[str, Any]:
        """The body of a request."""
        options = {
            "tools": list(conversation.tools) or None,
            "temperature": sampling.temperature,
            "top_p": sampling.top_p,
            self._limit_name: sampling.max_tokens,
            "reasoning_effort": sampling.reasoning_effort,
            "seed": seed if sampling.seeded else None,
        }
        given = {name: value for name, value in options.items() if value is not None}
        return {"model": model, "messages": chat_messages(conversation), **given, **sampling.extra}

    def reply(self, answer: Any) -> Reply:
        """A server's answer as a reply.

        Raises:
            ValueError: it is none.
        """
        match answer:
            case {"choices": [{"message": dict(message)} as choice, *_]}:
                reasoning = message.get("reasoning_content") or message.get("reasoning")
                return make_reply(
                    _text(message.get("content")) or _text(message.get("refusal")),
                    reasoning,
                    calls=_calls(message.get("tool_calls")),
                    finish=str(choice.get("finish_reason") or ""),
                    tokens=_tokens(answer.get("usage")),
                )
        raise ValueError(said_instead(answer))


def chat_messages(conversation: Conversation) -> list[dict[str, Any]]:
    """The conversation as chat messages. That of its beginning is the beginning of it, unless results are left out."""
    messages = [{"role": "system", "content": conversation.system}] if conversation.system else []
    messages.append({"role": "user", "content": conversation.task})
    exchange = _text_exchange if conversation.in_text else _tool_exchange
    for number, turn in enumerate(conversation.turns):
        said, result = exchange(turn, number)
        unanswered = conversation.waits_for_result and turn is conversation.turns[-1]
        messages += [said] if unanswered else [said, result]
    return messages


def _text_exchange(turn: Turn, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    said = {"role": "assistant", "content": turn.call.text.strip() or NOTHING_SAID}
    return said, {"role": "user", "content": turn.shown}


def _tool_exchange(turn: Turn, number: int) -> tuple[dict[str, Any], dict[str, Any]]:
    spoken = turn.call.action
    made = spoken if spoken.tool else STAND_IN
    # Nine letters and digits: Mistral's servers take no other identifier.
    identifier = turn.call.id or f"call{2 * number + 2:05d}"
    function = {"name": made.tool, "arguments": json.dumps(made.arguments, ensure_ascii=False)}
    said = {
        "role": "assistant",
        "content": spoken.thought or None,
        "tool_calls": [{"id": identifier, "type": "function", "function": function}],
        **({"reasoning_content": spoken.reasoning} if spoken.reasoning else {}),
    }
    return said, {"role": "tool", "tool_call_id": identifier, "content": turn.shown}


def said_instead(answer: Any) -> str:
    """What a server sent in place of an answer."""
    return str(answer.get("error") or answer) if isinstance(answer, dict) else str(answer)


def _text(content: Any) -> str:
    """Text, which some servers send in parts."""
    if isinstance(content, list):
        return "".join(_text(part.get("text")) for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _calls(given: Any) -> tuple[RawCall, ...]:
    return tuple(_call(call) for call in given) if isinstance(given, list) else ()


def _call(call: Any) -> RawCall:
    call = call if isinstance(call, dict) else {}
    function = call.get("function") if isinstance(call.get("function"), dict) else {}
    identifier = call.get("id") if isinstance(call.get("id"), str) else ""
    return RawCall(function.get("name"), function.get("arguments"), identifier or "")


def _tokens(usage: Any) -> Tokens | None:
    """What the call used; None when the server does not say."""
    if not isinstance(usage, dict):
        return None
    cached = usage.get("prompt_tokens_details")
    return Tokens(
        count(usage, "prompt_tokens"), count(usage, "completion_tokens"), count(cached or {}, "cached_tokens")
    )


def count(usage: Any, key: str) -> int:
    """A number of tokens; 0 for anything that is none."""
    value = usage.get(key) if isinstance(usage, dict) else None
    return value if isinstance(value, int) else 0
