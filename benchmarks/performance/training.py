"""How fast one GPU fine-tunes: the plain TRL recipe and the project's, side by side on the same tokens.

    python benchmarks/performance/training.py                          # Qwen3-4B and Qwen3-8B shapes, 32,768 tokens
    python benchmarks/performance/training.py --model 8b --variants plain attention blocks loss ours --steps 10

Weights are random (no download) and bfloat16, as are AdamW's moments; every parameter is trained, or LoRA adapters with
`--lora`. A step is one row of one document. Tokens follow Zipf's law in random order, so that there is a loss to learn.
Every variant runs in its own process; `again` is the plain recipe a second time, which shows how far two runs of the
same thing differ.

Prints JSON. `tokens_per_second` is from the median step, optimizer included, after the first three. Model-FLOP
utilisation (`mfu`) counts what the model needs, never what is computed twice:

    FLOPs per token = 6 * (weights of matrix products) + 6 * layers * heads * head_width * tokens

The first term is two per weight forward and four backward, over all weights but an untied input embedding (LoRA has no
gradient of most weights: `mfu` is null); the second is the two products of causal attention, whose average token sees
half of the row. The peak is 990 TFLOP/s, dense bfloat16 on an H100 or H200 (SXM). `peak_gib` is the most memory that
PyTorch's allocator had handed out, `reserved_gib` the most that it had taken.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import Any

PEAK_FLOPS = 990e12
VOCABULARY = 151_936
SHAPES: dict[str, dict[str, Any]] = {
    "tiny": {"hidden_size": 64, "intermediate_size": 192, "num_hidden_layers": 3, "tie_word_embeddings": True}
    | {"num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 16, "vocab_size": 512},
    "4b": {"hidden_size": 2560, "intermediate_size": 9728, "num_hidden_layers": 36, "tie_word_embeddings": True}
    | {"num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, "vocab_size": VOCABULARY},
    "8b": {"hidden_size": 4096, "intermediate_size": 12288, "num_hidden_layers": 36, "tie_word_embeddings": False}
    | {"num_attention_heads": 32, "num_key_value_heads": 8, "head_dim": 128, "vocab_size": VOCABULARY},
}
"""Of https://huggingface.co/Qwen/Qwen3-4B and Qwen3-8B; `tiny` tries the script out on a processor."""
VARIANTS = {
    "plain": "SFTTrainer, gradient checkpointing, SDPA",
    "again": "plain once more",
    "attention": "plain + cuDNN attention called by name",
    "selective": "attention + TRL's selective checkpointing (attention is not computed twice)",
    "blocks": "attention + compiled blocks, feed-forward layers recomputed in all blocks",
    "loss": "blocks + loss whose logits are computed once",
    "ours": "loss + only as many feed-forward layers recomputed as memory asks for",
}
UNCHANGED = ("plain", "again")
RECOMPUTED = {"tiny": 1, "4b": 0, "8b": 10}
"""Blocks whose feed-forward layer is recomputed in `ours`, as in agents/training/qwen3-*.yaml."""
WARM_UP_STEPS = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", nargs="+", choices=SHAPES, default=["4b", "8b"])
    parser.add_argument("--variants", nargs="+", choices=VARIANTS, default=["plain", "ours"])
    parser.add_argument("--tokens", type=int, default=32_768)
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--recompute", type=int, help="blocks whose feed-forward layer `ours` recomputes")
    parser.add_argument("--lora", type=int, help="rank of LoRA adapters to train instead of all weights")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        (model,), (variant,) = options.model, options.variants
        print(json.dumps(measure(model, variant, options)))
    else:
        print(json.dumps({model: compare(model, options) for model in options.model}, indent=2))


def compare(model: str, options: argparse.Namespace) -> dict[str, Any]:
    runs = {variant: run_alone(model, variant, options) for variant in options.variants}
    plain, rest = runs.get("plain"), {name: run for name, run in runs.items() if name != "plain"}
    if plain and "error" not in plain:
        for run in (run for run in rest.values() if "error" not in run):
            run["speed_up"] = round(run["tokens_per_second"] / plain["tokens_per_second"], 3)
            run["largest_loss_difference"] = max(
                abs(ours - theirs) for ours, theirs in zip(run["losses"], plain["losses"], strict=True)
            )
    return runs


def run_alone(model: str, variant: str, options: argparse.Namespace) -> dict[str, Any]:
    """Measure in a process of its own, so that no variant inherits another's memory."""
    command = [sys.executable, __file__, "--child", "--model", model, "--variants", variant]
    command += ["--tokens", str(options.tokens), "--steps", str(options.steps)]
    command += [] if options.recompute is None else ["--recompute", str(options.recompute)]
    command += [] if options.lora is None else ["--lora", str(options.lora)]
    child = subprocess.run(command, capture_output=True, text=True)
    lines = child.stdout.splitlines()
    result = json.loads(lines[-1]) if child.returncode == 0 else {"error": child.stderr[-1500:]}
    print(f"{model} {variant}: {json.dumps(result)}", file=sys.stderr, flush=True)
    return result


