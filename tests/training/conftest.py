"""Conversations as episodes give them, made up by a seed, and what trains on them in seconds."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from synth_gym.offline import prepare
from synth_gym.tools import Toolset
from synth_gym.training.recipe import Recipe
from synth_gym.training.rows import Row

SYSTEM = "You are a machine-learning engineer."
_COMMANDS = (
    "cat instruction.md && head -3 data/train.csv",
    "python baseline.py && validate",
    "cat > a.py <<'EOF'\nimport pandas as pd\n\nprint(\"\\t\", pd.read_csv('data/train.csv').shape)\nEOF\npython a.py",
    "grep -n 'größe' *.py | sed \"s/\\\\(a\\\\)/'b'/\"",
)
_CALLS: tuple[tuple[str, dict[str, Any]], ...] = (
    *(("bash", {"command": command}) for command in _COMMANDS),
    ("show", {"path": "baseline.py", "start": 3}),
    ("create", {"path": "a.py", "content": 'x = {"k": [1, 2.5, None]}\nprint(f"{x}")\n'}),
)
_THOUGHTS = ("", "", "Let me look around first.", "The target is `größe`; 12 % are missing.\nI fill them in.")
_OUTPUTS = (
    "[no output]\n",
    "id,größe\n0,1.25\n1,\n",
    "Traceback (most recent call last):\n  KeyError: 'größe'\n[Exit code: 1]\n",
)


def _make_conversation(seed: int) -> list[dict[str, Any]]:
    """One system and one user turn, a few calls with their results, and the submission."""
    pick = random.Random(seed)
    messages = [
        {"role": "system", "content": SYSTEM},
        {"role": "user", "content": f"# Challenge {seed}\n\nPredict `größe` for every row of `data/test.csv`."},
    ]
    for turn in range(pick.randint(1, 5)):
        messages += _exchange(turn, *pick.choice(_CALLS), pick.choice(_THOUGHTS), pick.choice(_OUTPUTS))
    return messages + _exchange(9, "bash", {"command": "submit"}, "", "Submitted.\n")


def _exchange(turn: int, name: str, arguments: dict[str, Any], thought: str, output: str) -> list[dict[str, Any]]:
    call = {"id": f"call_{turn}", "type": "function", "function": {"name": name, "arguments": arguments}}
    reasoning = {"reasoning_content": "Which file is it?"} if thought and turn % 2 else {}
    return [
        {"role": "assistant", "content": thought, **reasoning, "tool_calls": [call]},
        {"role": "tool", "content": output, "name": name, "tool_call_id": f"call_{turn}"},
    ]


def _make_recipe(**optimization: Any) -> Recipe:
    """A student of a few thousand weights."""
    model = {"layers": 2, "width": 64, "heads": 2, "key_value_heads": 1, "head_width": 32, "feed_forward": 128}
    plan = {"learning_rate": 5e-3, "epochs": 1, "batch": 2, "checkpoint_steps": 5, **optimization}
    view = {"observation_characters": 200, "aliases": 4}
    return Recipe.model_validate(
        {"model": {**model, "context": 4096}, "vocabulary": 1200, "optimization": plan, "precision": "float32", **view}
    )


@pytest.fixture(scope="session")
def make_recipe() -> Callable[..., Recipe]:
    return _make_recipe


@pytest.fixture(scope="session")
def make_row() -> Callable[[int], Row]:
    """A training row, made up by a seed."""
    tools = Toolset.default().schemas
    return lambda seed: {
        "messages": _make_conversation(seed),
        "tools": tools,
        "env_id": "synth-ml/Made-v0",
        "seed": seed,
    }


@pytest.fixture(scope="session")
def write_export() -> Callable[[Path, Iterable[Row]], Path]:
    """Writes rows as an export folder."""

    def write(folder: Path, rows: Iterable[Row]) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "train.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        return folder

    return write


@pytest.fixture(scope="session")
def tokenizer(make_row: Callable[[int], Row]) -> Any:
    """A student's tokenizer, trained on a few conversations."""
    prepare("a test", "transformers")
    from synth_gym.training.student import render_rows, train_tokenizer

    return train_tokenizer(lambda: render_rows(map(make_row, range(20))), 1200)


@pytest.fixture(scope="session")
def make_qwen() -> Callable[[], Any]:
    """Makes the same small Qwen3 model anew."""
    prepare("a test", "torch", "transformers")
    import torch
    from transformers import Qwen3Config, Qwen3ForCausalLM

    config = Qwen3Config(
        vocab_size=101,
        hidden_size=32,
        intermediate_size=48,
        num_hidden_layers=3,
        num_attention_heads=4,
        num_key_value_heads=2,
        head_dim=8,
        tie_word_embeddings=False,
    )

    def make() -> Any:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(0)
            return Qwen3ForCausalLM(config).train()

    return make
