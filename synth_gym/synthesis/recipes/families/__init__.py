"""The families of recipes, by name."""

from __future__ import annotations

from synth_gym.synthesis.recipes.families.anomalies import AnomalyDetection
from synth_gym.synthesis.recipes.families.base import Design, Family
from synth_gym.synthesis.recipes.families.blotto import Blotto
from synth_gym.synthesis.recipes.families.control import Control
from synth_gym.synthesis.recipes.families.forecasting import Forecasting
from synth_gym.synthesis.recipes.families.images import ImageClassification
from synth_gym.synthesis.recipes.families.imputation import Imputation
from synth_gym.synthesis.recipes.families.language import LanguageModelling
from synth_gym.synthesis.recipes.families.matrix_games import MatrixGame
from synth_gym.synthesis.recipes.families.multilabel import MultiLabel
from synth_gym.synthesis.recipes.families.optimization import Optimization
from synth_gym.synthesis.recipes.families.quantiles import QuantileRegression
from synth_gym.synthesis.recipes.families.tabular import Tabular
from synth_gym.synthesis.recipes.families.texts import TextClassification

__all__ = ["DECK", "FAMILIES", "Design", "Family"]

FAMILIES: dict[str, Family] = {
    family.name: family
    for family in (
        Tabular("classification"),
        Tabular("regression"),
        ImageClassification(),
        Forecasting(),
        TextClassification(),
        MatrixGame(),
        Optimization(),
        Control(),
        Blotto(),
        AnomalyDetection(),
        Imputation(),
        LanguageModelling(),
        QuantileRegression(),
        MultiLabel(),
    )
}
"""Challenges are dealt to families in this order."""

_DEALT = [family for family in FAMILIES if family != "colonel-blotto"]
DECK = (
    *_DEALT,
    *("probabilistic-regression", "anomaly-detection", "tabular-regression", "tabular-classification") * 3,
    *("combinatorial-optimization", "forecasting", "imputation", "multi-label") * 2,
    *("probabilistic-regression", "anomaly-detection") * 2,
    *("probabilistic-regression", "tabular-regression", "combinatorial-optimization"),
    *("image-classification", "text-classification", "language-modelling"),
)
"""One round of dealing challenges to families: those with more different challenges get more cards.

Colonel Blotto is a task of MLGym, so that the gates refuse it and no training suite holds it; it can be asked for.
"""
