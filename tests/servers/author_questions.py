"""Questions that the playground's author has of its own, besides those of the recipes' catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

TaskType = Literal["classification", "regression"]


@dataclass(frozen=True)
class Idea:
    """One question."""

    title: str
    task: str
    dataset: str
    """`owner/name`."""
    query: str
    """Words that find it."""
    target: str
    task_type: TaskType
    metrics: tuple[str, ...]
    """Those that fit, the best first."""
    features: tuple[str, ...] | None = None
    drop: tuple[str, ...] = ()
    """Columns that hold the answer."""
    areas: tuple[str, ...] = ()
    trap: str | None = None
    """What is wrong with the dataset, a key of `TRAPS`."""


REGRESSION = ("mae", "rmse")
CLASSIFICATION = ("balanced_accuracy", "accuracy")
"""Metrics, the best first."""

AREAS = {
    "wine": ("agriculture and food", "chemistry and materials"),
    "breast_cancer": ("health and medicine", "biology and genetics"),
    "iris": ("biology and genetics", "ecology and the environment"),
    "digits": ("engineering and manufacturing", "language and literature"),
    "diabetes": ("health and medicine", "biology and genetics"),
    "anes96": ("psychology and surveys", "law and public administration", "news and social media"),
    "engel": ("economics and labour", "consumer behaviour and marketing"),
    "fertility": ("geography and geology", "economics and labour"),
    "grunfeld": ("finance and insurance", "engineering and manufacturing"),
    "macrodata": ("economics and labour", "finance and insurance"),
    "modechoice": ("transport and logistics", "consumer behaviour and marketing", "housing and cities"),
    "randhie": ("finance and insurance", "health and medicine"),
    "fair": ("psychology and surveys", "culture, music and film"),
    "star98": ("education", "law and public administration"),
}
"""Card of the recipes' catalogue -> areas of the taxonomy that its questions belong to."""
MORE = (
    Idea(
        "Next month's warmth of the ocean",
        "Predict the temperature of the Pacific's surface from the twelve months before.",
        "playground/pacific-sea-temperature",
        "pacific sea temperature",
        "temperature",
        "regression",
        REGRESSION,
        areas=("climate and weather", "ecology and the environment", "geography and geology"),
    ),
    Idea(
        "Carbon dioxide a month ahead",
        "Predict the share of carbon dioxide in the air over Mauna Loa from the twelve months before.",
        "playground/mauna-loa-co2",
        "mauna loa",
        "co2",
        "regression",
        REGRESSION,
        areas=("climate and weather", "energy and power grids", "ecology and the environment"),
    ),
    Idea(
        "The season of a year of sea temperatures",
        "Predict the month in which a year of measurements of the Pacific ends.",
        "playground/pacific-sea-temperature",
        "pacific sea temperature",
        "month",
        "classification",
        ("accuracy", "macro_f1"),
        areas=("climate and weather", "geography and geology"),
    ),
    Idea(
        "The season of a year of carbon dioxide",
        "Predict the month in which a year of measurements over Mauna Loa ends.",
        "playground/mauna-loa-co2",
        "mauna loa",
        "month",
        "classification",
        ("macro_f1", "accuracy"),
        areas=("energy and power grids", "ecology and the environment"),
    ),
    Idea(
        "Which chapter of a statistics manual a paragraph is from",
        "Predict the part of a statistics library that a function belongs to, from its description.",
        "playground/statistics-manual",
        "statistics manual",
        "part",
        "classification",
        ("macro_f1", "accuracy"),
        areas=("software engineering", "language and literature", "education"),
    ),
    Idea(
        "Sorting the documentation of numerical software",
        "Predict the part of a library for numerics that a function belongs to, from its description.",
        "playground/numerics-manual",
        "numerics manual",
        "part",
        "classification",
        ("accuracy", "macro_f1"),
        areas=("software engineering", "language and literature", "astronomy and space"),
    ),
    Idea(
        "Whose insurance has a deductible",
        "Predict whether a person's insurance plan has an individual deductible (1) or not (0).",
        "playground/health-insurance-experiment",
        "health insurance experiment",
        "deductible_plan",
        "classification",
        ("balanced_accuracy", "roc_auc"),
        areas=("finance and insurance", "health and medicine"),
    ),
    Idea(
        "Schooling of American voters",
        "Predict the level of education of a respondent, from 1 (grade school) to 7 (doctorate).",
        "playground/election-survey-1996",
        "election survey",
        "education",
        "classification",
        ("balanced_accuracy", "accuracy"),
        areas=("education", "psychology and surveys"),
    ),
)

TRAPPED: tuple[tuple[str, str, str, TaskType], ...] = (
    ("missing", "Harvests of a valley that nobody wrote down", "yield", "regression"),
    ("missing", "Names of stars from their flicker", "class", "classification"),
    ("gated", "Outcomes in a clinic behind a gate", "diagnosis", "classification"),
    ("private", "Votes in somebody's private ledger", "vote", "classification"),
    ("private", "Incomes in somebody's private ledger", "income", "regression"),
    ("disabled", "Ages of people in a closed forum", "age", "regression"),
    ("renamed", "Investment of firms, listed under an older name", "investment", "regression"),
    ("too-large", "Parties of everybody who clicks", "party", "classification"),
    ("no-licence", "Progression of an illness on an unlicensed ward", "progression", "regression"),
    ("forbidden-licence", "Votes in a survey without derivatives", "vote", "classification"),
    ("wrong-columns", "Progression of an illness on a mislabelled ward", "progression", "regression"),
    ("one-class", "Telling benign tumours from others where there are no others", "diagnosis", "classification"),
    ("label-in-feature", "Diagnoses where the next ward is known", "diagnosis", "classification"),
    ("no-parquet", "Blood sugar of patients behind a script", "glucose", "regression"),
)
"""Questions about bad datasets: what is wrong, title, target, task type."""
