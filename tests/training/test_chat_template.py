"""The student's chat template: append-only, the assistant's spans marked, calls that read back as they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from synth_gym.policies.local import parse_reply
from synth_gym.training.chat_template import STOP
from synth_gym.training.rows import Row
from synth_gym.transcript import render

MakeRow = Callable[[int], Row]


@pytest.mark.parametrize("seed", range(8))
def test_every_beginning_of_a_conversation_renders_to_the_beginning_of_its_text(
    seed: int, tokenizer: Any, make_row: MakeRow
) -> None:
    messages, tools = make_row(seed)["messages"], make_row(seed)["tools"]
    whole = render(tokenizer, messages, tools)
    beginnings = [render(tokenizer, messages[:count], tools) for count in range(1, len(messages) + 1)]
    assert all(whole.startswith(beginning) for beginning in beginnings)
    assert len(set(map(len, beginnings))) == len(messages)
    for index, message in enumerate(messages):
        if message["role"] == "assistant":
            assert whole.startswith(render(tokenizer, messages[:index], tools, reply=True))


@pytest.mark.parametrize("seed", range(8))
def test_the_mask_spells_the_assistants_turns_and_nothing_else(seed: int, tokenizer: Any, make_row: MakeRow) -> None:
    row = make_row(seed)
    encoded = tokenizer.apply_chat_template(
        row["messages"], tools=row["tools"], return_dict=True, return_assistant_tokens_mask=True
    )
    trained = [token for token, mask in zip(encoded["input_ids"], encoded["assistant_masks"], strict=True) if mask]
    replies = tokenizer.decode(trained).split(STOP)
    assert replies.pop() == ""
    turns = [message for message in row["messages"] if message["role"] == "assistant"]
    assert len(replies) == len(turns)
    for reply, message in zip(replies, turns, strict=True):
        action = parse_reply(reply)
        assert not action.error
        function = message["tool_calls"][0]["function"]
        assert (action.tool, action.arguments) == (function["name"], function["arguments"])
        assert (action.thought, action.reasoning) == (message["content"], message.get("reasoning_content", ""))


def test_text_survives_the_tokenizer_unchanged(tokenizer: Any, make_row: MakeRow) -> None:
    messages = [*make_row(3)["messages"], {"role": "tool", "content": "日本 \u200b \r\n\t\\n ©"}]
    whole = render(tokenizer, messages, make_row(3)["tools"])
    assert tokenizer.decode(tokenizer.encode(whole, add_special_tokens=False)) == whole


def test_no_token_crosses_the_end_of_a_line(tokenizer: Any) -> None:
    """Of a text, or of a script inside JSON. The system turn alone is one token of many lines."""
    spelled = [tokenizer.decode([token]) for token in range(len(tokenizer))]
    longest = max(spelled, key=len)
    assert "<tools>" in longest and "\n" in longest
    crossing = [text for text in spelled if ("\n" in text or r"\n" in text) and text not in ("\n", r"\n", longest)]
    assert crossing == []
    assert any(" " in text.strip() for text in spelled if text != longest)


def test_trl_finds_the_marks_and_the_trained_stop_token(tokenizer: Any) -> None:
    from trl.chat_template_utils import has_generation_markers, is_chat_template_stop_token_trained

    assert has_generation_markers(tokenizer.chat_template)
    assert is_chat_template_stop_token_trained(tokenizer)


def test_a_conversation_without_system_turn_and_tools_is_plain_chatml(tokenizer: Any) -> None:
    messages = [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]
    assert render(tokenizer, messages, ()) == "<|im_start|>user\nhi<|im_end|>\n<|im_start|>assistant\nho<|im_end|>\n"
