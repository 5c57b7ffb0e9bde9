"""Recipes: the shipped one is valid, mistakes are one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth_gym.errors import SynthGymError
from synth_gym.training.recipe import find_recipe


def test_the_shipped_recipe_is_found_by_name() -> None:
    recipe = find_recipe("tiny")
    assert recipe.optimization.max_seconds and recipe.context >= 2048
    assert find_recipe("agents/training/tiny.yaml") == recipe


@pytest.mark.parametrize("name", ["qwen3-4b", "qwen3-8b", "qwen3-4b-lora", "qwen3-8b-lora"])
def test_recipes_for_pretrained_models_are_shipped(name: str) -> None:
    recipe = find_recipe(name)
    assert recipe.pretrained and recipe.acceleration and recipe.context == 32768
    assert bool(recipe.pretrained.lora) == name.endswith("lora")


_PLAN = "optimization: {learning_rate: 1, epochs: 1, batch: 2}"
_PRETRAINED = "pretrained: {name: a, context: 9}"


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (_PLAN, "needs either `model` and `vocabulary`, or `pretrained`"),
        (f"{_PLAN}\n{_PRETRAINED}\nvocabulary: 400", "needs either `model` and `vocabulary`, or `pretrained`"),
        (f"{_PLAN}\n{_PRETRAINED}\nacceleration: {{}}", "one packed row is one batch: set optimization.batch to 1"),
        ("learning_rat: 1", "unknown key 'learning_rat'"),
        ("model: {layers: 0}", "model.layers: Input should be greater than 0"),
    ],
)
def test_a_mistake_in_a_recipe_is_named(text: str, complaint: str, tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(text)
    with pytest.raises(SynthGymError) as refusal:
        find_recipe(str(tmp_path / "mine.yaml"))
    assert complaint in str(refusal.value) and "\n" not in str(refusal.value)


def test_an_unknown_recipe_lists_the_shipped_ones() -> None:
    with pytest.raises(
        SynthGymError, match=r"no recipe 'tny' \(did you mean 'tiny'\?\); give a YAML file or one of: .*tiny"
    ):
        find_recipe("tny")
