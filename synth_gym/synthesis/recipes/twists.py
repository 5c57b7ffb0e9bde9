"""Twists: ways of splitting and spoiling a table that change what the best approach is.

A twist takes a whole table and gives it back split into training and test rows, with a note for the instruction. The
test answers are always the true ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synth_gym.synthesis.draft import DrawRejectedError
from synth_gym.synthesis.recipes.catalogue import Task
from synth_gym.synthesis.recipes.tables import TEST_FRACTION, Table, part

if TYPE_CHECKING:
    import pandas as pd

Apply = Callable[["pd.DataFrame", Task, np.random.Generator], Table]


@dataclass(frozen=True)
class Twist:
    """One way to make a task harder, or none."""

    piece: str
    """What it adds to the challenge's id."""
    title: str
    """What it adds to the title."""
    tag: str
    kinds: frozenset[str]
    apply: Apply
    metrics: frozenset[str] = frozenset()
    """Metrics that make sense with it; empty: all."""
    metric: str = ""
    """A metric that it brings along, in place of the task's own."""
    untimed: bool = False
    """It splits the rows itself, and so cannot keep the future out of the training rows."""

    def metrics_for(self, task: Task) -> list[str]:
        """The metrics that a task may be scored by under this twist; none if it does not apply."""
        if task.kind not in self.kinds or (self.untimed and task.time):
            return []
        if self.metric:
            return [self.metric]
        return [metric for metric in task.metrics if not self.metrics or metric in self.metrics]


def split(frame: pd.DataFrame, task: Task, rng: np.random.Generator) -> Table:
    """Test rows drawn at random, stratified by class; where the rows are ordered in time, the latest ones."""
    if task.time:
        return _later_rows(frame, task, task.time, rng)
    labels = frame[task.target].to_numpy() if task.kind == "classification" else None
    test = part(labels, len(frame), TEST_FRACTION, rng)
    return Table(frame[~test].copy(), frame[test].copy(), task.target)


def missing_values(frame: pd.DataFrame, task: Task, rng: np.random.Generator) -> Table:
    """Blank cells in the features of both parts."""
    table = split(frame, task, rng)
    share = float(rng.choice([0.15, 0.25, 0.35]))
    for side in (table.train, table.test):
        side[table.features] = side[table.features].mask(rng.random((len(side), len(table.features))) < share)
    table.notes.append(
        f"About {share:.0%} of the feature values are missing, in the training rows and in the test rows alike; such a "
        "cell is empty."
    )
    return table


def wrong_labels(frame: pd.DataFrame, task: Task, rng: np.random.Generator) -> Table:
    """Replace a share of the training labels by another class."""
    table = split(frame, task, rng)
    share = float(rng.choice([0.15, 0.2, 0.25]))
    labels = table.train[table.target].to_numpy(dtype=object)
    classes = np.unique(labels)
    for row in np.flatnonzero(rng.random(len(labels)) < share):
        labels[row] = rng.choice(classes[classes != labels[row]])
    table.train[table.target] = labels
    table.notes.append(
        f"The training labels were typed in by a careless hand: about {share:.0%} of them are wrong (another class was "
        "written). The labels that your submission is compared with are right."
    )
    return table


def mixed_up_targets(frame: pd.DataFrame, task: Task, rng: np.random.Generator) -> Table:
    """Exchange the target values of a share of the training rows among each other."""
    table = split(frame, task, rng)
    share = float(rng.choice([0.1, 0.15, 0.2]))
    values = table.train[table.target].to_numpy(copy=True)
    rows = np.flatnonzero(rng.random(len(values)) < share)
    values[rows] = values[rng.permutation(rows)]
    table.train[table.target] = values
    table.notes.append(
        f"In about {share:.0%} of the training rows the target was mixed up with that of another row. The values that "
        "your submission is compared with are right."
    )
    return table


