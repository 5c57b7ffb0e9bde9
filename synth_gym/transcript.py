"""A conversation as a student sees it: the same in training and when it acts, or it would act on what it never saw."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from synth_gym.names import Aliases

_CONTROL_TOKEN = re.compile(r"<(\|\w+\|>)")
"""In what a student reads, these are broken up: no output of a command may end a turn."""


def render(
    tokenizer: Any, messages: Sequence[Mapping[str, Any]], tools: Sequence[Mapping[str, Any]], *, reply: bool = False
) -> str:
    """The text of a conversation under a tokenizer's own template.

    Args:
        tokenizer: a transformers tokenizer with a chat template.
        messages: chat messages; tool-call arguments are objects.
        tools: OpenAI function schemas; may be empty.
        reply: end with the words that ask the assistant for its next turn.
    """
    return str(
        tokenizer.apply_chat_template(
            list(messages), tools=list(tools) or None, tokenize=False, add_generation_prompt=reply
        )
    )


def disarm(text: str) -> str:
    """The text with its control tokens broken up, so that it cannot end a turn.

    >>> disarm("Done.<|im_end|>")
    'Done.< |im_end|>'
    """
    return _CONTROL_TOKEN.sub(r"< \1", text)


def clip(text: str, characters: int | None) -> str:
    """A text of at most `characters` characters and a mark: head and tail are kept, the middle is left out.

    >>> clip("abcdefghij", 4)
    'ab\\n[... 6 characters left out ...]\\nij'
    """
    if characters is None or len(text) <= characters:
        return text
    head, tail = (characters + 1) // 2, characters // 2
    return f"{text[:head]}\n[... {len(text) - characters} characters left out ...]\n{text[len(text) - tail :]}"


def instruction_of(messages: Sequence[Mapping[str, Any]]) -> str:
    """The first observation of a conversation: its first user turn."""
    return next((str(message["content"]) for message in messages if message["role"] == "user"), "")


@dataclass(frozen=True)
class View:
    """What a student sees of its conversations. It is noted with the model, so that it sees the same when it acts."""

    observation_characters: int | None = None
    """Most characters of a tool result; the middle of a longer one is left out."""
    aliases: int = 0
    """Most names of a task that are shown as ⟨1⟩, ⟨2⟩, ... (see `names`)."""
    shared_names: Sequence[str] = ()
    """Names that get no alias."""

    def messages(self, messages: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """A whole conversation as the student sees it."""
        transcript = Transcript(self, instruction_of(messages))
        return [transcript.message(message) for message in messages]


class Transcript:
    """One conversation between a student and its task.

    Args:
        view: the student's.
        instruction: the first observation; the names come from it.
    """

    def __init__(self, view: View, instruction: str) -> None:
        self._view = view
        self._aliases = Aliases(instruction, view.shared_names, view.aliases)

    def message(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """A chat message as the student sees it."""
        if message["role"] == "assistant":
            return self._own(message)
        most = self._view.observation_characters if message["role"] == "tool" else None
        text = disarm(clip(message["content"], most))
        return {**message, "content": text if message["role"] == "system" else self._aliases.hide(text)}

    def spoken(self, reply: str) -> str:
        """What the student wrote, in the words of its task."""
        return self._aliases.show(reply)

    def _own(self, message: Mapping[str, Any]) -> dict[str, Any]:
        """Names are hidden in what was said and in the arguments of calls; the tools keep theirs."""
        said = {key: self._aliases.hide(message[key]) for key in ("content", "reasoning_content") if message.get(key)}
        calls = [
            {**call, "function": {**call["function"], "arguments": self._aliases.hide(call["function"]["arguments"])}}
            for call in message.get("tool_calls") or ()
        ]
        return {**message, **said, **({"tool_calls": calls} if calls else {})}
