"""The playground's real datasets, `playground/<name>`: data that installed packages carry, as Parquet.

- Tables of scikit-learn and statsmodels: `wine-recognition` (178 rows), `breast-cancer-wisconsin`, `iris-flowers` (150
  rows), `optical-digits`, `diabetes-progression`, `election-survey-1996`, `engel-food-expenditure`, `fertility-rates`
  (194 rows), `grunfeld-investment`, `us-macro-quarterly`, `travel-mode-choice`, `health-insurance-experiment` (20,190
  rows in 21 row groups, and the config `small`).
- With licences that are no open ones: `marriage-survey`, `california-schools-1998`, `heart-transplants` (69 rows).
- Series, each row a month with the twelve before it: `pacific-sea-temperature`, `mauna-loa-co2`.
- Texts: `statistics-manual`, `numerics-manual`.

Tables of more than a thousand rows have the splits `train` and `test`. Categories are text, but the species of
`iris-flowers`: they are numbers whose names stand in the features, as the class labels of `datasets` do. Three columns
of `optical-digits` follow from the digit: whether it is odd (`parity`), at least five (`half`), prime.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator

from synth_gym.synthesis.recipes import frames
from synth_gym.synthesis.recipes.catalogue import Card, card_named
from tests.servers.hub_cards import SPLIT_FROM, repository, splits
from tests.servers.hub_made import series, texts
from tests.servers.hub_repository import Repository

TABLES = {
    "wine": "wine-recognition",
    "breast_cancer": "breast-cancer-wisconsin",
    "iris": "iris-flowers",
    "digits": "optical-digits",
    "diabetes": "diabetes-progression",
    "anes96": "election-survey-1996",
    "engel": "engel-food-expenditure",
    "fertility": "fertility-rates",
    "grunfeld": "grunfeld-investment",
    "macrodata": "us-macro-quarterly",
    "modechoice": "travel-mode-choice",
    "randhie": "health-insurance-experiment",
    "fair": "marriage-survey",
    "star98": "california-schools-1998",
}
"""Which card of the recipes' catalogue tells of which dataset."""
LICENCES = {
    "CC-BY-4.0": {"license": "cc-by-4.0"},
    "BSD-3-Clause": {"license": "bsd-3-clause"},
    "LicenseRef-public-domain": {"license": "other", "license_name": "public-domain"},
    "LicenseRef-statsmodels-by-permission": {"license": "other", "license_name": "by-permission"},
}
MOST_DOWNLOADS = 5000
"""Of the first dataset; each further one has fewer, so that a search has an order."""


def real_datasets() -> Iterator[Repository]:
    """All of them."""
    for rank, (key, name) in enumerate(TABLES.items()):
        yield _table(card_named(key), name, MOST_DOWNLOADS - 100 * rank)
    yield _heart_transplants()
    for made in (*series(), *texts()):
        yield repository(
            made.name,
            {"default": splits(made.frame)},
            title=made.title,
            about=made.about,
            columns=made.columns,
            licence=LICENCES[made.licence],
            downloads=1000,
        )


def _table(card: Card, name: str, downloads: int) -> Repository:
    frame = frames.table(card)
    classes = sorted(frame["species"].unique()) if card.key == "iris" else []
    if classes:
        frame["species"] = frame["species"].map(classes.index)
    if card.key == "digits":
        digit = frame["digit"].astype(int)
        parts = {"parity": digit % 2 == 1, "half": digit >= 5, "prime": digit.isin([2, 3, 5, 7])}
        frame = frame.assign(**{name: values.map({True: "yes", False: "no"}) for name, values in parts.items()})
    configs = {"default": splits(frame)}
    if card.key == "randhie":
        configs["small"] = {"train": frame.head(SPLIT_FROM)}
    return repository(
        name,
        configs,
        title=card.title,
        about=card.about,
        columns={column.name or raw: column.about for raw, column in card.columns.items()},
        licence=LICENCES[card.licence],
        class_labels={"species": classes} if classes else None,
        downloads=downloads,
    )


def _heart_transplants() -> Repository:
    """Real and too small; its package does not say who holds the rights."""
    columns = {
        "survival": "Days the patient lived after the transplant.",
        "censors": "1 if the patient died, 0 if the observation ended before.",
        "age": "Age in years at the transplant.",
    }
    return repository(
        "heart-transplants",
        {"default": {"train": importlib.import_module("statsmodels.datasets.heart").load_pandas().data}},
        title="Heart transplants (Miller 1976)",
        about="69 patients who received a heart, and how long they lived.",
        columns=columns,
        licence={"license": "unknown"},
    )
