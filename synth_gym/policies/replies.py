"""A model's reply, read as actions. Whatever it holds, at least one action comes out; none of it raises."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from typing import Any

from synth_gym.policies.base import Action, Usage

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""What the chat API takes for a tool's name."""

NO_CALL = (
    "Your reply holds no tool call, so nothing was done. "
    "Every reply must call a tool; to end the episode call `submit`."
)

_THINK = re.compile(r"\s*<think>(?P<reasoning>.*?)</think>\s*", re.DOTALL)


@dataclass(frozen=True)
class Call:
    """One action and the identifier that the server gave to the tool call (empty when it gave none)."""

    action: Action
    id: str = ""


def read_reply(choice: Any, usage: Usage | None) -> list[Call]:
    """The tool calls of a reply, in order.

    What was said beside the calls, and the usage, belong to the first of them. A reply without a call becomes an action
    that holds only an error.

    Args:
        choice: a choice of a chat completion.
        usage: of the completion.
    """
    thought, reasoning = _spoken(choice.message)
    note = _finish_note(getattr(choice, "finish_reason", None))
    given = getattr(choice.message, "tool_calls", None)
    calls = [_read_call(call, note) for call in given] if isinstance(given, list) else []
    first, *others = calls or [Call(Action("", error=f"{NO_CALL}{note}"))]
    return [replace(first, action=replace(first.action, thought=thought, reasoning=reasoning, usage=usage)), *others]


def _spoken(message: Any) -> tuple[str, str]:
    """What the model said, and its reasoning, which servers give in three ways."""
    text = _text(getattr(message, "content", None)) or _text(getattr(message, "refusal", None))
    reasoning = getattr(message, "reasoning_content", None) or getattr(message, "reasoning", None)
    if isinstance(reasoning, str):
        return text, _valid(reasoning)
    inline = _THINK.match(text)
    return (text[inline.end() :], inline["reasoning"].strip()) if inline else (text, "")


def _text(content: Any) -> str:
    """Text, which some servers send in parts."""
    if isinstance(content, list):
        return "".join(_text(part.get("text")) for part in content if isinstance(part, dict))
    return _valid(content) if isinstance(content, str) else ""


def _valid(text: str) -> str:
    """The text without halves of surrogate pairs, which models do emit and no request can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _read_call(call: Any, note: str) -> Call:
    function = getattr(call, "function", None)
    name, given = getattr(function, "name", None), getattr(function, "arguments", None)
    identifier = call.id if isinstance(getattr(call, "id", None), str) else ""
    if not isinstance(name, str) or not NAME.fullmatch(name):
        return Call(Action("", error=f"The tool call names no tool, so nothing was done.{note}"), identifier)
    try:
        return Call(Action(name, _read_arguments(given)), identifier)
    except (ValueError, RecursionError) as error:
        problem = f"The arguments of `{name}` cannot be read, so nothing was done: {error}.{note}"
        return Call(Action(name, error=_valid(problem)), identifier)


def _read_arguments(given: Any) -> dict[str, Any]:
    """The arguments as an object; servers send them as JSON text, as nothing, or as an object already."""
    if given is None or given == "":
        return {}
    arguments = json.loads(given, strict=False, parse_constant=_no_constant) if isinstance(given, str) else given
    if not isinstance(arguments, dict):
        raise ValueError(f"they must be a JSON object with named values, not {str(given)[:100]}")
    text = json.dumps(arguments, ensure_ascii=False)
    if text != _valid(text):
        raise ValueError("they hold half of a surrogate pair, which is not valid Unicode")
    return arguments


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _finish_note(reason: str | None) -> str:
    notes = {
        "length": " The reply was cut off at its length limit: write less at once.",
        "content_filter": " The server's content filter withheld a part of the reply.",
    }
    return notes.get(reason or "", "")
