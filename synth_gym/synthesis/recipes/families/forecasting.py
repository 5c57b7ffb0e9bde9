"""Forecasts of one series: the end of it is held out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synth_gym.challenge import Column
from synth_gym.synthesis.draft import Draft
from synth_gym.synthesis.recipes import frames
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.catalogue import Card, Task, card_named, tasks_of
from synth_gym.synthesis.recipes.families.base import PACKAGES, pick, rounds
from synth_gym.synthesis.recipes.families.predictions import Answers, Texts, predictions_draft
from synth_gym.synthesis.recipes.metrics import CARDS
from synth_gym.synthesis.recipes.tables import PUBLIC_FRACTION, Table
from synth_gym.synthesis.recipes.templates import render

if TYPE_CHECKING:
    import pandas as pd

_HORIZONS = {"month": (30, 36, 48), "quarter": (16, 20, 24), "year": (20, 24, 30)}
_PANDAS_FREQUENCY = {"month": "M", "quarter": "Q", "year": "Y"}


@dataclass(frozen=True)
class SeriesTwist:
    """One way to make a forecast harder, or none."""

    piece: str
    title: str
    tag: str
    gaps: float = 0.0
    """Share of the history that is missing."""
    history: float = 1.0
    """Share of the history that is kept, its latest part."""
    stretch: float = 1.0
    """How many times the usual horizon is asked for."""
    quantile: bool = False


TWISTS = (
    SeriesTwist("", "", "plain"),
    SeriesTwist("WithGaps", "with gaps in the record", "missing-values", gaps=0.2),
    SeriesTwist("ShortHistory", "from a short history", "few-shot", history=0.4),
    SeriesTwist("FarAhead", "far ahead", "long-horizon", stretch=1.6),
    SeriesTwist("HighQuantile", "as a high quantile", "quantile", quantile=True),
)


@dataclass(frozen=True)
class Forecasting:
    """The family."""

    name: str = "forecasting"

    def designs(self, rng: np.random.Generator, twisted: float) -> Iterator[ForecastDesign]:
        """Datasets in turn; of each a random series, twist and metric."""
        for pairs in rounds(list(tasks_of("forecast").values()), rng):
            card, task = pick(pairs, rng)
            twist = TWISTS[0] if rng.random() >= twisted else pick(TWISTS[1:], rng)
            yield ForecastDesign(card.key, task.name, twist, "pinball" if twist.quantile else pick(task.metrics, rng))


@dataclass(frozen=True)
class ForecastDesign:
    """One series, twist and metric."""

    card: str
    task: str
    twist: SeriesTwist
    metric: str

    @property
    def names(self) -> Sequence[str]:
        return (card_named(self.card).name + self.task + self.twist.piece,)

    @property
    def redistributable(self) -> bool:
        return card_named(self.card).redistributable

    def draft(self, address: Address) -> Draft:
        card = card_named(self.card)
        task = next(task for task in card.tasks if task.name == self.task)
        whole = frames.table(card)
        table = _held_out(_dated(whole[task.target], task), task, self.twist, address.stream("cut"))
        steps = table.test["step"].to_numpy()
        quantile = float(address.stream("quantile").choice([0.8, 0.9])) if self.twist.quantile else None
        _give_ids(table, address.stream("ids"))
        answers = Answers(
            {task.target: Column(type="number")}, table.test[[task.target]], {task.target: _middle(table)}
        )
        context = _context(card, task, self, table, quantile)
        texts = Texts(
            title=f"{task.title}, {self.twist.title}" if self.twist.title else task.title,
            family="forecasting",
            tags=(self.twist.tag, card.source),
            instruction="forecast/instruction.md.j2",
            context=context,
            baseline=render("forecast/baseline.py.j2", **context),
            solution=render("forecast/solution.py.j2", **context),
        )
        # The nearer part of the future is public: the private score tells how the forecast holds out beyond it.
        public = table.test["step"].to_numpy() < np.quantile(steps, PUBLIC_FRACTION)
        metric = CARDS[self.metric].entry({"quantile": quantile} if quantile else None)
        return predictions_draft(address, texts, frames.describe(card, whole), metric, table, answers, public)


def _dated(values: pd.Series, task: Task) -> pd.DataFrame:
    """A series with its dates, steps counted from 0."""
    import pandas as pd

    assert task.frequency is not None
    dates = pd.period_range(task.start, periods=len(values), freq=_PANDAS_FREQUENCY[task.frequency])
    return pd.DataFrame({"step": np.arange(len(values)), "date": dates.astype(str), task.target: values.to_numpy()})


def _held_out(series: pd.DataFrame, task: Task, twist: SeriesTwist, rng: np.random.Generator) -> Table:
    """Cut a series in a past and a future; the cut is drawn from the last part of the series."""
    assert task.frequency is not None
    horizon = round(pick(_HORIZONS[task.frequency], rng) * twist.stretch)
    end = len(series) - int(rng.integers(0, max(1, len(series) // 8)))
    first = round((end - horizon) * (1.0 - twist.history))
    past, future = series.iloc[first : end - horizon], series.iloc[end - horizon : end]
    if twist.gaps:
        # The last season stays whole, so that a forecast has something to start from.
        lost = rng.random(len(past)) < twist.gaps
        lost[-2 * task.period :] = False
        past = past[~lost]
    table = Table(past.reset_index(drop=True), future.reset_index(drop=True), task.target)
    if twist.gaps:
        table.notes.append(f"About {twist.gaps:.0%} of the past values were never recorded; their rows are not there.")
    return table


def _give_ids(table: Table, rng: np.random.Generator) -> None:
    """Ids that tell nothing; the past stays in order, the future is shuffled."""
    ids = rng.permutation(len(table.train) + len(table.test))
    table.test = table.test.iloc[rng.permutation(len(table.test))].reset_index(drop=True)
    table.train.insert(0, "id", ids[: len(table.train)])
    table.test.insert(0, "id", ids[len(table.train) :])


def _middle(table: Table) -> float:
    return float(f"{table.train[table.target].mean():.5g}")


def _context(card: Card, task: Task, design: ForecastDesign, table: Table, quantile: float | None) -> dict[str, Any]:
    season = f"repeats the last {task.period} known values" if task.period > 1 else "repeats the last known value"
    raised = ", raised by the quantile of its own errors" if quantile else ""
    return {
        "question": task.question,
        "about": card.about,
        "notes": table.notes,
        "target": task.target,
        "target_about": card.column(task.target).about,
        "frequency": task.frequency,
        "period": task.period,
        "horizon": len(table.test),
        "first": table.train["date"].iloc[0],
        "last": table.train["date"].iloc[-1],
        "end": table.test["date"].max(),
        "metric": CARDS[design.metric],
        "quantile": quantile,
        "packages": ", ".join(PACKAGES),
        "baseline_does": f"{season}{raised}.",
    }
