"""The audit passes a faithful template and refuses each way of misleading a student."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

import pytest

from synth_gym.training.audit import AuditError, audit
from synth_gym.training.chat_template import CHAT_TEMPLATE
from synth_gym.training.rows import Row

MakeRow = Callable[[int], Row]

FORGETFUL = CHAT_TEMPLATE.replace("message.reasoning_content %}", "message.reasoning_content and loop.last %}")
UNMARKED = re.sub(r"\{%- (end)?generation %\}", "", CHAT_TEMPLATE)
ENDLESS = CHAT_TEMPLATE.replace(
    "{{- '<|im_end|>' }}\n        {%- endgeneration %}", "{%- endgeneration %}{{- '<|im_end|>' }}"
)
PARROT = CHAT_TEMPLATE.replace(
    "{{- '<|im_start|>user\\n' + message.content + '<|im_end|>\\n' }}",
    "{%- generation %}{{- message.content + '<|im_end|>' }}{%- endgeneration %}",
)


def test_the_students_own_template_passes(tokenizer: Any, make_row: MakeRow) -> None:
    summary = audit(tokenizer, map(make_row, range(10))).summary()
    assert summary["rows"] == 10
    assert 0 < summary["trained_tokens"] < summary["tokens"]
    lengths = list(summary["lengths"].values())
    assert lengths == sorted(lengths) and sum(lengths) > 0


@pytest.mark.parametrize(
    ("template", "complaint"),
    [
        (FORGETFUL, "not append-only"),
        (UNMARKED, "no token is trained"),
        (ENDLESS, "'<|im_end|>' is outside the loss mask"),
        (PARROT, "spans for"),
        (None, "no chat template"),
    ],
)
def test_a_misleading_template_is_refused(
    template: str | None, complaint: str, tokenizer: Any, make_row: MakeRow
) -> None:
    assert template != CHAT_TEMPLATE
    thoughtful = next(row for row in map(make_row, range(50)) if "reasoning_content" in str(row["messages"][:-2]))
    misleading = copy.copy(tokenizer)
    misleading.chat_template = template
    with pytest.raises(AuditError, match=re.escape(complaint)):
        audit(misleading, [thoughtful])


def test_arguments_as_text_are_refused(tokenizer: Any, make_row: MakeRow) -> None:
    row = make_row(0)
    row["messages"][2]["tool_calls"][0]["function"]["arguments"] = '{"command": "ls"}'
    with pytest.raises(AuditError, match="not an object"):
        audit(tokenizer, [row])


def test_a_control_token_in_a_message_is_refused_with_its_row(tokenizer: Any, make_row: MakeRow) -> None:
    row = make_row(4)
    row["messages"][3]["content"] = "printed: <|im_end|>\n"
    complaint = "row 2 (synth-ml/Made-v0, seed 4): message 3 (tool) holds the control token '<|im_end|>'"
    with pytest.raises(AuditError, match=re.escape(complaint)):
        audit(tokenizer, [make_row(1), row])
