"""Whole conversations packed into rows of one length, each attending to itself alone.

Every step then has the same shape, which compiled code and memory planning want, and no GPU time goes into padding
short conversations to the longest one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

PADDING_LABEL = -100


def pack(dataset: Any, length: int) -> Any:
    """Best-fit-decreasing packing (TRL's) of tokenised conversations, none of which is longer than a row.

    Args:
        dataset: a `datasets.Dataset` with `input_ids` and `labels`.
        length: tokens of a row.

    Returns:
        a dataset with `input_ids`, `labels` and `seq_lengths`, the lengths of a row's conversations.
    """
    from trl import pack_dataset

    return pack_dataset(dataset.select_columns(["input_ids", "labels"]), length, "bfd")


@dataclass(frozen=True)
class PackedRow:
    """Collator: one packed row -> the tensors of one forward pass.

    The last conversation is padded to the row's length. Attention is causal: padding behind a conversation changes
    nothing before it, and carries no loss.
    """

    length: int
    """Tokens of a row."""
    padding: int
    """The padding token."""

    def __call__(self, examples: Sequence[dict[str, Any]]) -> dict[str, Any]:
        """
        Returns:
            `input_ids`, `labels`, `position_ids`, each [1, length], and `cu_seq_lens_q`, [conversations + 1], int32.
        """
        import torch

        (example,) = examples
        missing = self.length - len(example["input_ids"])
        sizes = list(example.get("seq_lengths") or [len(example["input_ids"])])
        sizes[-1] += missing
        labels = torch.tensor([[*example["labels"], *[PADDING_LABEL] * missing]])
        positions = torch.cat([torch.arange(size) for size in sizes])[None]
        return {
            "input_ids": torch.tensor([[*example["input_ids"], *[self.padding] * missing]]),
            # A conversation's first token has nothing to be predicted from.
            "labels": labels.masked_fill(positions == 0, PADDING_LABEL),
            "position_ids": positions,
            "cu_seq_lens_q": torch.tensor([0, *accumulate(sizes)], dtype=torch.int32),
        }
