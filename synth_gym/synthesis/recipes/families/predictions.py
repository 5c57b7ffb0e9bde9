"""Drafts of challenges whose submission is a predictions file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from synth_gym.challenge import Column, Dataset, Limits, Metric, Predictions, Scores
from synth_gym.synthesis.draft import Draft, DrawRejectedError
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.families.base import LIMITS, PACKAGES, allowed_values
from synth_gym.synthesis.recipes.metrics import CARDS, MetricCard
from synth_gym.synthesis.recipes.tables import Table, public_rows, to_csv
from synth_gym.synthesis.recipes.templates import render

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

MAX_BYTES = 600_000
"""Size of one challenge's data: a suite of hundreds must stay easy to ship."""


@dataclass(frozen=True)
class Answers:
    """What is asked for, row by row of the test set."""

    columns: dict[str, Column]
    truth: pd.DataFrame
    """The true values: a row for each test row, a column for each of `columns`."""
    sample: dict[str, Any]
    """One answer for all rows, which the sample submission gives."""


@dataclass(frozen=True)
class Texts:
    """What a family writes itself."""

    title: str
    family: str
    tags: tuple[str, ...]
    """The twist's first."""
    instruction: str
    """Its template."""
    context: dict[str, Any]
    """What the instruction's template is filled with, besides what every predictions task has."""
    baseline: str
    solution: str
    target: str = ""
    """What is asked for, when it is more than the table's target column."""
    metric: MetricCard | None = None
    """How the instruction speaks of a metric that is the challenge's own."""


def predictions_draft(
    address: Address,
    texts: Texts,
    dataset: Dataset,
    metric: Metric,
    table: Table,
    answers: Answers,
    public: np.ndarray | None = None,
    limits: Limits = LIMITS,
) -> Draft:
    """Put the parts together.

    Args:
        address: of the challenge.
        texts: title, scripts, instruction.
        dataset: the source's entry.
        metric: the metric's entry.
        table: training and test rows, ids given.
        answers: what is asked for.
        public: which test rows are public, shape (rows,). When not given, they are drawn at random, stratified where
            the answers are classes.
        limits: of an episode.

    Raises:
        DrawRejectedError: the data are too large, or a split lacks what its metric needs.
    """
    if public is None:
        public = public_rows(_strata(answers), len(table.test), address.stream("public"))
    _check_splits(answers, public)
    test = table.test.drop(columns=table.target)
    labels = answers.truth.assign(id=test["id"], split=["public" if flag else "private" for flag in public])
    sample = test[["id"]].assign(**answers.sample)
    submission = Predictions(kind="predictions", columns=answers.columns)
    files = {
        "workspace/data/train.csv": to_csv(table.train),
        "workspace/data/test.csv": to_csv(test),
        "workspace/sample_submission.csv": to_csv(sample),
        "workspace/baseline.py": texts.baseline,
        "grader/labels.csv": to_csv(labels[["id", *answers.columns, "split"]]),
        "solution/solution.py": texts.solution,
    }
    size = sum(len(text.encode()) for text in files.values())
    if size > MAX_BYTES:
        raise DrawRejectedError("data are too large", f"{size} bytes")

    def instruction(baseline: Scores) -> str:
        return render(
            texts.instruction,
            **texts.context
            | {
                "title": texts.title,
                "submission": submission,
                "allowed": allowed_values(answers.columns),
                "metric": metric,
                "metric_setting": "".join(f", {name} {_setting(value)}" for name, value in metric.parameters.items()),
                "card": texts.metric or CARDS[metric.name],
                "baseline": baseline,
                "train_rows": len(table.train),
                "test_rows": len(table.test),
                "public_rows": int(public.sum()),
                "limits": limits,
            },
        )

    return Draft(
        id=address.id,
        title=texts.title,
        family=texts.family,
        tags=texts.tags,
        dataset=dataset,
        metric=metric,
        submission=submission,
        limits=limits,
        requirements=PACKAGES,
        provenance=address.provenance(texts.target or table.target, _twists(texts)),
        files=files,
        instruction=instruction,
        sample="workspace/sample_submission.csv",
    )


def _twists(texts: Texts) -> tuple[str, ...]:
    return tuple(tag for tag in texts.tags[:1] if tag != "plain")


def _setting(value: Any) -> str:
    return ", ".join(f"{one:g}" for one in value) if isinstance(value, list) else f"{value:g}"


def _strata(answers: Answers) -> np.ndarray | None:
    """One label a row where the answers are classes."""
    if len(answers.columns) > 1:
        values = answers.truth.to_numpy()
        return values.argmax(axis=1) if set(values.sum(axis=1)) == {1} else None
    name, column = next(iter(answers.columns.items()))
    classes = column.type == "category" or answers.truth[name].nunique() == 2
    return answers.truth[name].to_numpy() if classes else None


def _check_splits(answers: Answers, public: np.ndarray) -> None:
    """Each split must hold more than one true value, or most metrics mean nothing."""
    for flags in (public, ~public):
        if not flags.any() or len(answers.truth[flags].drop_duplicates()) < 2:
            raise DrawRejectedError("a split has no variety")
