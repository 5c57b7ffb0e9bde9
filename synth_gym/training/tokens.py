"""How many tokens an episode has for a student."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from synth_gym.errors import SynthGymError
from synth_gym.offline import prepare
from synth_gym.rollout.record import read_record
from synth_gym.training.chat_template import CHAT_TEMPLATE
from synth_gym.training.rows import clean_message


def token_counter(tokenizer: str) -> Callable[[Path], int]:
    """A function from a record file to its number of tokens: all turns and the tools, under the training template.

    Args:
        tokenizer: a local folder, or the name of a model in the local cache.

    Raises:
        MissingExtraError: transformers is not installed.
        SynthGymError: there is no tokenizer.
    """
    prepare("counting tokens", "transformers")
    from transformers import AutoTokenizer

    try:
        loaded = AutoTokenizer.from_pretrained(tokenizer, local_files_only=True)
    except (OSError, ValueError):
        raise SynthGymError(
            f"{tokenizer}: no tokenizer there; give a model's folder, or the name of one that 'hf download' fetched"
        ) from None

    def count(path: Path) -> int:
        record = read_record(path)
        messages = [clean_message(message) for message in record.messages]
        text = loaded.apply_chat_template(
            messages, tools=record.tools or None, chat_template=CHAT_TEMPLATE, tokenize=False
        )
        return len(loaded(str(text), add_special_tokens=False)["input_ids"])

    return count
