"""Tables of a challenge: splitting them, giving them ids, writing them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

TEST_FRACTION = 0.4
PUBLIC_FRACTION = 0.4
"""Part of the test rows whose score `validate` shows; the others decide."""


@dataclass
class Table:
    """The rows of one challenge, split, before ids are given."""

    train: pd.DataFrame
    test: pd.DataFrame
    target: str
    notes: list[str] = field(default_factory=list)
    """What the instruction says about a twist, one paragraph each."""

    @property
    def features(self) -> list[str]:
        return [name for name in self.train.columns if name != self.target]


def part(labels: np.ndarray | None, size: int, fraction: float, rng: np.random.Generator) -> np.ndarray:
    """A random part of `size` rows, as a boolean mask of shape (size,).

    Args:
        labels: when given, shape (size,): the part is drawn from each label's rows (stratified).
        size: number of rows.
        fraction: share of the part.
        rng: the random numbers.
    """
    chosen = np.zeros(size, dtype=bool)
    groups = [np.arange(size)] if labels is None else [np.flatnonzero(labels == label) for label in np.unique(labels)]
    carried = 0.0
    for group in groups:
        # The rounding error is carried on, so that many small groups still give the share asked for.
        exact = fraction * len(group) + carried
        count = min(len(group), round(exact))
        carried = exact - count
        chosen[rng.permutation(group)[:count]] = True
    return chosen


def with_ids(train: pd.DataFrame, test: pd.DataFrame, rng: np.random.Generator) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Shuffle the rows of both tables and put an `id` in front that tells nothing of a row's place or label."""
    ids = rng.permutation(len(train) + len(test))
    parts = []
    for frame, numbers in ((train, ids[: len(train)]), (test, ids[len(train) :])):
        shuffled = frame.iloc[rng.permutation(len(frame))].reset_index(drop=True)
        shuffled.insert(0, "id", numbers)
        parts.append(shuffled)
    return parts[0], parts[1]


def public_rows(strata: np.ndarray | None, size: int, rng: np.random.Generator) -> np.ndarray:
    """Which test rows are public: a mask of shape (size,), stratified when strata are given."""
    return part(strata, size, PUBLIC_FRACTION, rng)


def to_csv(frame: pd.DataFrame) -> str:
    """The table as CSV; numbers with seven significant digits, whole numbers without a point."""
    written = frame.copy()
    for name in written.columns:
        if written[name].dtype.kind == "f" and (written[name].dropna() % 1 == 0).all():
            written[name] = written[name].astype("Int64")
        elif written[name].dtype.kind == "f":
            # Rounded by the shortest text, not by float_format: 0.1 stays 0.1.
            written[name] = [value if value != value else float(f"{value:.7g}") for value in written[name]]
    return str(written.to_csv(index=False, lineterminator="\n"))