def measure(shape: str, variant: str, options: argparse.Namespace) -> dict[str, Any]:
    if variant == "ours":
        os.environ.setdefault("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")
    import torch

    on_gpu, tokens, clock = torch.cuda.is_available(), options.tokens, make_clock()
    recompute = RECOMPUTED[shape] if options.recompute is None else options.recompute
    with tempfile.TemporaryDirectory() as folder:
        model = make_model(shape, tokens)
        flops = flops_per_token(model, tokens)
        trainer = make_trainer(model, variant, options, folder)
        equip(trainer, model, variant, tokens, recompute)
        trainer.add_callback(clock)
        trainer.train()
    seconds = statistics.median(clock.seconds[WARM_UP_STEPS:])
    return {
        "gpu": torch.cuda.get_device_name() if on_gpu else "none",
        "torch": torch.__version__,
        "tokens_per_second": round(tokens / seconds, 1),
        "mfu": round(flops * tokens / seconds / PEAK_FLOPS, 4) if options.lora is None else None,
        "peak_gib": round(torch.cuda.max_memory_allocated() / 2**30, 1) if on_gpu else None,
        "reserved_gib": round(torch.cuda.max_memory_reserved() / 2**30, 1) if on_gpu else None,
        "step_seconds": [round(duration, 3) for duration in clock.seconds],
        "losses": [round(entry["loss"], 4) for entry in trainer.state.log_history if "loss" in entry],
    }


def flops_per_token(model: Any, tokens: int) -> float:
    """Of one training step, forward and backward, nothing recomputed."""
    config = model.config
    multiplied = sum(weight.numel() for weight in model.parameters())
    multiplied -= 0 if config.tie_word_embeddings else model.get_input_embeddings().weight.numel()
    attention = config.num_hidden_layers * config.num_attention_heads * config.head_dim * tokens
    return 6.0 * multiplied + 6.0 * attention


def make_model(shape: str, tokens: int) -> Any:
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(**SHAPES[shape], max_position_embeddings=tokens, rope_theta=1e6, dtype="bfloat16")
    torch.manual_seed(0)
    torch.set_default_dtype(torch.bfloat16)
    with torch.device("cuda" if torch.cuda.is_available() else "cpu"):
        model = Qwen3ForCausalLM(config)
    torch.set_default_dtype(torch.float32)
    return model


def make_trainer(model: Any, variant: str, options: argparse.Namespace, folder: str) -> Any:
    import torch
    from peft import LoraConfig
    from trl import SFTConfig, SFTTrainer

    checkpointed = variant in (*UNCHANGED, "attention", "selective")
    arguments = SFTConfig(
        output_dir=folder,
        max_steps=options.steps,
        per_device_train_batch_size=1,
        learning_rate=2e-5,
        lr_scheduler_type="constant",
        bf16=True,
        use_cpu=not torch.cuda.is_available(),
        gradient_checkpointing=checkpointed,
        gradient_checkpointing_kwargs={"use_reentrant": False, "selective": variant == "selective"},
        max_length=None,
        dataset_kwargs={"skip_prepare_dataset": True},
        logging_steps=1,
        save_strategy="no",
        report_to="none",
        disable_tqdm=True,
    )
    data = zipf_rows(model.config.vocab_size, options.tokens, options.steps)
    adapters = LoraConfig(r=options.lora, target_modules="all-linear") if options.lora else None
    return SFTTrainer(model, arguments, train_dataset=data, processing_class=_bare_tokenizer(), peft_config=adapters)


def equip(trainer: Any, model: Any, variant: str, tokens: int, recompute: int) -> None:
    """Install what the variant has and the plain recipe has not."""
    from synth_gym.training import attention, blocks, loss
    from synth_gym.training.packing import PackedRow

    if variant in UNCHANGED:
        return
    attention.register()
    model.set_attn_implementation(attention.NAME)
    trainer.data_collator = PackedRow(tokens, padding=0)
    if variant in ("blocks", "loss", "ours"):
        compiled = model.device.type == "cuda"
        count = recompute if variant == "ours" else None
        blocks.install_blocks(model, recompute_feed_forward=count, compiled=compiled)
    if variant in ("loss", "ours"):
        loss.install_chunked_loss(model)


def zipf_rows(vocabulary: int, tokens: int, rows: int) -> Any:
    """Rows of random tokens whose frequencies follow Zipf's law."""
    import numpy as np
    from datasets import Dataset

    generator = np.random.default_rng(0)
    weights = 1 / (np.arange(vocabulary) + 10)
    names = generator.permutation(vocabulary)
    drawn = names[generator.choice(vocabulary, size=(rows, tokens), p=weights / weights.sum())]
    return Dataset.from_dict({"input_ids": drawn.tolist(), "labels": drawn.tolist()})


def _bare_tokenizer() -> Any:
    """The trainer asks for one; the rows are tokens already."""
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    return PreTrainedTokenizerFast(
        tokenizer_object=Tokenizer(models.WordLevel({"a": 0}, unk_token="a")), pad_token="a", eos_token="a"
    )


def make_clock() -> Any:
    import torch
    from transformers import TrainerCallback

    def now() -> float:
        if torch.cuda.is_available():
            torch.cuda.synchronize()
        return time.perf_counter()

    class Clock(TrainerCallback):
        """Seconds of every step, from the end of the one before."""

        def __init__(self) -> None:
            self.seconds: list[float] = []

        def on_step_begin(self, *_: Any, **__: Any) -> None:
            self._began = now()

        def on_step_end(self, *_: Any, **__: Any) -> None:
            self.seconds.append(now() - self._began)

    return Clock()


if __name__ == "__main__":
    main()
