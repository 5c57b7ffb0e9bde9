"""The datasets that recipes draw from: one YAML card each, checked against the models below.

A card says what the data are, who may use them, what every column means, and which questions can be asked of them. To
add a dataset, add a card (and a loader in `synth_gym.synthesis.recipes.frames` if its table must be reshaped).

Looked at and left out: `scikit-learn`'s linnerud (20 rows); of `statsmodels`, tables of fewer than 100 rows (ccard,
china_smoking, committee, copper, cpunish, danish_data, heart, longley, scotland, spector, stackloss, statecrime,
strikes) and those without a stated licence (cancer, interest_inflation).
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator

from synth_gym.schema import Strict, load

Kind = Literal["classification", "regression", "forecast", "image"]
_FOLDER = Path(__file__).resolve().parent


class ColumnCard(Strict):
    """One column of the source's table."""

    about: str
    name: str | None = None
    """Its name in the challenge, when the source's own is not a plain identifier."""
    values: dict[Any, str] | None = None
    """What the source's codes stand for; the column then is a category."""
    expression: str | None = None
    """For a derived column: a `pandas.DataFrame.eval` expression over the columns above it."""


class Task(Strict):
    """One question that can be asked of a dataset."""

    name: str
    """CamelCase; the challenge's id begins with the card's name and this one."""
    kind: Kind
    title: str
    question: str
    """What is to be predicted, as the instruction says it."""
    target: str
    metrics: tuple[str, ...]
    keep: tuple[str, ...] = ()
    """The features, when not every other column is one."""
    drop: tuple[str, ...] = ()
    """Columns that would give the answer away."""
    positive: str | None = None
    """For two classes: the one whose probability is asked for."""
    time: str | None = None
    """A column that orders the rows in time."""
    unit: str = ""
    frequency: Literal["month", "quarter", "year"] | None = None
    """Of a series: how far apart its values are."""
    start: str = ""
    """Of a series: its first month (`1958-03`), quarter (`1959Q1`) or year."""
    period: int = 1
    """Of a series: values per season or cycle; 1 when it has none."""


class Card(Strict):
    """One dataset."""

    key: str = ""
    """The dataset's name at its source; taken from the card's file name."""
    name: str
    title: str
    source: Literal["scikit-learn", "statsmodels"]
    licence: str
    redistributable: bool = True
    """False when the source ships the data by a permission that does not reach further."""
    url: str
    about: str
    hide: tuple[str, ...]
    one_row_per: tuple[str, ...] = ()
    """Columns that tell persons apart, where the table has several rows of one: one row of each is kept."""
    columns: dict[str, ColumnCard] = Field(default_factory=dict)
    tasks: tuple[Task, ...]

    @field_validator("columns", mode="before")
    @classmethod
    def _sentences(cls, columns: dict[str, Any]) -> dict[str, Any]:
        """A column may be given as its description alone."""
        return {name: {"about": column} if isinstance(column, str) else column for name, column in columns.items()}

    def column(self, name: str) -> ColumnCard:
        """The column that has this name in the challenge."""
        return next(column for raw, column in self.columns.items() if (column.name or raw) == name)


@functools.cache
def cards() -> tuple[Card, ...]:
    """Every dataset card, by name."""
    return tuple(load(path, Card).model_copy(update={"key": path.stem}) for path in sorted(_FOLDER.glob("*.yaml")))


def card_named(key: str) -> Card:
    """The card of one dataset."""
    return next(card for card in cards() if card.key == key)


def tasks_of(kind: Kind) -> dict[str, list[tuple[Card, Task]]]:
    """The questions of one kind: dataset -> its card with each such question."""
    found = {card.key: [(card, task) for task in card.tasks if task.kind == kind] for card in cards()}
    return {key: pairs for key, pairs in found.items() if pairs}
