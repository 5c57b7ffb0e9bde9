"""Several yes-or-no questions about every row."""

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
from synth_gym.synthesis.recipes.measurements import measured, numbers, standardised, tables_of_numbers
from synth_gym.synthesis.recipes.metrics import CARDS
from synth_gym.synthesis.recipes.tables import TEST_FRACTION, Table, part, with_ids
from synth_gym.synthesis.recipes.templates import render

if TYPE_CHECKING:
    import pandas as pd

LABELS = 3
FEATURES = 4
METRICS = ("columnwise_log_loss", "micro_f1")


@dataclass(frozen=True)
class LabelTwist:
    """One way to make it harder, or none."""

    piece: str
    title: str
    tag: str
    note: str = ""
    rows: int = 0
    """So many training rows; 0 for all."""
    wrong: float = 0.0
    """Share of wrong training labels."""
    gaps: float = 0.0
    """Share of missing feature values."""
    level: float = 0.5
    """The quantile of a column above which its label is yes."""


TWISTS = (
    LabelTwist("", "", "plain"),
    LabelTwist("FewExamples", "from few examples", "few-shot", "There are few training rows.", rows=30),
    LabelTwist(
        "NoisyLabels",
        "with wrong labels in training",
        "label-noise",
        "About one in five training labels is wrong; those that your submission is compared with are right.",
        wrong=0.2,
    ),
    LabelTwist(
        "WithGaps", "with gaps in the table", "missing-values", "A third of the feature values are missing.", gaps=0.33
    ),
    LabelTwist("Rare", "with rare labels", "imbalance", "Each label is set in about one row of seven.", level=0.86),
)


@dataclass(frozen=True)
class MultiLabel:
    """The family."""

    name: str = "multi-label"

    def designs(self, rng: np.random.Generator, twisted: float) -> Iterator[LabelDesign]:
        """Tables in turn; of each some random columns and a twist."""
        wide = [card for card in tables_of_numbers() if len(measured(card)) >= LABELS + FEATURES]
        for card in rounds(wide, rng):
            twist = pick(TWISTS[1:], rng) if rng.random() < twisted else TWISTS[0]
            chosen = [measured(card)[int(index)] for index in rng.permutation(len(measured(card)))[:LABELS]]
            yield LabelDesign(card.key, tuple(sorted(chosen)), twist, pick(METRICS, rng))


@dataclass(frozen=True)
class LabelDesign:
    """One table, the columns that are asked about, and a twist."""

    card: str
    asked: tuple[str, ...]
    twist: LabelTwist
    metric: str

    @property
    def names(self) -> Sequence[str]:
        return (f"{card_named(self.card).name}Labels{self.twist.piece}",)

    @property
    def redistributable(self) -> bool:
        return card_named(self.card).redistributable

    def draft(self, address: Address) -> Draft:
        card = card_named(self.card)
        whole, frame = numbers(card, address.stream("rows"))
        asked = [name for name in self.asked if name in frame.columns]
        labels = (frame[asked] > frame[asked].quantile(self.twist.level)).astype(int).add_prefix("high_")
        features = standardised(frame.drop(columns=asked))
        table = _table(features, labels, self.twist, address.stream("split"))
        table.train, table.test = with_ids(table.train, table.test, address.stream("ids"))
        shares = labels.mean().round(3).to_dict()
        if self.metric == "micro_f1":
            column, sample = Column(type="integer", minimum=0, maximum=1), dict.fromkeys(labels.columns, 0)
        else:
            column, sample = Column(type="number", minimum=0.0, maximum=1.0), shares
        answers = Answers(dict.fromkeys(labels.columns, column), table.test[list(labels.columns)], sample)
        # Only one column can be the table's target; the others go the same way.
        table.test = table.test.drop(columns=list(labels.columns)[1:])
        title = f"Several labels: {card.title}"
        context = {
            "question": f"Tell of each row which of {len(asked)} labels it has. A row may have none, one or several.",
            "about": card.about,
            "notes": [self.twist.note] if self.twist.note else [],
            "columns": [(name, card.column(name).about) for name in features.columns],
            "labels": [(f"high_{name}", card.column(name).about) for name in asked],
            "level": self.twist.level,
            "decisions": self.metric == "micro_f1",
            "packages": ", ".join(PACKAGES),
            "baseline_does": "looks at the one column that correlates best with each label.",
        }
        texts = Texts(
            title=f"{title}, {self.twist.title}" if self.twist.title else title,
            family="multi-label",
            tags=(self.twist.tag, card.source),
            instruction="multilabel/instruction.md.j2",
            context=context,
            baseline=render("multilabel/baseline.py.j2", **context),
            solution=render("multilabel/solution.py.j2", **context),
            target=", ".join(labels.columns),
        )
        metric = CARDS[self.metric].entry()
        return predictions_draft(address, texts, frames.describe(card, whole), metric, table, answers)


def _table(features: pd.DataFrame, labels: pd.DataFrame, twist: LabelTwist, rng: np.random.Generator) -> Table:
    test = part(None, len(features), TEST_FRACTION, rng)
    holes = rng.random(features.shape) < twist.gaps
    wrong = (rng.random(labels.shape) < twist.wrong) & ~test[:, None]
    whole = features.mask(holes).join(labels.mask(wrong, 1 - labels))
    train = whole[~test].head(twist.rows) if twist.rows else whole[~test]
    return Table(train.copy(), whole[test].copy(), labels.columns[0])
