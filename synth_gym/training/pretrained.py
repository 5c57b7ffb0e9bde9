"""A pretrained model to fine-tune: found on this machine, given the project's chat template, perhaps with adapters."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from synth_gym.errors import SynthGymError
from synth_gym.offline import prepare
from synth_gym.training.chat_template import CHAT_TEMPLATE, CONTROL_TOKENS, PAD, STOP
from synth_gym.training.recipe import Pretrained


def load_pretrained(plan: Pretrained, precision: str) -> tuple[Any, Any]:
    """The model and its tokenizer.

    Args:
        plan: of the recipe.
        precision: the recipe's; decides the weights' type.

    Raises:
        SynthGymError: the model is not on this machine, or its tokenizer lacks the chat template's control tokens.
    """
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    folder = find_pretrained(plan.name)
    dtype = torch.float32 if precision == "float32" else torch.bfloat16
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
        model = AutoModelForCausalLM.from_pretrained(folder, local_files_only=True, dtype=dtype)
    except (OSError, ValueError) as error:
        raise SynthGymError(f"{folder}: holds no model that can be loaded: {str(error).splitlines()[0]}") from None
    missing = [token for token in CONTROL_TOKENS if token not in tokenizer.get_vocab()]
    if missing:
        raise SynthGymError(f"{folder}: the tokenizer has no {', '.join(missing)}; choose a model of the Qwen family")
    tokenizer.chat_template, tokenizer.eos_token, tokenizer.pad_token = CHAT_TEMPLATE, STOP, PAD
    return model, tokenizer


def find_pretrained(name: str) -> Path:
    """The folder of a model: the name itself, or where `hf download` has put it.

    Raises:
        SynthGymError: it is neither.
    """
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    if Path(name).is_dir():
        return Path(name)
    try:
        return Path(snapshot_download(name, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError):
        raise SynthGymError(
            f"the model {name!r} is not on this machine: run `hf download {name}`, or write its folder into the recipe"
        ) from None


def adapters(plan: Pretrained | None) -> Any:
    """The configuration of LoRA adapters, or None where all weights are trained."""
    if plan is None or plan.lora is None:
        return None
    prepare("LoRA", "peft")
    from peft import LoraConfig

    lora = plan.lora
    return LoraConfig(
        r=lora.rank,
        lora_alpha=lora.alpha,
        lora_dropout=lora.dropout,
        target_modules="all-linear",
        task_type="CAUSAL_LM",
    )
