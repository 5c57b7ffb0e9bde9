"""Filling holes in tables of measurements."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synth_gym.challenge import Column
from synth_gym.synthesis.draft import Draft
from synth_gym.synthesis.recipes import frames
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.catalogue import card_named
from synth_gym.synthesis.recipes.families.base import PACKAGES, pick, rounds
from synth_gym.synthesis.recipes.families.predictions import Answers, Texts, predictions_draft
from synth_gym.synthesis.recipes.measurements import numbers, standardised, tables_of_numbers
from synth_gym.synthesis.recipes.metrics import CARDS
from synth_gym.synthesis.recipes.tables import Table
from synth_gym.synthesis.recipes.templates import render

if TYPE_CHECKING:
    import pandas as pd

MAX_HOLES = 900
MAX_CELLS = 12_000
"""Of the whole table, each of which is a line of a file."""
METRICS = ("rmse", "mae")


@dataclass(frozen=True)
class Holes:
    """Where values are missing."""

    piece: str
    title: str
    tag: str
    note: str
    share: float = 0.15
    rows: int = 0
    """So many rows are kept; 0 for all."""


KINDS = (
    Holes("", "", "plain", "The holes lie anywhere."),
    Holes("Sparse", "in a sparse table", "missing-values", "More than a third of all values are missing.", share=0.4),
    Holes(
        "Blocks", "in blocks", "group-split", "Where one value is missing, those of its neighbouring columns are too."
    ),
    Holes(
        "HighMissing", "where values are high", "selection-bias", "High values are missing more often than low ones."
    ),
    Holes(
        "LowMissing", "where values are low", "low-values-missing", "Low values are missing more often than high ones."
    ),
    Holes("FewRows", "in a short table", "few-shot", "The table is short.", rows=60),
)


@dataclass(frozen=True)
class Imputation:
    """The family."""

    name: str = "imputation"

    def designs(self, rng: np.random.Generator, twisted: float) -> Iterator[ImputationDesign]:
        """Tables in turn, each with a kind of holes."""
        for card in rounds(tables_of_numbers(), rng):
            kind = pick(KINDS[1:], rng) if rng.random() < twisted else KINDS[0]
            yield ImputationDesign(card.key, kind, pick(METRICS, rng))


@dataclass(frozen=True)
class ImputationDesign:
    """One table and kind of holes."""

    card: str
    kind: Holes
    metric: str

    @property
    def names(self) -> Sequence[str]:
        return (f"{card_named(self.card).name}Imputation{self.kind.piece}",)

    @property
    def redistributable(self) -> bool:
        return card_named(self.card).redistributable

    def draft(self, address: Address) -> Draft:
        card = card_named(self.card)
        whole, frame = numbers(card, address.stream("rows"))
        frame = standardised(frame.head(self.kind.rows or MAX_CELLS // frame.shape[1]))
        table = _with_holes(frame, self.kind, address.stream("holes"))
        title = f"Missing values: {card.title}"
        texts = Texts(
            title=f"{title}, {self.kind.title}" if self.kind.title else title,
            family="imputation",
            tags=(self.kind.tag, card.source),
            instruction="imputation/instruction.md.j2",
            context=_context(card.about, self.kind, frame, self.metric),
            baseline=render("imputation/baseline.py.j2"),
            solution=render("imputation/solution.py.j2", metric=self.metric),
        )
        answers = Answers({"value": Column(type="number")}, table.test[["value"]], {"value": 0.0})
        metric = CARDS[self.metric].entry()
        return predictions_draft(address, texts, frames.describe(card, whole), metric, table, answers)


def _with_holes(frame: pd.DataFrame, kind: Holes, rng: np.random.Generator) -> Table:
    """The known cells as training rows, the missing ones as test rows."""
    missing = _missing(frame.to_numpy(), kind, rng)
    # A row that is all empty tells nothing of itself.
    missing[missing.mean(axis=1) > 0.7] = False
    known = _cells(frame, np.argwhere(~missing))
    holes = np.argwhere(missing)
    asked = _cells(frame, holes[rng.permutation(len(holes))[:MAX_HOLES]])
    known.insert(0, "id", np.arange(len(asked), len(asked) + len(known)))
    asked.insert(0, "id", np.arange(len(asked)))
    return Table(known, asked, "value")


def _cells(frame: pd.DataFrame, places: np.ndarray) -> pd.DataFrame:
    """One row for each place, an array of shape (places, 2)."""
    import pandas as pd

    rows, columns = places[:, 0], places[:, 1]
    values = frame.to_numpy()[rows, columns]
    return pd.DataFrame({"row": rows, "column": frame.columns[columns], "value": values})


def _missing(values: np.ndarray, kind: Holes, rng: np.random.Generator) -> np.ndarray:
    """A mask of the table's shape."""
    rows, columns = values.shape
    if kind.piece == "Blocks":
        width = max(2, columns // 3)
        start = np.asarray(rng.integers(columns, size=rows))
        inside = (np.arange(columns) - start[:, None]) % columns < width
        return np.asarray(inside & (rng.random((rows, 1)) < 2 * kind.share))
    if kind.piece in ("HighMissing", "LowMissing"):
        rank = values.argsort(axis=0).argsort(axis=0) / rows
        rank = 1 - rank if kind.piece == "LowMissing" else rank
        return np.asarray(rng.random(values.shape) < 2 * kind.share * rank)
    return np.asarray(rng.random(values.shape) < kind.share)


def _context(about: str, kind: Holes, frame: pd.DataFrame, metric: str) -> dict[str, Any]:
    return {
        "question": "Fill the holes of a table of measurements: predict the values that are missing.",
        "about": about,
        "notes": [kind.note],
        "columns": list(frame.columns),
        "rows": len(frame),
        "packages": ", ".join(PACKAGES),
        "baseline_does": "predicts a value from the one other column that correlates best with its own.",
    }
