"""Training: the loss falls, a kill costs nothing, the control is the same student without training."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synth_gym.errors import InvalidFileError, SynthGymError
from synth_gym.schema import to_yaml
from synth_gym.training.recipe import Recipe
from synth_gym.training.rows import Row, data_hash
from synth_gym.training.sft import train

MakeRecipe = Callable[..., Recipe]


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory, make_row: Callable[[int], Row], write_export: Any) -> Path:
    return write_export(tmp_path_factory.mktemp("export"), map(make_row, range(16)))


def weights(model: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(model / "model.safetensors")


def test_the_loss_falls_and_the_folder_says_how(export: Path, make_recipe: MakeRecipe, tmp_path: Path) -> None:
    recipe = make_recipe(max_steps=30, epochs=100)
    summary = train(export, recipe, tmp_path / "model")
    losses = [entry["loss"] for entry in summary["losses"]]
    assert losses[-1] < losses[0] / 2
    assert summary["losses"][-1]["token_accuracy"] > summary["losses"][0]["token_accuracy"]
    assert (summary["steps"], summary["stopped_by"], summary["rows"]) == (30, "steps", 16)
    assert summary["data"] == data_hash(export)
    assert 0 < summary["data_trained_tokens"] < summary["data_tokens"]
    assert summary["system"] == "You are a machine-learning engineer."
    assert json.loads((tmp_path / "model" / "training.json").read_text()) == summary
    assert [file.name for file in tmp_path.iterdir()] == ["model"]

    began = time.monotonic()
    assert train(export, recipe, tmp_path / "model") == summary
    assert time.monotonic() - began < 1


def test_a_killed_training_goes_on_and_ends_where_an_unbroken_one_does(
    export: Path, make_recipe: MakeRecipe, tmp_path: Path
) -> None:
    recipe = make_recipe(max_steps=20, epochs=100, checkpoint_steps=4)
    (tmp_path / "recipe.yaml").write_text(to_yaml(recipe.plain()))
    command = [
        sys.executable,
        "-m",
        "synth_gym.cli.main",
        "train",
        "--data",
        export,
        "--recipe",
        tmp_path / "recipe.yaml",
    ]
    process = subprocess.Popen([*map(str, command), "--out", tmp_path / "model"], stderr=subprocess.PIPE, text=True)
    checkpoints = tmp_path / "model.partial" / "checkpoints"
    while not list(checkpoints.glob("*/seconds.json")):
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL and not (tmp_path / "model").exists()
    (checkpoints / "checkpoint-19").mkdir()  # as a kill in the middle of writing leaves it

    resumed = train(export, recipe, tmp_path / "model")
    unbroken = train(export, recipe, tmp_path / "unbroken")
    assert [entry["step"] for entry in resumed["losses"]] == [entry["step"] for entry in unbroken["losses"]]
    assert resumed["losses"][-1]["loss"] == pytest.approx(unbroken["losses"][-1]["loss"], rel=1e-3)
    ends = weights(tmp_path / "model"), weights(tmp_path / "unbroken")
    assert all(ends[0][name].allclose(ends[1][name], atol=1e-4) for name in ends[1])


def test_epochs_that_end_before_the_steps_end_the_training(
    export: Path, make_recipe: MakeRecipe, tmp_path: Path
) -> None:
    summary = train(export, make_recipe(epochs=1.5, max_steps=1000, accumulation=2), tmp_path / "model")
    assert summary["steps"] == 6  # of 16 rows, two a batch, two batches a step
    assert summary["losses"][-1]["epoch"] == 1.25  # step 5: logged every fifth


def test_a_clock_that_runs_out_ends_the_training_with_a_whole_model(
    export: Path, make_recipe: MakeRecipe, tmp_path: Path
) -> None:
    summary = train(export, make_recipe(epochs=10_000, max_seconds=4), tmp_path / "model")
    assert summary["stopped_by"] == "seconds" and 4 <= summary["seconds"] < 8
    assert summary["losses"][-1]["learning_rate"] < 0.25 * max(entry["learning_rate"] for entry in summary["losses"])
    assert weights(tmp_path / "model")


def test_the_control_is_the_trained_students_beginning(export: Path, make_recipe: MakeRecipe, tmp_path: Path) -> None:
    import torch

    control = train(export, make_recipe(max_steps=5), tmp_path / "control", init_only=True)
    assert control["steps"] == 0 and control["losses"] == []
    train(export, make_recipe(max_steps=1, learning_rate=1e-12), tmp_path / "barely")
    before, after = weights(tmp_path / "control"), weights(tmp_path / "barely")
    assert all(torch.allclose(before[name], after[name], atol=1e-6) for name in before)
    assert (tmp_path / "control" / "tokenizer.json").read_bytes() == (
        tmp_path / "barely" / "tokenizer.json"
    ).read_bytes()


def test_another_recipe_or_another_data_set_is_refused(
    export: Path, make_recipe: MakeRecipe, make_row: Callable[[int], Row], write_export: Any, tmp_path: Path
) -> None:
    train(export, make_recipe(), tmp_path / "model", init_only=True)
    with pytest.raises(SynthGymError, match="other recipe; remove it or choose another --out"):
        train(export, make_recipe(epochs=2), tmp_path / "model", init_only=True)
    with pytest.raises(SynthGymError, match="other data; remove it"):
        train(write_export(tmp_path / "more", [make_row(99)]), make_recipe(), tmp_path / "model", init_only=True)
    (tmp_path / "mine").mkdir()
    with pytest.raises(SynthGymError, match="mine: holds a training with other data and recipe and init_only"):
        train(export, make_recipe(), tmp_path / "mine")


def test_data_that_cannot_be_trained_on_is_refused(
    make_recipe: MakeRecipe, make_row: Callable[[int], Row], write_export: Any, tmp_path: Path
) -> None:
    with pytest.raises(InvalidFileError, match="is not an export"):
        train(tmp_path, make_recipe(), tmp_path / "model")
    mixed = [make_row(0), make_row(1)]
    mixed[1]["messages"][0]["content"] = "You are somebody else."
    with pytest.raises(SynthGymError, match="2 different system messages"):
        train(write_export(tmp_path / "mixed", mixed), make_recipe(), tmp_path / "model")
    long = [make_row(0)]
    long[0]["messages"][1]["content"] = " ".join(map(str, range(9000)))
    with pytest.raises(SynthGymError, match="no conversation fits into a context of 4096 tokens"):
        train(write_export(tmp_path / "long", long), make_recipe(), tmp_path / "long-model")
