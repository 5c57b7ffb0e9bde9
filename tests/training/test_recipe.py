"""Recipes: the shipped one is valid, mistakes are one clear line."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth_gym.errors import SynthGymError
from synth_gym.training.recipe import find_recipe


def test_the_shipped_recipe_is_found_by_name() -> None:
    recipe = find_recipe("tiny")
    assert recipe.optimization.max_seconds and recipe.model.context >= 2048
    assert find_recipe("agents/training/tiny.yaml") == recipe


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
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
