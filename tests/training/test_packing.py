"""Packing changes where a conversation lies, not what is computed of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.nn.functional import cross_entropy

from synth_gym.training import attention
from synth_gym.training.packing import PackedRow, pack

LENGTHS = (5, 17, 9, 3, 12)
ROW = 24


@pytest.fixture
def conversations() -> list[dict[str, list[int]]]:
    """Tokens, of which every third carries no loss."""
    draw = torch.Generator().manual_seed(0)
    tokens = [torch.randint(101, (length,), generator=draw).tolist() for length in LENGTHS]
    return [{"input_ids": row, "labels": [-100 if token % 3 == 0 else token for token in row]} for row in tokens]


def packed_rows(conversations: list[dict[str, list[int]]]) -> list[dict[str, Any]]:
    from datasets import Dataset

    return list(pack(Dataset.from_list(conversations), ROW))


def losses(model: Any, **inputs: Any) -> dict[tuple[int, ...], torch.Tensor]:
    """The loss of every trained token of one row, by the tokens of the conversation up to it."""
    labels, tokens = inputs.pop("labels")[0], inputs["input_ids"][0]
    positions = inputs.get("position_ids", torch.arange(len(tokens))[None])[0]
    logits = model(**inputs, use_cache=False).logits[0]
    each = cross_entropy(logits[:-1], labels[1:], reduction="none")
    return {
        tuple(tokens[at - int(positions[at]) : at + 1].tolist()): each[at - 1]
        for at in range(1, len(tokens))
        if labels[at] != -100
    }


def test_every_token_has_the_loss_that_it_has_alone(
    conversations: list[dict[str, list[int]]], make_qwen: Callable[[], Any]
) -> None:
    model = make_qwen()
    alone: dict[tuple[int, ...], torch.Tensor] = {}
    for row in conversations:
        alone |= losses(model, **{name: torch.tensor([values]) for name, values in row.items()})
    attention.register()
    model.set_attn_implementation(attention.NAME)
    rows = packed_rows(conversations)
    together: dict[tuple[int, ...], torch.Tensor] = {}
    for row in rows:
        together |= losses(model, **PackedRow(ROW, padding=0)([row]))
    assert len(rows) < len(conversations) and together.keys() == alone.keys()
    torch.testing.assert_close([together[key] for key in alone], list(alone.values()), atol=1e-5, rtol=1e-5)


def test_a_row_is_padded_behind_its_last_conversation() -> None:
    row = {"input_ids": [7, 8, 9, 5, 6], "labels": [7, 8, -100, 5, 6], "seq_lengths": [3, 2]}
    tensors = {name: tensor.tolist() for name, tensor in PackedRow(8, padding=1)([row]).items()}
    assert tensors == {
        "input_ids": [[7, 8, 9, 5, 6, 1, 1, 1]],
        "labels": [[-100, 8, -100, -100, 6, -100, -100, -100]],
        "position_ids": [[0, 1, 2, 0, 1, 2, 3, 4]],
        "cu_seq_lens_q": [0, 3, 8],
    }


def test_nothing_is_lost_or_cut(conversations: list[dict[str, list[int]]]) -> None:
    found = []
    for row in packed_rows(conversations):
        assert len(row["input_ids"]) <= ROW
        whole = iter(row["input_ids"])
        found += [[next(whole) for _ in range(size)] for size in row["seq_lengths"]]
    assert sorted(found) == sorted(row["input_ids"] for row in conversations)
