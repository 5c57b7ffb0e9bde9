"""Causal attention within each document of a packed row. Imports torch: import it only to train.

Registered with transformers under `NAME`. A row that holds one document needs no mask but causality and runs on the
fastest dense kernel: on Hopper GPUs cuDNN's, 1.6 times as fast as FlashAttention 2 (docs/training.md). It is called by
name, because which of the two PyTorch chooses depends on its version. A row of several documents runs on FlashAttention
with their boundaries; on a processor, document by document.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

NAME = "synth_gym"
HOPPER = (9, 0)


def register() -> None:
    """Make `NAME` an attention implementation of transformers."""
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface

    AttentionInterface.register(NAME, attention)
    AttentionMaskInterface.register(NAME, _no_mask)


def attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    scaling: float | None = None,
    cu_seq_lens_q: Tensor | None = None,
    **_: Any,
) -> tuple[Tensor, None]:
    """Attention as transformers' models call it.

    Args:
        module: the attention layer.
        query: [rows, heads, tokens, head width].
        key: [rows, key-value heads, tokens, head width].
        value: as `key`.
        attention_mask: must be None; padding belongs behind a row's last document, where causality hides it.
        scaling: factor of the scores; by default one over the square root of the head width.
        cu_seq_lens_q: where the documents of a single row begin, and where the last one ends, [documents + 1].

    Returns:
        [rows, tokens, heads, head width], and no attention weights.
    """
    if attention_mask is not None:
        raise ValueError(f"attention {NAME!r} knows documents by `cu_seq_lens_q`, not by a mask")
    if cu_seq_lens_q is None or len(cu_seq_lens_q) == 2:
        result = _dense(query, key, value, scaling=scaling)
    elif query.is_cuda:
        return _variable_length(query, key, value, scaling, cu_seq_lens_q), None
    else:
        result = _one_by_one(query, key, value, scaling, cu_seq_lens_q)
    return result.transpose(1, 2), None


def _no_mask(*_: Any, **__: Any) -> None:
    """Documents are told apart by their boundaries: a mask of a packed row of 32,768 tokens would be 1 GiB."""


def _dense(query: Tensor, key: Tensor, value: Tensor, *, scaling: float | None) -> Tensor:
    if query.is_cuda and _is_hopper():
        return torch.ops.aten._scaled_dot_product_cudnn_attention(
            query, key, value, None, True, 0.0, True, scale=scaling
        )[0]
    return scaled_dot_product_attention(query, key, value, is_causal=True, scale=scaling, enable_gqa=True)


def _variable_length(query: Tensor, key: Tensor, value: Tensor, scaling: float | None, bounds: Tensor) -> Tensor:
    """FlashAttention 2 of PyTorch itself, without the grouped heads being copied."""
    tokens = query.shape[2]
    rows = [tensor.squeeze(0).transpose(0, 1) for tensor in (query, key, value)]
    result = torch.ops.aten._flash_attention_forward(
        *rows, bounds, bounds, tokens, tokens, 0.0, True, False, scale=scaling
    )[0]
    return result.unsqueeze(0)


def _one_by_one(query: Tensor, key: Tensor, value: Tensor, scaling: float | None, bounds: Tensor) -> Tensor:
    sizes = bounds.diff().tolist()
    documents = zip(*(tensor.split(sizes, dim=2) for tensor in (query, key, value)), strict=True)
    return torch.cat([_dense(*parts, scaling=scaling) for parts in documents], dim=2)


@torch.compiler.assume_constant_result
def _is_hopper() -> bool:
    return torch.cuda.get_device_capability() == HOPPER
