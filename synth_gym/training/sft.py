"""Supervised fine-tuning: an export and a recipe -> a model folder. Kill it at any moment and run it again: it goes on.

The model folder holds what `transformers` reads (`config.json`, `model.safetensors`, the tokenizer with its chat
template) and `training.json`: recipe, data hash, losses, tokens, seconds. While it is being made, everything lies in
`<folder>.partial` beside it; the finished folder appears at once, by a rename.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import asdict
from pathlib import Path
from typing import Any

from synth_gym.errors import SynthGymError
from synth_gym.files import check_writable, write_json
from synth_gym.names import alias_tokens, shared_names
from synth_gym.offline import prepare
from synth_gym.training.pretrained import load_pretrained
from synth_gym.training.recipe import Recipe
from synth_gym.training.rows import Row, data_hash, read_rows
from synth_gym.training.student import make_model, render_rows, train_tokenizer
from synth_gym.transcript import View, instruction_of

SUMMARY = "training.json"
_CHECKPOINTS = "checkpoints"


def train(data: Path, recipe: Recipe, out: Path, *, init_only: bool = False) -> dict[str, Any]:
    """Train a student, or go on with a training that was interrupted.

    Args:
        data: an export folder.
        recipe: what to train, and how.
        out: the model folder to make. If it is there, made from the same recipe and data, nothing is done.
        init_only: write the student as it is before its first step: the control that shows what training did.

    Returns:
        what `training.json` holds.

    Raises:
        SynthGymError: the data or the folder cannot be used; the message says why.
    """
    if recipe.acceleration:
        # Fragments of a nearly full GPU's memory are otherwise lost. Read when PyTorch first allocates.
        os.environ.setdefault("PYTORCH_CUDA_ALLOC_CONF", "expandable_segments:True")
    prepare("training", "torch", "transformers", "trl", "datasets", "tokenizers", "accelerate")
    identity = _identity(data, recipe, init_only=init_only)
    if finished := _finished(out, identity):
        return finished
    view, system = _view_of(data, recipe), _system_message(data)
    work = out.with_name(f"{out.name}.partial")
    check_writable(work)
    _claim(work, identity)
    rows = [{"messages": view.messages(row["messages"]), "tools": row["tools"]} for row in read_rows(data)]
    model, tokenizer = _student(recipe, view, rows)
    size = {"parameters": sum(weight.numel() for weight in model.parameters()), "vocabulary": len(tokenizer)}
    figures = {"steps": 0, "losses": []} if init_only else _fit(model, tokenizer, rows, recipe, work / _CHECKPOINTS)
    summary = identity | {"system": system, "view": asdict(view)} | size | figures
    _publish(model, tokenizer, summary, work, out)
    return summary


def _student(recipe: Recipe, view: View, rows: list[Row]) -> tuple[Any, Any]:
    """The model before its first step, and its tokenizer."""
    if recipe.pretrained:
        return load_pretrained(recipe.pretrained, recipe.precision)
    assert recipe.model and recipe.vocabulary
    tokenizer = train_tokenizer(lambda: render_rows(rows), recipe.vocabulary, alias_tokens(view.aliases))
    return make_model(recipe.model, tokenizer, recipe.seed), tokenizer


def _view_of(data: Path, recipe: Recipe) -> View:
    """What the recipe's student sees; which names are shared is read off the export's tasks."""
    instructions = {row.get("env_id"): instruction_of(row["messages"]) for row in read_rows(data)}
    shared = shared_names(instructions.values()) if recipe.aliases else []
    return View(recipe.observation_characters, recipe.aliases, shared)


def _fit(model: Any, tokenizer: Any, rows: list[Row], recipe: Recipe, checkpoints: Path) -> dict[str, Any]:
    from synth_gym.training.trainer import fit

    return fit(model, tokenizer, rows, recipe, checkpoints)


def _system_message(data: Path) -> str:
    """The one system message of the export: what the student must be shown when it acts."""
    found = {row["messages"][0]["content"] for row in read_rows(data) if row["messages"][0]["role"] == "system"}
    if len(found) > 1:
        raise SynthGymError(
            f"{data}: the rows have {len(found)} different system messages; export one agent's records at a time"
        )
    return found.pop() if found else ""


def _identity(data: Path, recipe: Recipe, *, init_only: bool) -> dict[str, Any]:
    """What a model folder was made from: two trainings with the same identity are the same training."""
    return {"data": data_hash(data), "recipe": recipe.plain(), "init_only": init_only}


def _finished(out: Path, identity: dict[str, Any]) -> dict[str, Any] | None:
    if not out.exists():
        return None
    summary: dict[str, Any] = (
        json.loads((out / SUMMARY).read_text(encoding="utf-8")) if (out / SUMMARY).is_file() else {}
    )
    _check_same(out, summary, identity)
    return summary


def _claim(work: Path, identity: dict[str, Any]) -> None:
    """Note what is being trained here; refuse to go on with something else's checkpoints."""
    note = work / "identity.json"
    if note.is_file() and any(work.glob(f"{_CHECKPOINTS}/*")):
        _check_same(work, json.loads(note.read_text(encoding="utf-8")), identity)
    write_json(note, identity)


def _check_same(folder: Path, found: dict[str, Any], identity: dict[str, Any]) -> None:
    changed = [key for key in identity if found.get(key) != identity[key]]
    if changed:
        raise SynthGymError(
            f"{folder}: holds a training with other {' and '.join(changed)}; remove it or choose another --out"
        )


def _publish(model: Any, tokenizer: Any, summary: dict[str, Any], work: Path, out: Path) -> None:
    """Write the model folder beside the checkpoints, then rename it into place."""
    folder = work / "model"
    shutil.rmtree(folder, ignore_errors=True)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    write_json(folder / SUMMARY, summary)
    folder.rename(out)
    shutil.rmtree(work)
