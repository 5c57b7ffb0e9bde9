"""The training and test rows of a predictions challenge, found among the tables of its workspace by what they hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_gym.certification.case import Case
from synth_gym.certification.tables import Table
from synth_gym.grading.submission import read_predictions

MAX_CLASSES = 20
"""A whole-number target with no more values than this is taken for classes."""

Values = NDArray[Any]


@dataclass(frozen=True)
class Target:
    """What is asked for, one value for each row: text for classes, numbers otherwise."""

    values: Values
    """Shape (test rows,), in the order of the labels."""
    classes: bool
    train: Values | None
    """The same of the training rows, shape (training rows,); None where they do not show it."""


@dataclass(frozen=True)
class Data:
    """Training and test rows."""

    test: Table
    train: Table | None
    features: list[str]
    """Columns that both have, but for the id and the target; those of the test table where there is no other."""
    target: Target
    place: NDArray[np.intp]
    """Shape (test rows,): for each row of the labels its row in the test table."""

    def of_test(self, name: str) -> list[str]:
        """A column of the test table, in the order of the labels."""
        values = self.test.columns[name]
        return [values[index] for index in self.place]


def data_of(case: Case) -> Data | None:
    """The rows of a challenge; None for a program, and where no table holds every id of the labels."""
    if not case.predictions:
        return None
    test = _test_table(case)
    if test is None:
        return None
    key = case.layout.id_column
    where = {value: index for index, value in enumerate(test.columns[key])}
    place = np.array([where[one] for one in case.labels.ids], dtype=np.intp)
    train = _train_table(case, test)
    shared = [name for name in test.columns if name != key and name not in case.layout.columns]
    features = [name for name in shared if train is None or name in train.columns]
    return Data(test, train, features, _target(case, train, test), place)


def _test_table(case: Case) -> Table | None:
    """The widest table that names every test row and is more than a submission."""
    key, ids = case.layout.id_column, set(case.labels.ids)
    known = [table for table in case.tables if ids <= set(table.columns.get(key, ()))]
    wider = [table for table in known if not set(table.columns) <= set(case.layout.header)]
    return max(wider, key=lambda table: len(table.columns), default=None)


def _train_table(case: Case, test: Table) -> Table | None:
    """The longest other table that shares a feature with the test rows and has a column more."""
    ids, key = set(case.labels.ids), case.layout.id_column
    others = [
        table
        for table in case.tables
        if table is not test
        and not ids.intersection(table.columns.get(key, ()))
        and set(test.columns) & set(table.columns) - {key}
        and set(table.columns) - set(test.columns)
    ]
    return max(others, key=lambda table: len(next(iter(table.columns.values()))), default=None)


def _target(case: Case, train: Table | None, test: Table) -> Target:
    columns = list(case.layout.columns)
    if len(columns) > 1:
        return _one_of_many(case, columns, train, test)
    name = columns[0]
    column, truth = case.layout.columns[name], case.labels.columns[name]
    classes = column.type == "category" or len(set(truth)) <= (MAX_CLASSES if column.type == "integer" else 2)
    shown = _shown_target(train, test, name)
    if classes:
        return Target(np.array([plain(str(value)) for value in truth]), True, _texts(shown))
    return Target(np.array(truth, dtype=float), False, _numbers(shown))


def _one_of_many(case: Case, columns: list[str], train: Table | None, test: Table) -> Target:
    """A column for each class: the class is the one with the largest value."""
    table = np.array([case.labels.columns[name] for name in columns], dtype=float)
    values = np.array(columns)[table.argmax(axis=0)]
    return Target(values, True, _texts(_shown_target(train, test, None)))


def _shown_target(train: Table | None, test: Table, name: str | None) -> list[str] | None:
    """The training rows' target: the column of that name, else the only one that the test rows lack."""
    if train is None:
        return None
    if name in train.columns:
        return train.columns[name]
    more = [one for one in train.columns if one not in test.columns]
    return train.columns[more[0]] if len(more) == 1 else None


def _texts(values: Sequence[str] | None) -> Values | None:
    return None if values is None else np.array([plain(value) for value in values])


def _numbers(values: Sequence[str] | None) -> Values | None:
    found = None if values is None else numbers(values)
    return None if found is None or np.isnan(found).any() else found


def numbers(values: Sequence[str]) -> Values | None:
    """A column as floats, missing values as NaN; None if any other text stands in it."""
    try:
        return np.array([float(value) if value else np.nan for value in values])
    except ValueError:
        return None


def plain(value: str) -> str:
    """One writing for equal numbers."""
    try:
        return repr(float(value))
    except ValueError:
        return value


def answers_of(case: Case, submission: bytes) -> Values:
    """The answers of a submission in the target's terms, in the order of the labels.

    Numbers where the target is two classes with a score for one of them; the caller ranks them.
    """
    path = case.scratch_file(submission)
    columns = read_predictions(path, case.layout, case.labels.ids)
    if len(columns) > 1:
        table = np.array(list(columns.values()), dtype=float)
        return np.array(list(columns))[table.argmax(axis=0)]
    values = next(iter(columns.values()))
    category = next(iter(case.layout.columns.values())).type == "category"
    return np.array([plain(value) for value in values]) if category else np.array(values, dtype=float)
