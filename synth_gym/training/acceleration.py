"""The fast way through a step, put into a TRL trainer. Imports torch: import it only to train.

Nothing here changes what is computed but its rounding: docs/training.md has what each part gave.
"""

from __future__ import annotations

from typing import Any

import torch

from synth_gym.training import attention
from synth_gym.training.blocks import install_blocks
from synth_gym.training.loss import install_chunked_loss
from synth_gym.training.packing import PackedRow, pack
from synth_gym.training.recipe import Acceleration


def accelerate(trainer: Any, model: Any, plan: Acceleration, context: int) -> None:
    """Prepare a trainer between its making and `train()`.

    Args:
        trainer: a TRL `SFTTrainer` whose dataset is tokenised and holds nothing longer than `context`.
        model: its causal language model, bare of any PEFT wrapper.
        plan: of the recipe.
        context: tokens of a packed row.

    Raises:
        SynthGymError: the model is of a kind that cannot be accelerated.
    """
    attention.register()
    model.set_attn_implementation(attention.NAME)
    # On a processor compiling costs minutes and gains little.
    install_blocks(model, recompute_feed_forward=plan.recompute_feed_forward, compiled=torch.cuda.is_available())
    install_chunked_loss(model)
    trainer.train_dataset = pack(trainer.train_dataset, context)
    trainer.data_collator = PackedRow(context, padding=trainer.processing_class.pad_token_id)
