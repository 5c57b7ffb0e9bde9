"""Training with everything that makes it fast: the same losses, and a kill costs nothing."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synth_gym.errors import SynthGymError
from synth_gym.schema import parse, to_yaml
from synth_gym.training.recipe import Recipe
from synth_gym.training.rows import Row
from synth_gym.training.sft import train

CONTEXT = 1024


@pytest.fixture(scope="module")
def export(tmp_path_factory: pytest.TempPathFactory, make_row: Callable[[int], Row], write_export: Any) -> Path:
    return write_export(tmp_path_factory.mktemp("export"), map(make_row, range(8)))


@pytest.fixture(scope="module")
def pretrained(export: Path, make_recipe: Callable[..., Recipe], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder to start from."""
    folder = tmp_path_factory.mktemp("pretrained") / "model"
    train(export, make_recipe(), folder, init_only=True)
    return folder


def recipe_of(pretrained: Path, *, lora: bool = False, accelerated: bool = True, **optimization: Any) -> Recipe:
    plan = {"learning_rate": 5e-3, "epochs": 10, "batch": 1, "accumulation": 8, **optimization}
    adapters = {"lora": {"rank": 4, "alpha": 8, "dropout": 0.1}} if lora else {}
    faster = {"acceleration": {"recompute_feed_forward": 1}} if accelerated else {}
    return parse(
        {"pretrained": {"name": str(pretrained), "context": CONTEXT, **adapters}, "precision": "float32"}
        | {"optimization": plan, **faster},
        Recipe,
        source="test",
    )


def weights(model: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return load_file(model / "model.safetensors")


def test_accelerated_and_plain_training_are_the_same_training(export: Path, pretrained: Path, tmp_path: Path) -> None:
    """A step takes in the whole export, however it is packed."""
    plain = train(export, recipe_of(pretrained, accelerated=False), tmp_path / "plain")
    fast = train(export, recipe_of(pretrained), tmp_path / "fast")
    assert fast["packed_rows"] < fast["rows"] == plain["rows"] == 8
    curves = [[entry["loss"] for entry in summary["losses"]] for summary in (fast, plain)]
    assert curves[0] == pytest.approx(curves[1], rel=1e-4) and curves[0][-1] < curves[0][0] - 0.5
    ours, theirs, before = (weights(folder) for folder in (tmp_path / "fast", tmp_path / "plain", pretrained))
    assert ours.keys() == theirs.keys()
    assert all(ours[name].allclose(theirs[name], atol=1e-4) for name in theirs)
    assert not all(ours[name].allclose(before[name], atol=1e-3) for name in theirs)


def test_killed_lora_training_goes_on_and_its_adapters_are_merged(
    export: Path, pretrained: Path, tmp_path: Path
) -> None:
    from transformers import AutoModelForCausalLM

    recipe = recipe_of(pretrained, lora=True, accumulation=1, epochs=100, max_steps=12, checkpoint_steps=2)
    (tmp_path / "recipe.yaml").write_text(to_yaml(recipe.plain()))
    command = [sys.executable, "-m", "synth_gym.cli.main", "train", "--data", export, "--out", tmp_path / "model"]
    command += ["--recipe", tmp_path / "recipe.yaml"]
    process = subprocess.Popen([*map(str, command)], stderr=subprocess.PIPE, text=True)
    checkpoints = tmp_path / "model.partial" / "checkpoints"
    while not list(checkpoints.glob("*/seconds.json")):
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert not (tmp_path / "model").exists()

    resumed = train(export, recipe, tmp_path / "model")
    unbroken = train(export, recipe, tmp_path / "unbroken")
    assert resumed["losses"][-1]["loss"] == pytest.approx(unbroken["losses"][-1]["loss"], rel=1e-3)
    ends, before = [weights(tmp_path / name) for name in ("model", "unbroken")], weights(pretrained)
    assert ends[0].keys() == before.keys(), "the folder holds a plain model, no adapters"
    assert all(ends[0][name].allclose(ends[1][name], atol=1e-4) for name in before)
    changed = {name for name in before if not ends[0][name].allclose(before[name], atol=1e-6)}
    assert changed and all("_proj" in name for name in changed)
    assert AutoModelForCausalLM.from_pretrained(tmp_path / "model").config._attn_implementation == "sdpa"


def test_a_model_that_is_not_here_is_named(export: Path, tmp_path: Path) -> None:
    with pytest.raises(
        SynthGymError, match="'nobody/nothing' is not on this machine: run `hf download nobody/nothing`"
    ):
        train(export, recipe_of(Path("nobody/nothing")), tmp_path / "model")
    (tmp_path / "empty").mkdir()
    with pytest.raises(SynthGymError, match="empty: holds no model that can be loaded"):
        train(export, recipe_of(tmp_path / "empty"), tmp_path / "model")


def test_a_tokenizer_of_another_family_is_refused(export: Path, pretrained: Path, tmp_path: Path) -> None:
    from tokenizers import Tokenizer, models
    from transformers import PreTrainedTokenizerFast

    folder = shutil.copytree(pretrained, tmp_path / "foreign")
    foreign = Tokenizer(models.WordLevel({"word": 0, "<|im_end|>": 1, "<|endoftext|>": 2}, unk_token="word"))
    PreTrainedTokenizerFast(tokenizer_object=foreign).save_pretrained(folder)
    with pytest.raises(SynthGymError, match=r"the tokenizer has no <\|im_start\|>; choose a model of the Qwen family"):
        train(export, recipe_of(folder), tmp_path / "model")
