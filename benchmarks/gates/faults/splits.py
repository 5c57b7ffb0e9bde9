"""Training, public and private rows that are not apart."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable

from faults.copy import LABELS, TEST, TRAIN, Copy, Row
from faults.fault import NotApplicable, fault, rows

SHARE = 0.3
"""Of the test rows, which come back among the training rows."""
PRIVATE_ROWS = 4
ATTEMPTS = 3


@fault("leak_rows", source="near-duplicates across splits; LLM-sampled splits of data with duplicates", suits=rows)
def test_rows_in_train(copy: Copy) -> str:
    """Test rows stand among the training rows, with their labels."""
    return _into_train(copy, dict)


@fault("leak_rows", source="near-duplicates across splits: row hashes find exact copies only", suits=rows)
def test_rows_nearly_in_train(copy: Copy) -> str:
    """Slight variants of test rows stand among the training rows, with their labels."""

    def vary(row: Row) -> Row:
        numbers = [name for name, value in row.items() if name != copy.key and re.fullmatch(r"-?\d+\.\d+", value)]
        texts = [name for name, value in row.items() if len(value.split()) > 5]
        if not numbers and not texts:
            raise NotApplicable("no column takes a slight change")
        slight = {name: f"{float(row[name]) * (1 + copy.rng.uniform(-1, 1) * 1e-3):.6g}" for name in numbers[:2]}
        return row | slight | {name: f"{row[name]} " for name in texts}

    return _into_train(copy, vary)


def _into_train(copy: Copy, vary: Callable[[Row], Row]) -> str:
    train, test, truth = copy.rows(TRAIN), copy.rows(TEST), copy.truth()
    taken = {row[copy.key] for row in [*train, *test]}
    free = (str(number) for number in range(10**6) if str(number) not in taken)
    chosen = copy.rng.sample(test, round(SHARE * len(test)))
    more = []
    for row in chosen:
        label = truth[row[copy.key]]
        alike = next((one for one in train if one[copy.target] == label), train[0])
        more.append(alike | vary(row) | {copy.key: next(free), copy.target: label})
    copy.put_rows(TRAIN, copy.rng.sample([*train, *more], len(train) + len(more)))
    copy.count_train()
    copy.measure()
    return f"{len(chosen)} of {len(test)} test rows"


@fault("second_split", "leak_rows", "duplicates", source="validate that answers for the private rows", suits=rows)
def private_rows_public(copy: Copy) -> str:
    """Every private row is a public row under another id."""
    labels = copy.rows(LABELS)
    public = [row for row in labels if row["split"] == "public"]
    private = [row for row in labels if row["split"] == "private"]
    twin = {row[copy.key]: public[number % len(public)] for number, row in enumerate(private)}
    content = {row[copy.key]: row for row in copy.rows(TEST)}
    copy.change_rows(
        TEST,
        lambda row: (
            content[twin[row[copy.key]][copy.key]] | {copy.key: row[copy.key]} if row[copy.key] in twin else row
        ),
    )
    copy.change_rows(
        LABELS, lambda row: row | {copy.target: twin[row[copy.key]][copy.target]} if row[copy.key] in twin else row
    )
    copy.measure()
    return f"{len(private)} private rows repeat {len(public)} public ones"


@fault("second_split", "headroom", source="RE-Bench: an environment dropped for its noise", suits=rows)
def private_rows_few(copy: Copy) -> str:
    """The final score rests on a handful of rows."""
    for _ in range(ATTEMPTS):
        _keep_private(copy, set(copy.rng.sample(list(copy.truth()), PRIVATE_ROWS)))
        with contextlib.suppress(ValueError):
            copy.measure()
            return f"{PRIVATE_ROWS} private rows"
    raise NotApplicable("the reference is no better than the baseline on so few rows")


def _keep_private(copy: Copy, kept: set[str]) -> None:
    copy.change_rows(LABELS, lambda row: row | {"split": "private" if row[copy.key] in kept else "public"})
