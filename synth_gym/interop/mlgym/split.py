"""Parts of a table that the checkout holds whole.

The parts are the ones that scikit-learn's `train_test_split` gives with MLGym's figures: a fifth is the test set, an
eighth of the rest the validation set, seed 42. Rows are copied as text, so that no version of pandas can change them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from synth_gym.errors import MissingExtraError
from synth_gym.interop.mlgym.notes import Split

_SEED = 42
_TEST = 0.2
_VALIDATION = 0.125


def split_table(table: Path, split: Split) -> dict[str, bytes]:
    """Train, validation and test set and the test labels, by file name.

    Raises:
        MissingExtraError: scikit-learn is not installed.
    """
    with table.open(newline="", encoding="utf-8") as file:
        names, *rows = csv.reader(file)
    train, validation, test = _parts(len(rows))
    target, identity = names.index(split.target), names.index(split.id_column)
    features = [index for index in range(len(names)) if index != target]

    def part(chosen: Sequence[int], columns: Sequence[int]) -> bytes:
        return _as_csv([[names[column] for column in columns], *([rows[row][c] for c in columns] for row in chosen)])

    return {
        "train.csv": part(train, [*features, target]),
        "validation.csv": part(validation, [*features, target]),
        "test.csv": part(test, features),
        split.labels: part(test, [identity, target]),
    }


def _parts(count: int) -> tuple[list[int], list[int], list[int]]:
    try:
        from sklearn.model_selection import train_test_split
    except ImportError:
        raise MissingExtraError("splitting MLGym's data", "ml", "scikit-learn") from None
    rest, test = train_test_split(range(count), test_size=_TEST, random_state=_SEED)
    train, validation = train_test_split(rest, test_size=_VALIDATION, random_state=_SEED)
    return list(train), list(validation), list(test)


def _as_csv(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue().encode()
