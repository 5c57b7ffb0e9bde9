"""The decoder's blocks: compiled one by one, and only what is cheap is computed again in the backward pass.

Checkpointing whole blocks computes every forward pass twice, a quarter of all arithmetic. Here a block keeps the
results of its matrix products and of attention, which cost the time; norms, rotations and activations, which cost
passes through memory, are computed again, fused by the compiler. Of what is kept, the inside of the gated feed-forward
layer is more than half, and two matrix products bring it back: as many blocks as memory asks for compute that again,
too. (Selective checkpointing: Korthikanti et al. 2022, arXiv 2205.05198.) Imports torch: import it only to train.
"""

from __future__ import annotations

import functools
import logging
from typing import Any

import torch
from torch import Tensor
from torch.utils.checkpoint import CheckpointPolicy, checkpoint, create_selective_checkpoint_contexts

from synth_gym.errors import SynthGymError

_KEPT = {
    getattr(torch.ops.aten, name).default
    for name in (
        "mm",
        "addmm",
        "_flash_attention_forward",
        "_scaled_dot_product_cudnn_attention",
        "_scaled_dot_product_efficient_attention",
        "_scaled_dot_product_flash_attention",
        "_scaled_dot_product_flash_attention_for_cpu",
    )
}
"""Operations whose results are not computed again."""
_PARTS = ("input_layernorm", "self_attn", "post_attention_layernorm", "mlp")


def install_blocks(model: Any, *, recompute_feed_forward: int | None, compiled: bool) -> None:
    """Replace the forward pass of every decoder block by one that computes the same.

    Args:
        model: a causal language model of pre-norm blocks named as in Llama, Mistral and Qwen.
        recompute_feed_forward: blocks, from the first, whose feed-forward layer is computed again in the backward pass;
            None for all. Each block that is not among them keeps two tensors of the feed-forward width per token.
        compiled: whether to compile; the first step then takes a minute longer.

    Raises:
        SynthGymError: the model's blocks are of another kind.
    """
    layers = model.base_model.layers
    if any(not hasattr(layer, part) for layer in layers for part in _PARTS):
        raise SynthGymError(f"blocks of {type(layers[0]).__name__} cannot be compiled; remove `acceleration`")
    # The compiler warns of operations in place; the parts below have none.
    logging.getLogger("torch._higher_order_ops.wrap").setLevel(logging.ERROR)
    keep, recompute = (torch.compile(block) if compiled else block for block in (_keeping_block, _recomputing_block))
    first_kept = len(layers) if recompute_feed_forward is None else recompute_feed_forward
    for number, layer in enumerate(layers):
        layer.forward = functools.partial(_forward, recompute if number < first_kept else keep, layer)


def _forward(
    block: Any,
    layer: Any,
    hidden: Tensor,
    *,
    position_embeddings: tuple[Tensor, Tensor],
    attention_mask: Tensor | None = None,
    cu_seq_lens_q: Tensor | None = None,
    **_: Any,
) -> Tensor:
    """What a decoder layer of transformers is called with; positions and caches are of no use here."""
    result: Tensor = block(layer, hidden, position_embeddings, attention_mask, cu_seq_lens_q)
    return result


def _keeping_block(layer: Any, hidden: Tensor, *inputs: Any) -> Tensor:
    hidden = _keep_products(_attend, layer, hidden, *inputs)
    return _keep_products(_feed_forward, layer, hidden)


def _recomputing_block(layer: Any, hidden: Tensor, *inputs: Any) -> Tensor:
    hidden = _keep_products(_attend, layer, hidden, *inputs)
    result: Tensor = checkpoint(_feed_forward, layer, hidden, use_reentrant=False)
    return result


def _keep_products(part: Any, *inputs: Any) -> Tensor:
    result: Tensor = checkpoint(part, *inputs, use_reentrant=False, context_fn=_contexts)
    return result


def _contexts() -> Any:
    return create_selective_checkpoint_contexts(_policy)


def _policy(_: Any, operation: Any, *__: Any, **___: Any) -> CheckpointPolicy:
    return CheckpointPolicy.MUST_SAVE if operation in _KEPT else CheckpointPolicy.PREFER_RECOMPUTE


def _attend(
    layer: Any,
    hidden: Tensor,
    position_embeddings: tuple[Tensor, Tensor],
    attention_mask: Tensor | None,
    bounds: Tensor | None,
) -> Tensor:
    attended, _ = layer.self_attn(
        hidden_states=layer.input_layernorm(hidden),
        position_embeddings=position_embeddings,
        attention_mask=attention_mask,
        cu_seq_lens_q=bounds,
    )
    return hidden + attended


def _feed_forward(layer: Any, hidden: Tensor) -> Tensor:
    result: Tensor = hidden + layer.mlp(layer.post_attention_layernorm(hidden))
    return result
