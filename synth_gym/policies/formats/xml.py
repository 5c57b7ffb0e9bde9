"""Calls as tags in the text, the way Qwen3-Coder and SWE-agent's `xml_function_calling` write them."""

from __future__ import annotations

import json
import re
from typing import Any

from synth_gym.policies.base import Action
from synth_gym.policies.replies import UNCLOSED, Call, Reply
from synth_gym.tools import Toolset
from synth_gym.tools.bundle import Tool

_FUNCTION = re.compile(r"<function=(?P<name>[^>\s]*)\s*>(?P<body>.*?)</function>", re.DOTALL)
_PARAMETER = re.compile(
    r"<parameter=(?P<name>[^>\s]+)\s*>(?P<value>.*?)</parameter>(?=\s*(?:<parameter=|\Z))", re.DOTALL
)
_OPEN = re.compile(r"<(function|parameter)=")
_WRAPPER = re.compile(r"</?tool_call>")

_WANTED = (
    "Write a call as <function=NAME>, then <parameter=NAME>VALUE</parameter> for every argument, then </function>."
)


class Xml:
    """Values are text as they stand, without quoting or escapes; several calls are done one after the other."""

    prompt = """\
Every reply says what you think and then calls one tool; you read its result in the next turn. A call is written so, \
with every value as it is, over several lines if need be:

<function=bash>
<parameter=command>
ls -la
</parameter>
</function>

The tools and their arguments:

{{ documentation }}"""
    in_text = True

    def read(self, reply: Reply, tools: Toolset) -> list[Call]:
        known = {tool.name: tool for tool in tools.tools}
        calls, before = [], 0
        for found in _FUNCTION.finditer(reply.text):
            thought = _WRAPPER.sub("", reply.text[before : found.start()]).strip()
            said = reply.text[before : found.end()].strip()
            calls.append(Call(_action(found, known, thought, reply.note), text=said))
            before = found.end()
        if calls:
            return calls
        if reply.unclosed:
            error = UNCLOSED
        else:
            what = "a call that is not closed" if _OPEN.search(reply.text) else "no call"
            error = f"Your reply holds {what}, so nothing was done. {_WANTED}"
        return [Call(Action("", thought=reply.text.strip(), error=error + reply.note), text=reply.text)]


def _action(found: re.Match[str], known: dict[str, Tool], thought: str, note: str) -> Action:
    name, body = found["name"], found["body"]
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", name):
        return Action("", thought=thought, error=f"The call names no tool, so nothing was done. {_WANTED}")
    rest = _PARAMETER.sub("", body).strip()
    if rest:
        problem = f"The arguments of `{name}` cannot be read, so nothing was done: {rest[:100]!r} is no <parameter=...>"
        return Action(name, thought=thought, error=f"{problem}. {_WANTED}{note}")
    types = {argument.name: argument.type for argument in known[name].arguments} if name in known else {}
    given = {one["name"]: _value(one["value"], types.get(one["name"], "string")) for one in _PARAMETER.finditer(body)}
    return Action(name, given, thought=thought)


def _value(text: str, kind: str) -> Any:
    """The value without the line breaks that set it off from its tags; booleans, arrays and objects are JSON."""
    text = text.removeprefix("\r").removeprefix("\n").removesuffix("\n")
    if kind not in ("boolean", "array", "object"):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
