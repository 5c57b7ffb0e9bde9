"""What came back from a model: the reply as any server's answer is reduced to it, and the calls read from it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from synth_gym.policies.base import Action, Usage
from synth_gym.transcript import disarm

_THINK = re.compile(r"(?:\s*<think>.*?</think>)+\s*", re.DOTALL)
_OPEN_THINK = re.compile(r"\s*<think>(?P<reasoning>.*)", re.DOTALL)
_HEADLESS_THINK = re.compile(r"(?P<reasoning>(?:(?!<think>).)*?)</think>[ \t]*(?:\n\s*|\Z)", re.DOTALL)
_TAG = re.compile(r"</?think>")

UNCLOSED = (
    "Your reply holds an opening <think> without </think>, so nothing was done. "
    "Think less, close it, and then say what to do."
)


@dataclass(frozen=True)
class Tokens:
    """What a server counted for one call."""

    prompt: int
    completion: int
    cached: int = 0
    """Of the prompt: what the server had in its cache."""


@dataclass(frozen=True)
class RawCall:
    """A tool call as the server sent it; nothing about it is certain."""

    name: Any
    arguments: Any
    id: str = ""


@dataclass(frozen=True)
class Reply:
    """One reply of a model."""

    text: str = ""
    """What it said, without reasoning."""
    reasoning: str = ""
    calls: tuple[RawCall, ...] = ()
    unclosed: bool = False
    """It began to think inside its text and never stopped."""
    finish: str = ""
    """`length` or `content_filter` when the server cut it."""
    tokens: Tokens | None = None
    items: tuple[dict[str, Any], ...] = ()
    """Of the Responses API: the reply as it is to be sent again, hidden reasoning included."""

    @property
    def note(self) -> str:
        """What a model should know of a reply that was cut; to be appended to what was wrong with it."""
        notes = {
            "length": " The reply was cut off at its length limit: write less at once.",
            "content_filter": " The server's content filter withheld a part of the reply.",
        }
        return notes.get(self.finish, "")


@dataclass(frozen=True)
class Call:
    """One action of a reply, and how the reply put it."""

    action: Action
    id: str = ""
    """The identifier that the server gave to the tool call; empty when it gave none."""
    text: str = ""
    """In the text formats: the part of the reply that holds the action."""
    items: tuple[dict[str, Any], ...] = ()
    """Of the Responses API: the same as it is to be sent again."""


def make_reply(text: Any, reasoning: Any = None, **rest: Any) -> Reply:
    """A reply whose reasoning is told from what it says; servers give it beside the text or in `<think>` within it."""
    said = valid(text) if isinstance(text, str) else ""
    if isinstance(reasoning, str) and reasoning:
        return Reply(text=said, reasoning=valid(reasoning), **rest)
    inline, said, unclosed = split_reasoning(said)
    return Reply(text=said, reasoning=inline, unclosed=unclosed, **rest)


def split_reasoning(text: str) -> tuple[str, str, bool]:
    """Reasoning at the beginning of a text, the rest, and whether the reasoning was left open.

    Several `<think>` blocks in a row are one; chat templates that write `<think>` themselves leave only its end.

    >>> split_reasoning("<think>Hm.</think>Yes.")
    ('Hm.', 'Yes.', False)
    """
    found = _THINK.match(text) or _HEADLESS_THINK.match(text)
    thought, rest = (found[0], text[found.end() :]) if found else ("", text)
    opened = _OPEN_THINK.match(rest)
    if opened:
        thought, rest = f"{thought}\n{opened['reasoning']}", ""
    return _TAG.sub("", thought).strip(), rest, opened is not None


def with_reply(calls: Sequence[Call], reply: Reply, usage: Usage | None) -> list[Call]:
    """The calls, the first of which carries the reasoning and the usage of the whole reply.

    Servers leave control tokens in what a model says; a record, or a later request, that held one would end its turn.
    """
    first, *others = [replace(call, action=replace(call.action, thought=disarm(call.action.thought))) for call in calls]
    return [replace(first, action=replace(first.action, reasoning=disarm(reply.reasoning), usage=usage)), *others]


def valid(text: str) -> str:
    """The text without halves of surrogate pairs, which models do emit and no request can carry."""
    return text.encode("utf-8", "replace").decode("utf-8")
