"""Tables of numbers alone: what families need that ask for no particular column."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from synth_gym.synthesis.draft import DrawRejectedError
from synth_gym.synthesis.recipes import frames
from synth_gym.synthesis.recipes.catalogue import Card, cards

if TYPE_CHECKING:
    import pandas as pd

MIN_COLUMNS = 4
MAX_ROWS = 1500
_NOT_MEASURED = {"year", "quarter"}
"""Columns that count time."""


def tables_of_numbers() -> list[Card]:
    """Cards with at least so many columns that are numbers, images left out."""
    return [card for card in cards() if len(measured(card)) >= MIN_COLUMNS and card.tasks[0].kind != "image"]


def measured(card: Card) -> list[str]:
    """Names of the columns that hold numbers of any meaning."""
    names = {column.name or raw: column for raw, column in card.columns.items()}
    return [name for name, column in names.items() if not column.values and name not in _NOT_MEASURED]


def numbers(card: Card, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The whole table, and its columns of numbers: shuffled, one row of each person, no row twice.

    Raises:
        DrawRejectedError: too few columns differ from row to row.
    """
    whole = frames.table(card)
    frame = whole.iloc[rng.permutation(len(whole))]
    if card.one_row_per:
        frame = frame.drop_duplicates(list(card.one_row_per))
    frame = frame[measured(card)].astype(float).drop_duplicates().head(MAX_ROWS).reset_index(drop=True)
    frame = frame[[name for name in frame.columns if frame[name].nunique() >= 5]]
    if frame.shape[1] < MIN_COLUMNS:
        raise DrawRejectedError("too few columns", card.key)
    return whole, frame


def standardised(frame: pd.DataFrame) -> pd.DataFrame:
    """Every column with mean 0 and standard deviation 1."""
    return ((frame - frame.mean()) / frame.std()).round(4)
