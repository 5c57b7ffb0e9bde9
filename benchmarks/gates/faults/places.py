"""Labels in the order of rows, in ids, in the times of files."""

from __future__ import annotations

import os

from faults.copy import LABELS, SAMPLE, TEST, TRAIN, Copy, Row
from faults.fault import NotApplicable, fault, rows

FIRST_SECOND = 1_700_000_000


def _label_order(copy: Copy, keys: list[str], labels: dict[str, str]) -> list[str]:
    """Ids sorted by label; by chance within a class."""
    by_number = all(_is_number(labels[key]) for key in keys)
    return sorted(
        copy.rng.sample(keys, len(keys)), key=lambda key: (float(labels[key]) if by_number else 0.0, labels[key])
    )


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@fault("leak_order", source="data sets that come sorted by class, such as Iris", suits=rows)
def rows_sorted_by_label(copy: Copy) -> str:
    """The test rows are sorted by label."""
    place = {key: number for number, key in enumerate(_label_order(copy, list(copy.truth()), copy.truth()))}
    for name in (TEST, SAMPLE, LABELS):
        if not copy.has(name):
            raise NotApplicable(f"there is no {name}")
        copy.put_rows(name, sorted(copy.rows(name), key=lambda row: place[row[copy.key]]))
    return "test table, sample and labels follow the label"


@fault("leak_order", source="ids that are row numbers of a data set sorted by class", suits=rows)
def ids_encode_labels(copy: Copy) -> str:
    """Ids count through a data set that is sorted by label."""
    labels = copy.truth() | {row[copy.key]: row[copy.target] for row in copy.rows(TRAIN)}
    fresh = {old: str(number) for number, old in enumerate(_label_order(copy, list(labels), labels), start=1)}

    def renumber(row: Row) -> Row:
        return row | {copy.key: fresh[row[copy.key]]}

    for name in (TRAIN, TEST, SAMPLE, LABELS):
        if copy.has(name):
            copy.change_rows(name, renumber)
    return "ids ascend with the label"


@fault("leak_order", source="folders of images that were written class by class", suits=rows)
def times_encode_labels(copy: Copy) -> str:
    """A file for each test row, written in the order of the labels."""
    order = _label_order(copy, list(copy.truth()), copy.truth())
    content = {row[copy.key]: row for row in copy.rows(TEST)}
    for second, key in enumerate(order, start=FIRST_SECOND):
        name = f"workspace/data/rows/{key}.csv"
        copy.put_rows(name, [content[key]])
        os.utime(copy.folder / name, (second, second))
    return "modification times of data/rows/*.csv ascend with the label"
