"""Cross-entropy of the next token without the logits of all positions. Imports torch: import it only to train.

At 32,768 tokens and a vocabulary of 151,936 the logits are 9.3 GiB in bfloat16, and as much again for every step of
arithmetic on them. Here they exist for `CHUNK` tokens at a time. The gradient is computed in the same pass, while a
chunk's logits are still there: three matrix products per chunk, as with full logits, where a loss that recomputes its
logits in the backward pass needs four. (As in Liger kernel: Hsu et al. 2024, arXiv 2410.10989.)
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from types import MethodType
from typing import Any

import torch
from torch import Tensor
from torch.autograd.function import once_differentiable
from trl.trainer.utils import FusedCausalLMOutput

CHUNK = 4096
"""Tokens whose logits exist at one time."""
IGNORED = -100
"""The label of a token that carries no loss."""


def chunked_cross_entropy(
    hidden: Tensor, weight: Tensor, labels: Tensor, chunk: int = CHUNK
) -> tuple[Tensor, Tensor, Tensor]:
    """Cross-entropy of `hidden @ weight.T` against the labels, summed over the tokens.

    Backward may be called once; only the first result has a gradient.

    Args:
        hidden: last hidden states, [tokens, width].
        weight: of the output layer, [vocabulary, width].
        labels: [tokens], every one of them a token of the vocabulary.
        chunk: tokens whose logits exist at one time.

    Returns:
        the sums over the tokens, in float32, of the negative log-likelihood in nats, of the entropy of the prediction
        in nats, and of whether the label was the likeliest token.
    """
    if not torch.is_grad_enabled():
        hidden, weight = hidden.detach(), weight.detach()
    sums: Tensor = _ChunkedCrossEntropy.apply(hidden, weight, labels, chunk)
    return sums[0], sums[1].detach(), sums[2].detach()


def install_chunked_loss(model: Any) -> None:
    """Let a causal language model answer TRL's `fused_lm_head=True` with this loss; other calls stay as they were.

    TRL's trainer divides the sums by the number of trained tokens, whatever the shape of what it sums.

    Args:
        model: a transformers model, bare of any PEFT wrapper.
    """
    plain_forward = model.forward

    @functools.wraps(type(model).forward)
    def forward(self: Any, *args: Any, fused_lm_head: bool = False, labels: Tensor | None = None, **inputs: Any) -> Any:
        if not fused_lm_head or labels is None:
            return plain_forward(*args, labels=labels, **inputs)
        hidden = self.base_model(*args, **inputs).last_hidden_state[:, :-1].flatten(0, 1)
        targets = labels[:, 1:].flatten()
        trained = (targets != IGNORED).nonzero().squeeze(-1)
        loss, entropy, correct = chunked_cross_entropy(
            hidden.index_select(0, trained), self.get_output_embeddings().weight, targets[trained]
        )
        count = torch.tensor(len(trained), device=loss.device)
        return FusedCausalLMOutput(
            loss=loss / count.clamp(min=1), log_probs=-loss, entropy=entropy, is_top1=correct, label_mask=count
        )

    model.forward = MethodType(forward, model)


class _ChunkedCrossEntropy(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, hidden: Tensor, weight: Tensor, labels: Tensor, chunk: int) -> Tensor:
        dtype = _product_dtype(hidden)
        rows, table = hidden.to(dtype), weight.to(dtype)
        needs_hidden, needs_weight, *_ = ctx.needs_input_grad
        grad_hidden = torch.empty_like(rows) if needs_hidden else None
        # Rounding the sum to bfloat16 after every chunk would lose the small gradients of rare tokens.
        grad_weight = torch.zeros_like(table, dtype=torch.float32) if needs_weight else None
        sums = torch.zeros(3, dtype=torch.float32, device=hidden.device)
        evaluate = _evaluate(hidden.device.type)
        for part in _parts(len(rows), chunk):
            chunk_sums, gradient = evaluate(rows[part] @ table.T, labels[part])
            sums += chunk_sums
            if grad_hidden is not None:
                torch.mm(gradient, table, out=grad_hidden[part])
            if grad_weight is not None:
                _add_product(grad_weight, gradient.T, rows[part])
        ctx.save_for_backward(
            None if grad_hidden is None else grad_hidden.to(hidden.dtype),
            None if grad_weight is None else grad_weight.to(weight.dtype),
        )
        return sums

    @staticmethod
    @once_differentiable
    def backward(ctx: Any, grad_sums: Tensor) -> tuple[Tensor | None, ...]:
        grad_hidden, grad_weight = ctx.saved_tensors
        scale = grad_sums[0]
        scaled = [None if gradient is None else gradient.mul_(scale) for gradient in (grad_hidden, grad_weight)]
        return (*scaled, None, None)


def _product_dtype(hidden: Tensor) -> torch.dtype:
    """Of the matrix products: autocast does not reach into a function that has its own backward."""
    device = hidden.device.type
    return torch.get_autocast_dtype(device) if torch.is_autocast_enabled(device) else hidden.dtype


def _parts(tokens: int, chunk: int) -> list[slice]:
    return [slice(start, min(start + chunk, tokens)) for start in range(0, tokens, chunk)]


@functools.cache
def _evaluate(device: str) -> Callable[[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Compiled on a GPU, where the arithmetic on logits is otherwise bound by a dozen passes through memory."""
    return torch.compile(_sums_and_gradient, dynamic=True) if device == "cuda" else _sums_and_gradient


def _sums_and_gradient(logits: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Negative log-likelihood, entropy and correct predictions of a chunk, summed, and the first one's gradient."""
    exact = logits.float()
    log_normalizer = exact.logsumexp(-1, keepdim=True)
    probability = (exact - log_normalizer).exp()
    target = exact.gather(-1, labels[:, None])
    sums = (
        (log_normalizer - target).sum(),
        (log_normalizer.squeeze(-1) - (probability * exact).sum(-1)).sum(),
        (target.squeeze(-1) >= exact.amax(-1)).sum().float(),
    )
    is_target = torch.arange(logits.shape[-1], device=logits.device) == labels[:, None]
    return torch.stack(sums), (probability - is_target.float()).to(logits.dtype)


def _add_product(total: Tensor, left: Tensor, right: Tensor) -> None:
    """`total += left @ right`, with the product kept in `total`'s float32."""
    if total.is_cuda and left.dtype != torch.float32:
        torch.addmm(total, left, right, out_dtype=torch.float32, out=total)
    else:
        total.addmm_(left.float(), right.float())
