"""The true values, as `grader/labels.csv` holds them."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from typing import Any

from synth_gym.grading.faults import LabelsUnusable
from synth_gym.grading.submission import Format, parser_of

SPLITS = ("public", "private")


@dataclass(frozen=True)
class Labels:
    """Rows of the test set with their true values."""

    ids: list[str]
    rows: list[dict[str, str]]
    """As they are written, the column `split` included."""
    columns: dict[str, list[Any]]
    """Parsed values of each submission column, in the order of `ids`."""

    def indices(self, split: str) -> list[int]:
        """Places of the rows of one split."""
        return [index for index, row in enumerate(self.rows) if row["split"] == split]


def parse_labels(text: str, layout: Format) -> Labels:
    """Read the labels, as strictly as a submission.

    Raises:
        LabelsUnusable: names the first fault.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True)
    expected = [*layout.header, "split"]
    if sorted(reader.fieldnames or ()) != sorted(expected):
        raise LabelsUnusable(f"labels.csv must have the columns {expected}, not {list(reader.fieldnames or ())}")
    rows = list(reader)
    for number, row in enumerate(rows, start=2):
        if None in row or None in row.values():
            raise LabelsUnusable(f"labels.csv, line {number}: has not as many fields as the header")
        if row["split"] not in SPLITS:
            raise LabelsUnusable(
                f"labels.csv, line {number}: the split is {row['split']!r}, not one of {', '.join(SPLITS)}"
            )
    ids = [row[layout.id_column].strip() for row in rows]
    if len(set(ids)) != len(ids):
        raise LabelsUnusable("labels.csv holds an id twice")
    for split in SPLITS:
        if not any(row["split"] == split for row in rows):
            raise LabelsUnusable(f"labels.csv has no row of the split {split!r}")
    return Labels(ids, rows, {name: _values(rows, name, layout) for name in layout.columns})


def _values(rows: list[dict[str, str]], name: str, layout: Format) -> list[Any]:
    parse = parser_of(layout.columns[name])
    values = []
    for number, row in enumerate(rows, start=2):
        try:
            values.append(parse(row[name].strip()))
        except ValueError as error:
            raise LabelsUnusable(f"labels.csv, line {number}, column {name!r}: {error}") from None
    return values
