"""A column more in both tables, which the author's own scripts overlook."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from faults.copy import SCRIPTS, TEST, TRAIN, Copy, Row
from faults.fault import NotApplicable

NAMES = ("batch", "site", "lot", "station", "series")
"""Innocent names; the first that a table does not have is taken."""


def add_column(copy: Copy, kind: str, of: Callable[[str], str]) -> str:
    """Add a column that is a function of the label; gives its name.

    The instruction describes it, and baseline and reference leave it out, so that stored scores stay true: this is how
    a leak survives its author's own check.
    """
    name = new_name(copy)
    truth = copy.truth()
    copy.change_rows(TRAIN, lambda row: _with(row, name, of(row[copy.target])))
    copy.change_rows(TEST, lambda row: _with(row, name, of(truth[row[copy.key]])))
    document(copy, name, kind)
    overlook(copy, name)
    return name


def new_name(copy: Copy) -> str:
    if not (copy.has(TRAIN) and copy.has(TEST)):
        raise NotApplicable("the data are not in data/train.csv and data/test.csv")
    taken = copy.rows(TRAIN)[0]
    return next(name for name in NAMES if name not in taken)


def document(copy: Copy, name: str, kind: str) -> None:
    """One line more in the instruction's table of columns, below the id's."""
    start = f"| `{copy.key}` |"
    lines = copy.read("workspace/instruction.md").split("\n")
    places = [number for number, line in enumerate(lines, start=1) if line.startswith(start)]
    for number in places[:1]:
        lines.insert(number, f"| `{name}` | {kind} | The {name} that the row was taken from. |")
    copy.write("workspace/instruction.md", "\n".join(lines))


def overlook(copy: Copy, name: str) -> None:
    """Make the scripts drop the column when they read it."""
    for script in SCRIPTS:
        for table in ("train", "test"):
            read = f'pd.read_csv("data/{table}.csv")'
            if not copy.replace(script, read, f'{read}.drop(columns="{name}")') and "pandas" in copy.read(script):
                raise NotApplicable(f"{script} reads its data in another way")


def code(label: str) -> str:
    """A short code that nobody takes for the label, the same for equal labels."""
    return hashlib.sha256(f"salt/{label}".encode()).hexdigest()[:6]


def _with(row: Row, name: str, value: str) -> Row:
    """The column stands behind the id."""
    (key, one), *others = row.items()
    return {key: one, name: value, **dict(others)}
