"""Packed documents do not see each other; every kernel gives the same."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from torch.nn.functional import scaled_dot_product_attention

from synth_gym.training import attention

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
BOUNDS = [0, 40, 41, 100, 128]


def tensors(device: str = "cpu", dtype: torch.dtype = torch.float32) -> list[Tensor]:
    """Query, key and value of eight heads in two groups."""
    draw = torch.Generator().manual_seed(0)
    return [
        torch.randn(1, heads, BOUNDS[-1], 64, generator=draw).to(device, dtype).requires_grad_() for heads in (8, 2, 2)
    ]


def bounds(device: str = "cpu") -> Tensor:
    return torch.tensor(BOUNDS, dtype=torch.int32, device=device)


def masked(query: Tensor, key: Tensor, value: Tensor) -> Tensor:
    """The same by one mask over everything."""
    document = torch.bucketize(torch.arange(BOUNDS[-1]), torch.tensor(BOUNDS[1:]), right=True)
    mask = (document[:, None] == document) & torch.ones(BOUNDS[-1], BOUNDS[-1]).tril().bool()
    return scaled_dot_product_attention(query, key, value, attn_mask=mask.to(query.device), enable_gqa=True)


def gradients(result: Tensor, inputs: list[Tensor]) -> list[Tensor]:
    return list(torch.autograd.grad(result.float().square().sum(), inputs))


def test_documents_attend_to_themselves_alone() -> None:
    inputs = tensors()
    result, weights = attention.attention(None, *inputs, None, cu_seq_lens_q=bounds())
    expected = masked(*inputs).transpose(1, 2)
    assert weights is None
    torch.testing.assert_close(result, expected)
    for ours, theirs in zip(gradients(result, inputs), gradients(expected, inputs), strict=True):
        torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_one_document_is_plain_causal_attention() -> None:
    inputs = tensors()
    expected = scaled_dot_product_attention(*inputs, is_causal=True, enable_gqa=True).transpose(1, 2)
    whole = torch.tensor([0, BOUNDS[-1]], dtype=torch.int32)
    for where in (None, whole):
        torch.testing.assert_close(attention.attention(None, *inputs, None, cu_seq_lens_q=where)[0], expected)


def test_a_mask_is_refused() -> None:
    with pytest.raises(ValueError, match="not by a mask"):
        attention.attention(None, *tensors(), torch.ones(1))


@needs_gpu
@pytest.mark.parametrize("packed", [True, False])
def test_the_gpu_computes_what_the_processor_does(packed: bool) -> None:
    exact, coarse = tensors(), tensors("cuda", torch.bfloat16)
    results = [
        attention.attention(None, *inputs, None, cu_seq_lens_q=bounds(str(inputs[0].device)) if packed else None)[0]
        for inputs in (exact, coarse)
    ]
    pairs = [results, *zip(gradients(results[0], exact), gradients(results[1], coarse), strict=True)]
    for reference, measured in pairs:
        assert (measured.cpu() - reference).norm() / reference.norm() < 0.02