def few_examples(frame: pd.DataFrame, task: Task, rng: np.random.Generator) -> Table:
    """Leave only a handful of training rows."""
    table = split(frame, task, rng)
    if task.kind == "regression":
        count = int(rng.choice([25, 40, 60]))
        table.train = table.train.iloc[rng.permutation(len(table.train))[:count]]
        table.notes.append(f"Only {len(table.train)} rows with a known answer could be had for training.")
        return table
    count = int(rng.choice([6, 8, 12]))
    labels = table.train[table.target].to_numpy()
    rows = [rng.permutation(np.flatnonzero(labels == label))[:count] for label in np.unique(labels)]
    table.train = table.train.iloc[np.concatenate(rows)]
    table.notes.append(f"Labels were expensive: there are only {count} training rows of each class.")
    return table


def rare_class(frame: pd.DataFrame, task: Task, rng: np.random.Generator) -> Table:
    """Thin out one class of the training rows."""
    table = split(frame, task, rng)
    labels = table.train[table.target].to_numpy()
    rare = task.positive or str(rng.choice(np.unique(labels)))
    share = float(rng.choice([0.1, 0.15, 0.2]))
    kept = (labels != rare) | (rng.random(len(labels)) < share)
    if np.count_nonzero(kept & (labels == rare)) < 6:
        raise DrawRejectedError("too few rows", f"class {rare!r}")
    table.train = table.train[kept]
    table.notes.append(
        f"Class `{rare}` is rare in the training rows, of which most of its members were lost; in the test rows it is "
        "as frequent as it really is."
    )
    return table


def covariate_shift(frame: pd.DataFrame, task: Task, rng: np.random.Generator) -> Table:
    """Train on rows that are mostly low in one feature, test on rows that are mostly high in it."""
    names = [name for name in frame.columns if name != task.target and _spreads(frame[name])]
    if not names:
        raise DrawRejectedError("no feature to shift", task.target)
    name = str(rng.choice(names))
    # Midranks, so that equal values have equal chances.
    rank = (frame[name].rank(method="average").to_numpy() - 0.5) / len(frame)
    chance = 1.0 / (1.0 + np.exp(-8.0 * (rank - 0.6)))
    test = rng.random(len(frame)) < chance
    table = Table(frame[~test].copy(), frame[test].copy(), task.target)
    if task.kind == "classification" and table.train[task.target].nunique() < frame[task.target].nunique():
        raise DrawRejectedError("a class is missing in training", name)
    table.notes.append(
        f"The test rows are not like the training rows: training rows are mostly low in `{name}`, test rows mostly "
        "high. How the answer depends on the features is the same."
    )
    return table


def _later_rows(frame: pd.DataFrame, task: Task, time: str, rng: np.random.Generator) -> Table:
    """Train on the past, test on the future."""
    cut = np.quantile(frame[time], 1.0 - TEST_FRACTION + float(rng.uniform(-0.1, 0.1)), method="nearest")
    table = Table(frame[frame[time] <= cut].copy(), frame[frame[time] > cut].copy(), task.target)
    table.notes.append(f"The test rows are later than all training rows: these end with `{time}` {cut:g}.")
    return table


def _spreads(column: pd.Series) -> bool:
    return column.dtype.kind in "iuf" and column.nunique() >= 8


_ALL = frozenset({"classification", "regression"})
_CLASSES = frozenset({"classification"})
_NUMBERS = frozenset({"regression"})

PLAIN = Twist("", "", "plain", _ALL, split)
TWISTS = (
    PLAIN,
    Twist("WithGaps", "with gaps in the table", "missing-values", _ALL, missing_values),
    Twist("NoisyLabels", "with wrong labels in training", "label-noise", _CLASSES, wrong_labels),
    Twist("MixedUp", "with targets mixed up in training", "label-noise", _NUMBERS, mixed_up_targets),
    Twist("FewExamples", "from few examples", "few-shot", _ALL, few_examples),
    Twist(
        "RareClass",
        "with a rare class",
        "imbalance",
        _CLASSES,
        rare_class,
        metrics=frozenset({"balanced_accuracy", "macro_f1", "log_loss", "roc_auc"}),
    ),
    Twist("Shifted", "under covariate shift", "covariate-shift", _ALL, covariate_shift, untimed=True),
    Twist("HighQuantile", "as a high quantile", "quantile", _NUMBERS, split, metric="pinball"),
)
