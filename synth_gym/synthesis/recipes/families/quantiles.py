"""Regression with its uncertainty: several quantiles of every answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synth_gym.challenge import Column
from synth_gym.synthesis.draft import Draft, DrawRejectedError
from synth_gym.synthesis.recipes import frames, twists
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.catalogue import Card, Task, card_named, tasks_of
from synth_gym.synthesis.recipes.families.base import PACKAGES, pick, rounds
from synth_gym.synthesis.recipes.families.predictions import Answers, Texts, predictions_draft
from synth_gym.synthesis.recipes.measurements import MAX_ROWS
from synth_gym.synthesis.recipes.metrics import CARDS
from synth_gym.synthesis.recipes.tables import with_ids
from synth_gym.synthesis.recipes.templates import render

QUANTILES = {
    "": (0.1, 0.5, 0.9),
    "Wide": (0.05, 0.25, 0.5, 0.75, 0.95),
    "Upper": (0.5, 0.8, 0.95),
}
"""Sets of quantiles, by what they add to the id."""
FITTING = ("", "WithGaps", "MixedUp", "FewExamples", "Shifted")
"""Pieces of the twists that this family uses."""
MIN_TEST = 40


@dataclass(frozen=True)
class QuantileRegression:
    """The family."""

    name: str = "probabilistic-regression"

    def designs(self, rng: np.random.Generator, twisted: float) -> Iterator[QuantileDesign]:
        """Datasets in turn; of each a random task, twist and set of quantiles."""
        for pairs in rounds(_datasets(), rng):
            card, task = pick(pairs, rng)
            fitting = [twist.piece for twist in twists.TWISTS if twist.piece in FITTING[1:] and twist.metrics_for(task)]
            piece = pick(fitting, rng) if rng.random() < twisted else ""
            yield QuantileDesign(card.key, task.name, piece, pick(tuple(QUANTILES), rng))


@dataclass(frozen=True)
class QuantileDesign:
    """One dataset, task, twist and set of quantiles."""

    card: str
    task: str
    twist: str
    quantiles: str

    @property
    def names(self) -> Sequence[str]:
        return (f"{card_named(self.card).name}{self.task}Quantiles{self.quantiles}{self.twist}",)

    @property
    def redistributable(self) -> bool:
        return card_named(self.card).redistributable

    def draft(self, address: Address) -> Draft:
        card = card_named(self.card)
        task = next(task for task in card.tasks if task.name == self.task)
        twist = next(twist for twist in twists.TWISTS if twist.piece == self.twist)
        whole = frames.table(card)
        frame = whole.iloc[address.stream("rows").permutation(len(whole))]
        if card.one_row_per:
            frame = frame.drop_duplicates(list(card.one_row_per))
        frame = frame.drop(columns=list(task.drop)).select_dtypes("number").drop_duplicates()
        table = twist.apply(frame.head(MAX_ROWS).reset_index(drop=True), task, address.stream("twist"))
        if len(table.test) < MIN_TEST or len(table.features) < 1:
            raise DrawRejectedError("too few test rows", str(len(table.test)))
        table.train, table.test = with_ids(table.train, table.test, address.stream("ids"))
        levels = QUANTILES[self.quantiles]
        import pandas as pd

        names = [f"q{100 * level:02.0f}" for level in levels]
        middle = table.train[task.target].quantile(list(levels)).round(5).tolist()
        answers = Answers(
            dict.fromkeys(names, Column(type="number")),
            pd.DataFrame(dict.fromkeys(names, table.test[task.target])),
            dict(zip(names, middle, strict=True)),
        )
        context = {
            "question": task.question,
            "about": card.about,
            "notes": table.notes,
            "target": task.target,
            "columns": [(name, card.column(name).about) for name in table.features if name != "id"],
            "answer": card.column(task.target).about,
            "levels": levels,
            "names": names,
            "few": len(table.train) < 100,
            "packages": ", ".join(PACKAGES),
            "baseline_does": "draws a line through the column that correlates best, and moves it up and down.",
        }
        title = f"{task.title}, with its uncertainty"
        texts = Texts(
            title=f"{title}, {twist.title}" if twist.title else title,
            family="probabilistic-regression",
            tags=(twist.tag, card.source),
            instruction="quantiles/instruction.md.j2",
            context=context,
            baseline=render("quantiles/baseline.py.j2", **context),
            solution=render("quantiles/solution.py.j2", **context),
            target=f"{task.target}, {' '.join(names)}",
        )
        metric = CARDS["mean_pinball"].entry({"quantiles": list(levels)})
        return predictions_draft(address, texts, frames.describe(card, whole), metric, table, answers)


def _datasets() -> list[list[tuple[Card, Task]]]:
    """Of each dataset the questions whose rows are not ordered in time: there a line fitted to the past goes astray."""
    pairs = ([pair for pair in found if not pair[1].time] for found in tasks_of("regression").values())
    return [found for found in pairs if found]
