"""TRL's SFT trainer under a budget of epochs, steps and seconds. Imports torch: import it only to train."""

from __future__ import annotations

import json
import math
import shutil
import time
import warnings
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch
from datasets import Dataset
from datasets.utils import disable_progress_bars
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR
from transformers import PrinterCallback, TrainerCallback, TrainerControl, TrainerState
from trl import SFTConfig, SFTTrainer

from synth_gym.errors import SynthGymError
from synth_gym.progress import Advance, progress
from synth_gym.training.acceleration import accelerate
from synth_gym.training.pretrained import adapters
from synth_gym.training.recipe import Optimization, Recipe
from synth_gym.training.rows import Row, features

_WHOLE = "seconds.json"
"""Written last into a checkpoint: a checkpoint without it was cut off by a kill."""


def fit(model: Any, tokenizer: Any, rows: Sequence[Row], recipe: Recipe, checkpoints: Path) -> dict[str, Any]:
    """Fit the model in place.

    Args:
        model: a causal language model.
        tokenizer: its tokenizer, with a chat template that marks the assistant's spans.
        rows: conversations, `messages` and `tools`.
        recipe: budget and optimizer.
        checkpoints: folder of earlier checkpoints, to go on from, and of new ones.

    Returns:
        figures for `training.json`.

    Raises:
        SynthGymError: no conversation fits into the model's context.
    """
    disable_progress_bars()
    last, seconds_before = _last_whole(checkpoints)
    budget = _Budget(recipe.optimization, seconds_before)
    trainer = _BudgetedTrainer(
        model=model,
        args=_arguments(recipe, checkpoints),
        train_dataset=_dataset(rows),
        processing_class=tokenizer,
        peft_config=adapters(recipe.pretrained),
    )
    trainer.budget = budget
    trainer.remove_callback(PrinterCallback)
    data = _drop_too_long(trainer, recipe.context)
    if recipe.acceleration:
        accelerate(trainer, model, recipe.acceleration, recipe.context)
        data["packed_rows"] = len(trainer.train_dataset)
    trainer.args.max_steps = _steps(recipe.optimization, len(trainer.train_dataset))
    with ExitStack() as stack:
        trainer.add_callback(_Watch(budget, stack))
        trainer.train(resume_from_checkpoint=str(last) if last else None)
    if recipe.pretrained and recipe.pretrained.lora:
        trainer.model.merge_and_unload()
    return data | _figures(trainer, budget)


def _arguments(recipe: Recipe, checkpoints: Path) -> SFTConfig:
    plan = recipe.optimization
    with warnings.catch_warnings():
        # `gradient_checkpointing` has a new name in the newest transformers; older ones know only this one.
        warnings.simplefilter("ignore", FutureWarning)
        return _config(plan, recipe, checkpoints)


def _config(plan: Optimization, recipe: Recipe, checkpoints: Path) -> SFTConfig:
    return SFTConfig(
        output_dir=str(checkpoints),
        assistant_only_loss=True,
        max_length=None,
        per_device_train_batch_size=plan.batch,
        gradient_accumulation_steps=plan.accumulation,
        learning_rate=plan.learning_rate,
        weight_decay=plan.weight_decay,
        max_grad_norm=plan.max_gradient_norm,
        adam_beta2=0.95,
        seed=recipe.seed,
        bf16=recipe.precision == "bfloat16" or (recipe.precision == "auto" and _native_bfloat16()),
        use_cpu=not torch.cuda.is_available(),
        gradient_checkpointing=False,
        logging_first_step=True,
        logging_steps=5,
        save_steps=plan.checkpoint_steps,
        save_total_limit=2,
        report_to="none",
        disable_tqdm=True,
        log_level="error",
        dataloader_pin_memory=False,
    )


def _steps(plan: Optimization, rows: int) -> int:
    """Steps of the optimizer by the sooner of `epochs` and `max_steps`."""
    in_epochs = math.ceil(plan.epochs * math.ceil(rows / (plan.batch * plan.accumulation)))
    return min(in_epochs, plan.max_steps or in_epochs)


def _native_bfloat16() -> bool:
    """Whether bfloat16 is faster than float32 here; a processor that emulates it is many times slower."""
    if torch.cuda.is_available():
        return torch.cuda.is_bf16_supported(including_emulation=False)
    processor = Path("/proc/cpuinfo")
    return processor.is_file() and "avx512_bf16" in processor.read_text(encoding="utf-8")


