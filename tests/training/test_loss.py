"""The chunked loss is the plain one: values, gradients, and what a trainer reports of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.nn.functional import cross_entropy

from synth_gym.training.loss import IGNORED, chunked_cross_entropy, install_chunked_loss

TOKENS, WIDTH, VOCABULARY = 37, 16, 101


@pytest.fixture
def case() -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    draw = torch.Generator().manual_seed(0)
    hidden = torch.randn(TOKENS, WIDTH, generator=draw)
    weight = torch.randn(VOCABULARY, WIDTH, generator=draw)
    return hidden, weight, torch.randint(VOCABULARY, (TOKENS,), generator=draw)


@pytest.mark.parametrize("chunk", [1, 10, 37, 4096])
def test_values_and_gradients_are_those_of_the_plain_loss(case: Any, chunk: int) -> None:
    hidden, weight, labels = case
    mine = [tensor.clone().requires_grad_() for tensor in (hidden, weight)]
    loss, entropy, correct = chunked_cross_entropy(*mine, labels, chunk=chunk)
    (loss / 7).backward()

    plain = [tensor.clone().requires_grad_() for tensor in (hidden, weight)]
    logits = plain[0] @ plain[1].T
    expected = cross_entropy(logits, labels, reduction="sum")
    (expected / 7).backward()
    torch.testing.assert_close(loss, expected)
    for ours, theirs in zip(mine, plain, strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad)
    torch.testing.assert_close(entropy, torch.distributions.Categorical(logits=logits).entropy().sum())
    assert int(correct) == int((logits.argmax(-1) == labels).sum())


def test_bfloat16_is_as_exact_as_the_plain_loss_in_bfloat16(case: Any) -> None:
    hidden, weight, labels = case
    exact = [tensor.double().requires_grad_() for tensor in (hidden, weight)]
    cross_entropy(exact[0] @ exact[1].T, labels, reduction="sum").backward()
    coarse = [tensor.bfloat16().requires_grad_() for tensor in (hidden, weight)]
    chunked_cross_entropy(*coarse, labels, chunk=8)[0].backward()
    for ours, reference in zip(coarse, exact, strict=True):
        assert ours.grad is not None and reference.grad is not None and ours.grad.dtype == torch.bfloat16
        assert (ours.grad - reference.grad).norm() / reference.grad.norm() < 0.02


def test_what_is_frozen_gets_no_gradient(case: Any) -> None:
    hidden, weight, labels = case
    mine, head = hidden.clone().requires_grad_(), weight.clone()
    chunked_cross_entropy(mine, head, labels)[0].backward()
    assert mine.grad is not None and head.grad is None
    with torch.no_grad():
        assert not chunked_cross_entropy(mine, weight.requires_grad_(), labels)[0].requires_grad


def test_a_model_computes_its_own_loss_and_gradients(make_qwen: Callable[[], Any]) -> None:
    plain, model = make_qwen(), make_qwen()
    install_chunked_loss(model)
    tokens = torch.randint(VOCABULARY, (2, 20), generator=torch.Generator().manual_seed(1))
    labels = tokens.masked_fill(tokens % 3 == 0, IGNORED)
    expected = plain(input_ids=tokens, labels=labels).loss
    result = model(input_ids=tokens, labels=labels, fused_lm_head=True)
    trained = int((labels[:, 1:] != IGNORED).sum())
    torch.testing.assert_close(result.loss, expected)
    torch.testing.assert_close(-result.log_probs / trained, expected)
    assert int(result.label_mask) == trained
    expected.backward()
    result.loss.backward()
    for (name, ours), theirs in zip(model.named_parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad, msg=name)
    torch.testing.assert_close(model(input_ids=tokens).logits, plain(input_ids=tokens).logits)


def test_a_batch_without_a_trained_token_weighs_nothing(make_qwen: Callable[[], Any]) -> None:
    model = make_qwen()
    install_chunked_loss(model)
    tokens = torch.ones(1, 5, dtype=torch.long)
    loss = model(input_ids=tokens, labels=torch.full_like(tokens, IGNORED), fused_lm_head=True).loss
    loss.backward()
    assert float(loss.detach()) == 0
    assert all(weight.grad is None or not weight.grad.any() for weight in model.parameters())
