"""Classification and regression on tables of measurements, surveys and accounts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from synth_gym.challenge import Column
from synth_gym.synthesis.draft import Draft, DrawRejectedError
from synth_gym.synthesis.recipes import frames, twists
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.catalogue import Card, Task, card_named, tasks_of
from synth_gym.synthesis.recipes.families.base import PACKAGES, pick, rounds
from synth_gym.synthesis.recipes.families.predictions import Answers, Texts, predictions_draft
from synth_gym.synthesis.recipes.metrics import CARDS
from synth_gym.synthesis.recipes.tables import Table, with_ids
from synth_gym.synthesis.recipes.templates import render

if TYPE_CHECKING:
    import pandas as pd

MAX_ROWS = 4000
"""Rows of training and test set together: enough to learn from, small enough to ship."""
MIN_TEST = 40

_BASELINE_DOES = {
    "classification": "fits a shallow decision tree to the numeric columns.",
    "regression": "draws a straight line through the one numeric column that correlates best with the target.",
}
_METRIC_PIECES = {
    "accuracy": "ByAccuracy",
    "balanced_accuracy": "ByRecall",
    "macro_f1": "ByF1",
    "log_loss": "ByLogLoss",
    "roc_auc": "ByRanking",
    "mae": "ByAbsoluteError",
    "rmse": "BySquaredError",
    "rmsle": "ByRatio",
    "pinball": "ByQuantileLoss",
}


@dataclass(frozen=True)
class Tabular:
    """The two tabular families; `kind` tells which."""

    kind: Literal["classification", "regression"]

    @property
    def name(self) -> str:
        return f"tabular-{self.kind}"

    def designs(self, rng: np.random.Generator, twisted: float) -> Iterator[TabularDesign]:
        """Datasets in turn; of each a random task, twist and metric."""
        for pairs in rounds(list(tasks_of(self.kind).values()), rng):
            card, task = pick(pairs, rng)
            twist = self._twist(task, rng, twisted)
            yield TabularDesign(card.key, task.name, twist.piece, pick(twist.metrics_for(task), rng))

    @staticmethod
    def _twist(task: Task, rng: np.random.Generator, twisted: float) -> twists.Twist:
        fitting = [twist for twist in twists.TWISTS[1:] if twist.metrics_for(task)]
        return twists.PLAIN if rng.random() >= twisted else pick(fitting, rng)


@dataclass(frozen=True)
class TabularDesign:
    """One dataset, task, twist and metric."""

    card: str
    task: str
    twist: str
    metric: str

    @property
    def names(self) -> Sequence[str]:
        stem = card_named(self.card).name + self.task + self.twist
        return (stem, stem + _METRIC_PIECES[self.metric])

    @property
    def redistributable(self) -> bool:
        return card_named(self.card).redistributable

    def draft(self, address: Address) -> Draft:
        card = card_named(self.card)
        task = next(task for task in card.tasks if task.name == self.task)
        twist = next(twist for twist in twists.TWISTS if twist.piece == self.twist)
        whole = frames.table(card)
        table = twist.apply(_rows(whole, card, task, address.stream("rows")), task, address.stream("twist"))
        if len(table.test) < MIN_TEST:
            raise DrawRejectedError("too few test rows", str(len(table.test)))
        quantile = float(address.stream("quantile").choice([0.8, 0.9])) if self.metric == "pinball" else None
        table.train, table.test = with_ids(table.train, table.test, address.stream("ids"))
        answers = _answers(table, task, self.metric)
        context = _context(table, card, task, self.metric, quantile)
        return predictions_draft(
            address,
            Texts(
                title=f"{task.title}, {twist.title}" if twist.title else task.title,
                family=f"tabular-{task.kind}",
                tags=(twist.tag, card.source),
                instruction="tabular/instruction.md.j2",
                context=context,
                baseline=render(f"tabular/{task.kind}_baseline.py.j2", **context),
                solution=render(f"tabular/{task.kind}_solution.py.j2", **context),
            ),
            frames.describe(card, whole),
            CARDS[self.metric].entry({"quantile": quantile} if quantile else None),
            table,
            answers,
        )


def _rows(whole: pd.DataFrame, card: Card, task: Task, rng: np.random.Generator) -> pd.DataFrame:
    """The rows and columns of one task: shuffled, one of each person, no two rows with the same features."""
    frame = whole.iloc[rng.permutation(len(whole))]
    if card.one_row_per:
        frame = frame.drop_duplicates(list(card.one_row_per))
    names = list(task.keep) or [name for name in frame.columns if name not in (task.target, *task.drop)]
    return frame[[*names, task.target]].drop_duplicates(names).head(MAX_ROWS).reset_index(drop=True)


def _answers(table: Table, task: Task, metric: str) -> Answers:
    """What a submission holds, what is true, and what the sample says."""
    if task.kind == "regression":
        middle = float(table.train[task.target].median())
        column = Column(type="number", minimum=0.0 if metric == "rmsle" else None)
        return Answers({task.target: column}, table.test[[task.target]], {task.target: middle})
    if CARDS[metric].probabilities:
        return _probability_answers(table, task)
    classes = tuple(sorted(table.train[task.target].unique()))
    frequent = table.train[task.target].mode()[0]
    return Answers(
        {task.target: Column(type="category", values=classes)}, table.test[[task.target]], {task.target: frequent}
    )


def _probability_answers(table: Table, task: Task) -> Answers:
    probability = Column(type="number", minimum=0.0, maximum=1.0)
    labels = table.test[task.target]
    if task.positive:
        truth = (labels == task.positive).astype(int).to_frame(task.target)
        share = float((table.train[task.target] == task.positive).mean())
        return Answers({task.target: probability}, truth, {task.target: round(share, 3)})
    shares = table.train[task.target].value_counts(normalize=True).sort_index()
    import pandas as pd

    truth = pd.DataFrame({name: (labels == name).astype(int) for name in shares.index})
    return Answers(dict.fromkeys(shares.index, probability), truth, shares.round(3).to_dict())


def _context(table: Table, card: Card, task: Task, metric: str, quantile: float | None) -> dict[str, Any]:
    """What the templates are filled with."""
    size = len(table.train)
    classes = table.train[task.target].nunique() if task.kind == "classification" else 0
    asked = f" The positive class is `{task.positive}`." if task.positive and CARDS[metric].probabilities else ""
    return {
        "question": task.question + asked,
        "about": card.about,
        "notes": table.notes,
        "target": task.target,
        "columns": [_described(table, card, name) for name in table.features if name != "id"],
        "answer": _described(table, card, task.target),
        "metric": CARDS[metric],
        "quantile": quantile,
        "nonnegative": metric == "rmsle",
        "absolute": metric == "mae",
        "positive": task.positive,
        "depth": 2 if classes <= 3 else 3,
        "leaf": 1 if size < 100 else 3 if size < 1000 else 8,
        "few": size < 100,
        "packages": ", ".join(PACKAGES),
        "baseline_does": _BASELINE_DOES[task.kind],
    }


def _described(table: Table, card: Card, name: str) -> dict[str, str]:
    column = table.train[name]
    about = card.column(name).about
    if column.dtype.kind in "iuf":
        return {"name": name, "type": "number", "about": about}
    values = ", ".join(f"`{value}`" for value in sorted(column.dropna().unique()))
    return {"name": name, "type": "category", "about": f"{about} One of {values}."}
