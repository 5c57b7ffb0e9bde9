"""The families of recipes, by name."""

from __future__ import annotations

from synth_gym.synthesis.recipes.families.base import Design, Family
from synth_gym.synthesis.recipes.families.forecasting import Forecasting
from synth_gym.synthesis.recipes.families.images import ImageClassification
from synth_gym.synthesis.recipes.families.matrix_games import MatrixGame
from synth_gym.synthesis.recipes.families.tabular import Tabular
from synth_gym.synthesis.recipes.families.texts import TextClassification

__all__ = ["FAMILIES", "Design", "Family"]

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Tabular("classification"),
        Tabular("regression"),
        ImageClassification(),
        Forecasting(),
        TextClassification(),
        MatrixGame(),
    )
}
"""Challenges are dealt to families in this order, so a new family goes last."""