class _Budget:
    """How much of the training is done, by steps and by the clock."""

    def __init__(self, plan: Optimization, seconds_before: float) -> None:
        self._plan = plan
        self._before = seconds_before
        self._began = time.monotonic()

    def start(self) -> None:
        self._began = time.monotonic()

    @property
    def seconds(self) -> float:
        """Of training, those before a kill included."""
        return self._before + time.monotonic() - self._began

    @property
    def time_is_up(self) -> bool:
        return self._plan.max_seconds is not None and self.seconds >= self._plan.max_seconds

    def rate(self, step: int, steps: int) -> float:
        """The learning rate as a part of its peak: up over the warm-up, then straight down to zero.

        Whichever budget is further spent counts, so that the rate reaches zero on a machine too slow for the steps too.
        """
        by_clock = self.seconds / self._plan.max_seconds if self._plan.max_seconds else 0.0
        done = min(1.0, max(step / steps, by_clock))
        warmup = self._plan.warmup
        return max(done, 1 / steps) / warmup if done < warmup else (1.0 - done) / (1.0 - warmup)


class _BudgetedTrainer(SFTTrainer):
    budget: _Budget
    lr_scheduler: LambdaLR | None

    def create_scheduler(self, num_training_steps: int, optimizer: Optimizer | None = None) -> LambdaLR:
        if self.lr_scheduler is None:
            self.lr_scheduler = LambdaLR(
                optimizer or self.optimizer, lambda step: self.budget.rate(step, num_training_steps)
            )
        return self.lr_scheduler


class _Watch(TrainerCallback):
    """Keeps the clock: stops when time is up, stamps logs and checkpoints with seconds, shows progress."""

    def __init__(self, budget: _Budget, stack: ExitStack) -> None:
        self._budget = budget
        self._stack = stack
        self._advance: Advance

    def on_train_begin(self, args: SFTConfig, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._budget.start()
        self._advance = self._stack.enter_context(progress("training", state.max_steps, done=state.global_step))

    def on_step_end(self, args: SFTConfig, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        self._advance()
        if self._budget.time_is_up:
            control.should_training_stop = control.should_log = True

    def on_log(
        self, args: SFTConfig, state: TrainerState, control: TrainerControl, logs: dict[str, float], **_: Any
    ) -> None:
        if "loss" in logs:
            state.log_history[-1]["seconds"] = round(self._budget.seconds, 3)
            self._advance(0, f"loss {logs['loss']:.3f}")

    def on_save(self, args: SFTConfig, state: TrainerState, control: TrainerControl, **_: Any) -> None:
        folder = Path(args.output_dir) / f"checkpoint-{state.global_step}"
        (folder / _WHOLE).write_text(json.dumps(self._budget.seconds), encoding="utf-8")


def _last_whole(checkpoints: Path) -> tuple[Path | None, float]:
    """The latest checkpoint that was written to its end, and the seconds of training up to it.

    What a kill cut off is removed.
    """
    folders = sorted(checkpoints.glob("checkpoint-*"), key=lambda folder: int(folder.name.rpartition("-")[2]))
    whole = [folder for folder in folders if (folder / _WHOLE).is_file()]
    for folder in set(folders) - set(whole):
        shutil.rmtree(folder)
    return (whole[-1], json.loads((whole[-1] / _WHOLE).read_text(encoding="utf-8"))) if whole else (None, 0.0)


def _dataset(rows: Sequence[Row]) -> Dataset:
    """Rows with a fixed schema: plain Arrow structs would fill the arguments of every call with nulls."""
    columns = features()
    return Dataset.from_list(
        list(rows), features=type(columns)({name: columns[name] for name in ("messages", "tools")})
    )


def _drop_too_long(trainer: SFTTrainer, context: int) -> dict[str, int]:
    """Keep the conversations that fit whole: a cut one would teach an episode that never ends.

    Returns:
        counts of rows and tokens.
    """
    before = len(trainer.train_dataset)
    kept = trainer.train_dataset.filter(lambda row: len(row["input_ids"]) <= context)
    if not len(kept):
        shortest = min(map(len, trainer.train_dataset["input_ids"]))
        raise SynthGymError(
            f"no conversation fits into a context of {context} tokens (the shortest has {shortest}); raise it"
        )
    trainer.train_dataset = kept
    return {
        "rows": len(kept),
        "rows_too_long": before - len(kept),
        "data_tokens": sum(map(len, kept["input_ids"])),
        "data_trained_tokens": sum(label != -100 for labels in kept["labels"] for label in labels),
    }


def _figures(trainer: SFTTrainer, budget: _Budget) -> dict[str, Any]:
    state = trainer.state
    losses = [
        {
            "step": entry["step"],
            "epoch": round(entry["epoch"], 3),
            "loss": entry["loss"],
            "token_accuracy": entry["mean_token_accuracy"],
            "learning_rate": entry["learning_rate"],
            "tokens": int(entry["num_tokens"]),
            "seconds": entry["seconds"],
        }
        for entry in state.log_history
        if "loss" in entry
    ]
    stopped_by = "steps" if state.global_step >= state.max_steps else "seconds"
    return {"steps": state.global_step, "stopped_by": stopped_by, "seconds": round(budget.seconds, 3), "losses": losses}
