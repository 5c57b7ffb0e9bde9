"""A small student made from nothing: a byte-level BPE tokenizer trained on the export, and a Qwen3-architecture model.

It has no knowledge but what the export teaches, so what it can do afterwards measures the export alone. The same files
load in any program that reads Qwen3 checkpoints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from synth_gym.training.chat_template import CHAT_TEMPLATE, CONTROL_TOKENS, MARKUP, PAD, STOP
from synth_gym.training.recipe import Architecture
from synth_gym.training.rows import Row
from synth_gym.transcript import render

_PIECES = r"\\n|\p{N}{1,3}|(?:[^\p{N}\\\n]|\\\")+|\\|\s"
"""Pieces that a token never crosses: numbers, and lines (a line of a script in a JSON string ends with an escape).
Within a line words may grow together, as in SuperBPE (Liu et al. 2025, arXiv 2503.13423): a line that many scripts
share becomes one token, which shortens conversations by half."""


def render_rows(rows: Iterable[Row]) -> Iterator[str]:
    """Conversations as text, under the project's chat template."""
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    bare = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE()), chat_template=CHAT_TEMPLATE)
    return (render(bare, row["messages"], row["tools"]) for row in rows)


def train_tokenizer(texts: Callable[[], Iterable[str]], vocabulary: int, aliases: Sequence[str] = ()) -> Any:
    """A byte-level BPE tokenizer with the project's chat template.

    The system turn, which holds the tools' schemas and is the same in every conversation of one agent, becomes one
    token: a student that knows no language can learn nothing from its words, and it is a large part of all text.

    Args:
        texts: gives the rendered conversations; called twice.
        vocabulary: number of tokens, the special ones and the 256 bytes included; fewer if the texts give no more.
        aliases: each becomes one token.

    Returns:
        a transformers tokenizer.
    """
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    system = shared_system_turn(texts())
    marks = [*MARKUP, *aliases, *([system] if system else [])]
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(_PIECES), "isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(marks),
        special_tokens=list(CONTROL_TOKENS),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator((text.replace(system, "", 1) for text in texts()), trainer)
    tokenizer.add_tokens([AddedToken(mark, normalized=False) for mark in marks])
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer,
        eos_token=STOP,
        pad_token=PAD,
        chat_template=CHAT_TEMPLATE,
        clean_up_tokenization_spaces=False,
    )


def shared_system_turn(texts: Iterable[str]) -> str:
    """The content of the system turn, if all conversations have the same one; else an empty string."""
    rest = iter(texts)
    opening = "<|im_start|>system\n"
    first = next(rest)
    content, stop, _ = first.removeprefix(opening).partition(STOP)
    turn = f"{opening}{content}{stop}"
    return content if first.startswith(turn) and all(text.startswith(turn) for text in rest) else ""


def make_model(architecture: Architecture, tokenizer: Any, seed: int) -> Any:
    """A Qwen3 causal language model with random weights that the seed decides."""
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=len(tokenizer),
        hidden_size=architecture.width,
        intermediate_size=architecture.feed_forward,
        num_hidden_layers=architecture.layers,
        num_attention_heads=architecture.heads,
        num_key_value_heads=architecture.key_value_heads,
        head_dim=architecture.head_width,
        max_position_embeddings=architecture.context,
        tie_word_embeddings=True,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        dtype="float32",
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return Qwen3ForCausalLM(config)
