"""The template audit: would training on an export, with this tokenizer's own chat template, teach what was meant?

Chat templates fail silently: the loss looks healthy while the student learns to write nulls, never to stop, or sees a
history at training time that no server will show it. Each check here is a promise that training and serving rely on.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synth_gym.errors import SynthGymError
from synth_gym.offline import prepare
from synth_gym.training.rows import Row
from synth_gym.transcript import render

PERCENTILES = (0, 50, 90, 99, 100)


class AuditError(SynthGymError):
    """The tokenizer's template breaks a promise; the message says which, and in which row."""


@dataclass
class Audit:
    """What the audit measured. Lengths are in tokens."""

    rows: int = 0
    lengths: list[int] = field(default_factory=list)
    trained: int = 0
    """Tokens that the loss is computed on, over all rows."""

    def summary(self, context: int | None = None) -> dict[str, Any]:
        """Plain data; `context` adds how many rows a model of that context length could not hold."""
        ordered = sorted(self.lengths)
        lengths = {f"p{percent}": ordered[round(percent / 100 * (len(ordered) - 1))] for percent in PERCENTILES}
        cut = {} if context is None else {"context": context, "too_long": sum(length > context for length in ordered)}
        return {"rows": self.rows, "tokens": sum(ordered), "trained_tokens": self.trained, "lengths": lengths, **cut}


def load_tokenizer(folder: Path) -> Any:
    """The tokenizer of a local model folder.

    Raises:
        AuditError: the folder holds none.
    """
    prepare("the template audit", "transformers")
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError):
        raise AuditError(f"{folder}: holds no tokenizer; give a local model folder") from None


def audit(tokenizer: Any, rows: Iterable[Row]) -> Audit:
    """Check every row of an export.

    Args:
        tokenizer: a transformers tokenizer with a chat template.
        rows: of `read_rows`.

    Raises:
        AuditError: at the first broken promise.
    """
    if not tokenizer.chat_template:
        raise AuditError("the tokenizer has no chat template: choose the tokenizer of an instruction-tuned model")
    result = Audit()
    for number, row in enumerate(rows, start=1):
        try:
            length, trained = audit_row(tokenizer, row["messages"], row["tools"])
        except AuditError as error:
            raise AuditError(
                f"row {number} ({row.get('env_id', 'unknown')}, seed {row.get('seed')}): {error}"
            ) from None
        result.rows += 1
        result.lengths.append(length)
        result.trained += trained
    return result


def audit_row(tokenizer: Any, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]]) -> tuple[int, int]:
    """Check one conversation.

    Returns:
        its length, and how many of its tokens the loss is computed on.

    Raises:
        AuditError: a promise is broken; the message says which.
    """
    _check_arguments(messages)
    _check_control_tokens(tokenizer, messages)
    starts = _check_append_only(tokenizer, messages, tools)
    encoded = tokenizer.apply_chat_template(
        list(messages), tools=list(tools) or None, return_dict=True, return_assistant_tokens_mask=True
    )
    ids, mask = encoded["input_ids"], encoded["assistant_masks"]
    if not any(mask):
        raise AuditError(
            "no token is trained: the chat template has no {% generation %} marks; use a training template"
        )
    spans = _spans(ids, mask)
    _check_stop(tokenizer, spans)
    _check_mask(tokenizer, messages, spans, starts)
    return len(ids), sum(mask)


def _check_arguments(messages: Sequence[dict[str, Any]]) -> None:
    for message in messages:
        for call in message.get("tool_calls") or ():
            if not isinstance(call["function"]["arguments"], dict):
                raise AuditError(f"the arguments of a call of {call['function']['name']!r} are not an object")


def _check_control_tokens(tokenizer: Any, messages: Sequence[dict[str, Any]]) -> None:
    """A message that spells a control token would end its own turn."""
    specials = [str(token) for token in tokenizer.added_tokens_decoder.values() if token.special]
    for index, message in enumerate(messages):
        text = json.dumps(message, ensure_ascii=False)
        found = next((token for token in specials if token in text), None)
        if found:
            raise AuditError(f"message {index} ({message['role']}) holds the control token {found!r} as text")


def _check_append_only(
    tokenizer: Any, messages: Sequence[dict[str, Any]], tools: Sequence[dict[str, Any]]
) -> list[str]:
    """Every prompt, and every prompt with its reply, must be the beginning of the whole text.

    Returns:
        for every assistant turn, the text that follows the prompt it answers.
    """
    whole, following = render(tokenizer, messages, tools), []
    for index, message in enumerate(messages):
        if message["role"] != "assistant":
            continue
        prompt = render(tokenizer, messages[:index], tools, reply=True)
        replied = render(tokenizer, messages[: index + 1], tools)
        if not (whole.startswith(prompt) and whole.startswith(replied)):
            raise AuditError(f"the template is not append-only: it renders message {index} otherwise once more follow")
        following.append(whole[len(prompt) :])
    return following


def _spans(ids: Sequence[int], mask: Sequence[int]) -> list[list[int]]:
    """The runs of trained tokens."""
    spans: list[list[int]] = []
    previous = 0
    for token, trained in zip(ids, mask, strict=True):
        if trained and not previous:
            spans.append([])
        if trained:
            spans[-1].append(token)
        previous = trained
    return spans


def _check_stop(tokenizer: Any, spans: Sequence[Sequence[int]]) -> None:
    for span in spans:
        if tokenizer.eos_token_id not in span:
            raise AuditError(
                f"the stop token {tokenizer.eos_token!r} is outside the loss mask: a student would never learn to stop"
            )


def _check_mask(
    tokenizer: Any, messages: Sequence[dict[str, Any]], spans: Sequence[Sequence[int]], following: Sequence[str]
) -> None:
    """One span per assistant turn, each spelling what follows that turn's prompt."""
    turns = sum(message["role"] == "assistant" for message in messages)
    if len(spans) != turns:
        raise AuditError(f"the loss mask has {len(spans)} spans for {turns} assistant turns")
    for span, text in zip(spans, following, strict=True):
        spelled = tokenizer.decode(span, skip_special_tokens=False, clean_up_tokenization_spaces=False)
        if not text.startswith(spelled):
            raise AuditError(
                f"the loss mask is not the assistant's turn: it begins {spelled[:40]!r}, the turn {text[:40]!r}"
            )
