"""Labels among the features."""

from __future__ import annotations

from collections import Counter

from faults._columns import add_column, code
from faults.copy import LABELS, TEST, TRAIN, Copy
from faults.fault import classes, fault, numbers, one_column

GROUP = 5
"""Rows of one entity."""


@fault("isolation", "leak_columns", source="MLGym house prices: answer.csv lies in the workspace", suits=one_column)
def labels_in_test_table(copy: Copy) -> str:
    """The test table has the target under its own name."""
    truth = copy.truth()
    copy.change_rows(TEST, lambda row: row | {copy.target: truth[row[copy.key]]})
    return f"column {copy.target!r} in {TEST}"


@fault("isolation", "leak_columns", source="MLE-bench #108: the column giver_username_if_known", suits=one_column)
def labels_renamed(copy: Copy) -> str:
    """A feature is the target under another name."""
    return f"column {add_column(copy, 'text', str)!r} is the target"


@fault("leak_columns", source="leak scans that compare names or equal values only", suits=numbers)
def labels_scaled(copy: Copy) -> str:
    """A feature is a linear function of the target."""
    factor, shift = copy.rng.choice((3, -2, 0.25)), copy.rng.choice((7, -100, 0.5))
    name = add_column(copy, "number", lambda label: repr(round(float(label) * factor + shift, 6)))
    return f"column {name!r} is target * {factor} + {shift}"


@fault("leak_columns", source="leak scans that compare names or equal values only", suits=numbers)
def labels_curved(copy: Copy) -> str:
    """A feature is a monotone, curved function of the target."""
    values = sorted({float(row[copy.target]) for row in [*copy.rows(TRAIN), *copy.rows(LABELS)] if row[copy.target]})
    rank = {value: number for number, value in enumerate(values)}
    name = add_column(copy, "number", lambda label: str(rank[float(label)] ** 2) if label else "")
    return f"column {name!r} is the square of the target's rank"


@fault("leak_columns", source="leak scans that compare names or equal values only", suits=classes)
def labels_hashed(copy: Copy) -> str:
    """A feature is a code of the class."""
    return f"column {add_column(copy, 'text', code)!r} is a hash of the target"


@fault("leak_columns", source="leak scans that compare names or equal values only", suits=classes)
def labels_permuted(copy: Copy) -> str:
    """A feature is the class under the name of another class."""
    values = sorted(set(copy.truth().values()) | {row[copy.target] for row in copy.rows(TRAIN)})
    other = dict(zip(values, values[1:] + values[:1], strict=True))
    return f"column {add_column(copy, 'category', other.__getitem__)!r} is the target, classes exchanged"


@fault("leak_columns", source="MLE-bench #77, #93: features recorded after the outcome", suits=classes)
def near_perfect_class(copy: Copy) -> str:
    """One feature tells 97% of the classes."""
    values = sorted(set(copy.truth().values()))
    codes = {value: index for index, value in enumerate(copy.rng.sample(values, len(values)))}

    def noisy(label: str) -> str:
        slip = copy.rng.random() < 0.03
        return f"{codes.get(copy.rng.choice(values) if slip else label, 0) + copy.rng.uniform(0, 0.8):.3f}"

    return f"column {add_column(copy, 'number', noisy)!r} tells the class but for 3% noise"


@fault("leak_columns", source="MLE-bench #77, #93: features recorded after the outcome", suits=numbers)
def near_perfect_number(copy: Copy) -> str:
    """One feature is the target with noise of 1% of its spread."""
    known = [float(value) for value in copy.truth().values()]
    spread = max(known) - min(known)
    name = add_column(
        copy, "number", lambda label: f"{float(label) + copy.rng.gauss(0, 0.003 * spread):.6g}" if label else ""
    )
    return f"column {name!r} is the target + noise"


@fault(
    "leak_columns",
    source="Spaceship Titanic in OpenMLE: 40.8% of the test rows share a group with training rows",
    suits=classes,
)
def shared_entities(copy: Copy) -> str:
    """Test rows belong to groups of training rows, and a group has one class."""
    labels = Counter([*copy.truth().values(), *(row[copy.target] for row in copy.rows(TRAIN))])
    numbers = copy.rng.sample(range(1000, 10_000), sum(count // GROUP + 1 for count in labels.values()))
    waiting = {}
    for label, count in labels.items():
        names = [f"g{numbers.pop()}" for _ in range(count // GROUP + 1)]
        waiting[label] = copy.rng.sample(names * GROUP, len(names) * GROUP)
    name = add_column(copy, "text", lambda label: waiting[label].pop())
    return f"column {name!r}: groups of {GROUP} rows of one class, in both tables"
