"""What a training recipe may say. `agents/training/tiny.yaml` is one."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from synth_gym.content import content
from synth_gym.errors import SynthGymError, did_you_mean
from synth_gym.schema import Strict, load


class Architecture(Strict):
    """A Qwen3-architecture model that is made from these figures, with random weights."""

    layers: int = Field(gt=0)
    width: int = Field(gt=0)
    """Length of a token's vector."""
    heads: int = Field(gt=0)
    key_value_heads: int = Field(gt=0)
    head_width: int = Field(gt=0)
    feed_forward: int = Field(gt=0)
    """Width of the gated feed-forward layer."""
    context: int = Field(gt=0)
    """Most tokens of one conversation: longer ones are dropped from training, and end an episode as `context_limit`."""

    @model_validator(mode="after")
    def _groups(self) -> Architecture:
        if self.heads % self.key_value_heads:
            raise ValueError(f"heads ({self.heads}) must be a multiple of key_value_heads ({self.key_value_heads})")
        return self


class LowRank(Strict):
    """LoRA adapters (Hu et al. 2021, arXiv 2106.09685) on every linear layer of the blocks; all else stays frozen.

    They are merged into the weights when training ends.
    """

    rank: int = Field(gt=0)
    alpha: float = Field(gt=0)
    """The adapters' products are scaled by `alpha / rank`."""
    dropout: float = Field(0.0, ge=0, lt=1)


class Pretrained(Strict):
    """A model to fine-tune, of the Qwen family: the project's chat template is written in its control tokens.

    Weights, their gradients and AdamW's moments are bfloat16, or float32 if `precision` is.
    """

    name: str
    """A folder, or the id of a model of the Hugging Face Hub that this machine has downloaded (`hf download`)."""
    context: int = Field(gt=0)
    """Most tokens of one conversation, as in `Architecture`."""
    lora: LowRank | None = None
    """Train adapters instead of all weights."""


class Acceleration(Strict):
    """Computes the same in less time (docs/training.md): fused attention, compiled blocks that recompute
    only what is cheap, a loss without the logits of all tokens, and conversations packed into rows of `context` tokens.

    One row is one batch.
    """

    recompute_feed_forward: int | None = Field(None, ge=0)
    """Blocks whose feed-forward layer is computed again in the backward pass; as few as memory allows. Default: all."""


class Optimization(Strict):
    """How the weights are fitted. Training ends at the first of `epochs`, `max_steps` and `max_seconds` to be reached;
    the learning rate falls to zero by then."""

    learning_rate: float = Field(gt=0)
    """The peak."""
    warmup: float = Field(0.05, ge=0, lt=1)
    """Part of the budget over which the rate rises."""
    weight_decay: float = Field(0.1, ge=0)
    max_gradient_norm: float = Field(1.0, gt=0)
    batch: int = Field(1, gt=0)
    """Conversations per forward pass; each is padded to the longest."""
    accumulation: int = Field(1, gt=0)
    """Forward passes per step of the optimizer."""
    epochs: float = Field(gt=0)
    max_steps: int | None = Field(None, gt=0)
    max_seconds: float | None = Field(None, gt=0)
    """Wall clock of the training loop, earlier parts of a resumed run included."""
    checkpoint_steps: int = Field(50, gt=0)
    """A killed run goes on from the last multiple of this many steps."""


class Recipe(Strict):
    """The content of a recipe file."""

    model: Architecture | None = None
    """A student made from nothing; this or `pretrained`."""
    vocabulary: int | None = Field(None, gt=300)
    """Tokens of the byte-level BPE vocabulary that is trained on the export, for a student made from nothing."""
    pretrained: Pretrained | None = None
    observation_characters: int | None = Field(None, gt=0)
    """What the student sees of one observation; the middle of a longer one is left out, in training and in play."""
    aliases: int = Field(0, ge=0)
    """Most names of a task that the student sees as ⟨1⟩, ⟨2⟩, ... (see `synth_gym.names`)."""
    optimization: Optimization
    precision: Literal["auto", "float32", "bfloat16"] = "auto"
    """Of the matrix products (weights of a student made from nothing stay float32). `auto`: bfloat16 where GPU or
    processor multiply it natively."""
    acceleration: Acceleration | None = None
    seed: int = 0

    @model_validator(mode="after")
    def _one_student(self) -> Recipe:
        if (self.model is None) == (self.pretrained is None) or (self.model is None) != (self.vocabulary is None):
            raise ValueError("needs either `model` and `vocabulary`, or `pretrained`")
        if self.acceleration and self.optimization.batch != 1:
            raise ValueError("with `acceleration` one packed row is one batch: set optimization.batch to 1")
        return self

    @property
    def context(self) -> int:
        """Most tokens of one conversation."""
        student = self.model or self.pretrained
        assert student is not None
        return student.context

    def plain(self) -> dict[str, Any]:
        """The recipe as plain data, defaults included."""
        return self.model_dump(mode="json")


def find_recipe(name_or_path: str) -> Recipe:
    """A shipped recipe by name (`tiny`), or any by path.

    Raises:
        SynthGymError: no such recipe; the message lists the shipped ones.
    """
    path = Path(name_or_path)
    shipped = {file.stem: file for file in sorted((content("agents") / "training").glob("*.yaml"))}
    if path.suffix not in (".yaml", ".yml") and name_or_path in shipped:
        return load(shipped[name_or_path], Recipe)
    if path.is_file():
        return load(path, Recipe)
    hint = did_you_mean(name_or_path, shipped)
    raise SynthGymError(f"no recipe {name_or_path!r}{hint}; give a YAML file or one of: {', '.join(shipped)}")
