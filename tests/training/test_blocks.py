"""Replaced blocks compute what they replace; what is computed twice is what was asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch.utils.flop_counter import FlopCounterMode

from synth_gym.errors import SynthGymError
from synth_gym.training.blocks import install_blocks

TOKENS = 32


def step(model: Any) -> tuple[float, int]:
    """Loss and floating-point operations of one forward and backward pass."""
    tokens = torch.randint(101, (1, TOKENS), generator=torch.Generator().manual_seed(0))
    with FlopCounterMode(display=False) as counter:
        loss = model(input_ids=tokens, labels=tokens, use_cache=False).loss
        loss.backward()
    return float(loss.detach()), counter.get_total_flops()


@pytest.mark.parametrize("recomputed", [0, 1, 2, None])
def test_loss_and_gradients_stay_and_only_the_asked_for_is_computed_twice(
    recomputed: int | None, make_qwen: Callable[[], Any]
) -> None:
    plain, model = make_qwen(), make_qwen()
    install_blocks(model, recompute_feed_forward=recomputed, compiled=False)
    (expected, once), (loss, counted) = step(plain), step(model)
    assert loss == pytest.approx(expected, rel=1e-5)
    for (name, ours), theirs in zip(model.named_parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad, msg=name)
    blocks = model.config.num_hidden_layers if recomputed is None else recomputed
    gate_and_up = 2 * 2 * TOKENS * model.config.hidden_size * model.config.intermediate_size
    assert counted - once == blocks * gate_and_up


def test_all_blocks_share_their_compiled_code(make_qwen: Callable[[], Any], monkeypatch: pytest.MonkeyPatch) -> None:
    from torch._dynamo.testing import CompileCounterWithBackend

    counter = CompileCounterWithBackend("aot_eager")
    monkeypatch.setattr(torch, "compile", functools.partial(torch.compile, backend=counter))
    plain, model = make_qwen(), make_qwen()
    install_blocks(model, recompute_feed_forward=1, compiled=True)
    tokens = torch.arange(TOKENS)[None]
    for one in (plain, model):
        one(input_ids=tokens, labels=tokens, use_cache=False).loss.backward()
    for (name, ours), theirs in zip(model.named_parameters(), plain.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad, msg=name)
    assert counter.frame_count == 2, "one graph for the blocks that recompute, one for those that do not"


def test_blocks_of_another_kind_are_refused() -> None:
    from transformers import GPTNeoXConfig, GPTNeoXForCausalLM

    config = GPTNeoXConfig(hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=32)
    with pytest.raises(SynthGymError, match="blocks of GPTNeoXLayer cannot be compiled; remove `acceleration`"):
        install_blocks(GPTNeoXForCausalLM(config), recompute_feed_forward=0, compiled=False)
