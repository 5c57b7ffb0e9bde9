"""The API's own tool calls; also those that a server without a parser for them leaves in the text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from synth_gym.policies.base import Action
from synth_gym.policies.formats.arguments import read_arguments
from synth_gym.policies.replies import UNCLOSED, Call, RawCall, Reply, valid
from synth_gym.tools import Toolset

NAME = re.compile(r"[a-zA-Z0-9_-]{1,64}")
"""What the chat API takes for a tool's name."""

NO_CALL = (
    "Your reply holds no tool call, so nothing was done. "
    "Every reply must call a tool; to end the episode call `submit`."
)

_HERMES = re.compile(r"<tool_call>\s*(?P<call>.*?)\s*</tool_call>", re.DOTALL)
_OPEN_HERMES = "<tool_call>"


class ToolCalls:
    """The default format. Several calls in one reply are done one after the other."""

    prompt = ""
    in_text = False

    def read(self, reply: Reply, tools: Toolset) -> list[Call]:
        calls = [_read_call(call, reply.note) for call in reply.calls]
        thought, items = reply.text, _items_of_calls(reply)
        if not calls and _OPEN_HERMES in reply.text:
            thought, calls = _read_text(reply)
            items = [()] * len(calls)
        if not calls:
            calls = [Call(Action("", error=(UNCLOSED if reply.unclosed else NO_CALL) + reply.note))]
        if len(items) != len(calls):
            items = [reply.items, *[()] * (len(calls) - 1)]
        calls = [replace(call, items=said) for call, said in zip(calls, items, strict=True)]
        return [replace(calls[0], action=replace(calls[0].action, thought=thought)), *calls[1:]]


def _items_of_calls(reply: Reply) -> list[tuple[dict[str, Any], ...]]:
    """The items of a reply, cut after every call."""
    parts: list[tuple[dict[str, Any], ...]] = [()]
    for item in reply.items:
        parts[-1] = (*parts[-1], item)
        if item.get("type") == "function_call":
            parts.append(())
    return parts if parts[-1] else parts[:-1]


def _read_call(call: RawCall, note: str) -> Call:
    if not isinstance(call.name, str) or not NAME.fullmatch(call.name):
        return Call(Action("", error=f"The tool call names no tool, so nothing was done.{note}"), call.id)
    try:
        return Call(Action(call.name, read_arguments(call.arguments)), call.id)
    except (ValueError, RecursionError) as error:
        problem = f"The arguments of `{call.name}` cannot be read, so nothing was done: {error}.{note}"
        return Call(Action(call.name, error=valid(problem)), call.id)


def _read_text(reply: Reply) -> tuple[str, list[Call]]:
    """The words before the first call in the text, and the calls."""
    thought = reply.text[: reply.text.index(_OPEN_HERMES)].strip()
    return thought, [_read_hermes(found["call"], reply.note) for found in _HERMES.finditer(reply.text)] or [
        Call(Action("", error=f"The <tool_call> in your reply is not closed, so nothing was done.{reply.note}"))
    ]


def _read_hermes(text: str, note: str) -> Call:
    try:
        call = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        return Call(Action("", error=f"The tool call is not JSON, so nothing was done: {error}.{note}"))
    call = call if isinstance(call, dict) else {}
    return _read_call(RawCall(call.get("name"), call.get("arguments")), note)
