"""Finding the odd ones among rows of measurements; no labels are given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

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
from synth_gym.synthesis.recipes.tables import TEST_FRACTION, Table, part, with_ids
from synth_gym.synthesis.recipes.templates import render

if TYPE_CHECKING:
    import pandas as pd

ANOMALIES = 0.2
"""Their share of the test rows."""
METRICS = ("roc_auc", "average_precision")
FAULTS = {
    "MixedRows": "in about half of the columns of an odd row the values were taken from other rows",
    "WrongScale": "in some columns of an odd row the values lie much farther from the mean than they did",
    "Swapped": "in an odd row the values of a few columns were exchanged among each other",
}
"""What makes a row odd."""


@dataclass(frozen=True)
class AnomalyTwist:
    """One way to make the search harder, or none."""

    piece: str
    title: str
    tag: str
    note: str = ""
    contaminated: float = 0.0
    """Share of odd rows in the training rows."""
    rows: int = 0
    """So many training rows; 0 for all."""
    noise: int = 0
    """Columns of mere chance that are added, in percent of the real ones."""


TWISTS = (
    AnomalyTwist("", "", "plain", "All training rows are in order."),
    AnomalyTwist(
        "Contaminated",
        "with odd rows in training",
        "label-noise",
        "About one in ten training rows is odd too; which ones is not known.",
        contaminated=0.1,
    ),
    AnomalyTwist("FewExamples", "from few rows", "few-shot", "There are few training rows, all in order.", rows=40),
    AnomalyTwist(
        "Distracted",
        "among columns of chance",
        "irrelevant-features",
        "All training rows are in order. Some columns were added that hold random numbers.",
        noise=80,
    ),
)


@dataclass(frozen=True)
class AnomalyDetection:
    """The family."""

    name: str = "anomaly-detection"

    def designs(self, rng: np.random.Generator, twisted: float) -> Iterator[AnomalyDesign]:
        """Tables in turn, each with a kind of fault and a twist."""
        for card in rounds(tables_of_numbers(), rng):
            twist = pick(TWISTS[1:], rng) if rng.random() < twisted else TWISTS[0]
            yield AnomalyDesign(card.key, pick(tuple(FAULTS), rng), twist, pick(METRICS, rng))


@dataclass(frozen=True)
class AnomalyDesign:
    """One table, kind of fault and twist."""

    card: str
    fault: str
    twist: AnomalyTwist
    metric: str

    @property
    def names(self) -> Sequence[str]:
        return (f"{card_named(self.card).name}Anomalies{self.fault}{self.twist.piece}",)

    @property
    def redistributable(self) -> bool:
        return card_named(self.card).redistributable

    def draft(self, address: Address) -> Draft:
        card = card_named(self.card)
        whole, frame = numbers(card, address.stream("rows"))
        table = _table(standardised(frame), self.fault, self.twist, address.stream("faults"))
        table.train, table.test = with_ids(table.train, table.test, address.stream("ids"))
        title = f"Odd rows: {card.title}"
        texts = Texts(
            title=f"{title}, {self.twist.title}" if self.twist.title else title,
            family="anomaly-detection",
            tags=(self.twist.tag, card.source),
            instruction="anomaly/instruction.md.j2",
            context={
                "question": "Tell for each test row how odd it is: which rows were tampered with?",
                "about": card.about,
                "notes": [f"What makes a row odd: {FAULTS[self.fault]}.", self.twist.note],
                "columns": [name for name in table.test.columns if name not in ("id", "odd")],
                "packages": ", ".join(PACKAGES),
                "baseline_does": "takes the distance to the nearest of a few training rows.",
            },
            baseline=render("anomaly/baseline.py.j2"),
            solution=render("anomaly/solution.py.j2", fault=self.fault),
            target=f"odd, {self.fault}",
        )
        answers = Answers({"odd": Column(type="number")}, table.test[["odd"]], {"odd": 0.0})
        metric = CARDS[self.metric].entry()
        return predictions_draft(address, texts, frames.describe(card, whole), metric, table, answers)


def _table(frame: pd.DataFrame, fault: str, twist: AnomalyTwist, rng: np.random.Generator) -> Table:
    values = frame.to_numpy()
    extra = rng.normal(size=(len(values), twist.noise * values.shape[1] // 100)).round(4)
    test = part(None, len(frame), TEST_FRACTION, rng)
    odd = part(None, len(frame), ANOMALIES, rng) & test
    odd |= part(None, len(frame), twist.contaminated, rng) & ~test
    spoilt = np.where(odd[:, None], _spoilt(values, fault, rng), values)
    changed = frame.copy()
    changed[:] = spoilt.round(4)
    for number in range(extra.shape[1]):
        changed[f"extra_{number}"] = extra[:, number]
    changed = changed.sample(frac=1, axis=1, random_state=int(rng.integers(2**31)))
    train = changed[~test].head(twist.rows) if twist.rows else changed[~test]
    return Table(train.copy(), changed[test].assign(odd=odd[test].astype(int)), "odd")


def _spoilt(values: np.ndarray, fault: str, rng: np.random.Generator) -> np.ndarray:
    """Every row as it is when it is odd; an array of the same shape."""
    rows, columns = values.shape
    if fault == "MixedRows":
        strange = np.column_stack([rng.permutation(column) for column in values.T])
        return np.asarray(np.where(rng.random(values.shape) < 0.5, strange, values))
    count = max(2, columns // 4)
    chosen = rng.random(values.shape).argsort(axis=1)[:, :count]
    spoilt = values.copy()
    here = np.arange(rows)[:, None]
    if fault == "Swapped":
        spoilt[here, chosen] = values[here, np.roll(chosen, 1, axis=1)]
    else:
        spoilt[here, chosen] = values[here, chosen] * rng.uniform(1.5, 3.0, size=chosen.shape)
    return spoilt
