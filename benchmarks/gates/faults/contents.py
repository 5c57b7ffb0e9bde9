"""Tasks that ask for nothing that would have to be learnt."""

from __future__ import annotations

from faults.copy import BASELINE, LABELS, REFERENCE, TEST, TRAIN, Copy, Row
from faults.fault import NotApplicable, classes, fault, rows
from synth_gym.challenge import Predictions, Spec


def tabular_classes(spec: Spec) -> bool:
    """Rows with a class and features that are numbers."""
    return classes(spec) and spec.family == "tabular-classification"


def accuracy_of_classes(spec: Spec) -> bool:
    """A constant answer does well where one class is frequent."""
    return classes(spec) and rows(spec) and spec.metric.name == "accuracy"


def _relabel(copy: Copy, label: dict[str, str]) -> None:
    def change(row: Row) -> Row:
        return row | {copy.target: label[row[copy.key]]}

    copy.change_rows(TRAIN, change)
    copy.change_rows(LABELS, change)


def _values(copy: Copy) -> list[str]:
    assert isinstance(copy.spec.submission, Predictions)
    return list(next(iter(copy.predictions.columns.values())).values or ())


@fault(
    "leak_columns",
    "headroom",
    "data_needed",
    source="MLGym Titanic: the labels are the rule Sex == female",
    suits=tabular_classes,
)
def labels_by_rule(copy: Copy) -> str:
    """One column decides the labels, and the baseline does not look at it."""
    table = [*copy.rows(TRAIN), *copy.rows(TEST)]
    numeric = [name for name in copy.rows(TEST)[0] if name != copy.key and _is_numeric(table, name)]
    if not numeric:
        raise NotApplicable("no feature is a number")
    name, (low, high) = copy.rng.choice(numeric), _values(copy)[:2]
    middle = sorted(float(row[name]) for row in table)[len(table) // 2]
    _relabel(copy, {row[copy.key]: high if float(row[name]) >= middle else low for row in table})
    for part in ("train", "test"):
        read = f'pd.read_csv("data/{part}.csv")'
        if not copy.replace(BASELINE, read, f'{read}.drop(columns="{name}")'):
            raise NotApplicable("the baseline reads its data in another way")
    copy.measure()
    return f"{high!r} where {name} >= {middle:g}"


def _is_numeric(table: list[Row], name: str) -> bool:
    try:
        return len({float(row[name]) for row in table}) > 5
    except ValueError:
        return False


@fault("trivial_floor", source="priors that beat the baseline", suits=accuracy_of_classes)
def labels_of_one_class(copy: Copy) -> str:
    """Nearly all rows have the same class."""
    train, truth = copy.rows(TRAIN), copy.truth()
    most = max(_values(copy), key=list(truth.values()).count)
    label = truth | {row[copy.key]: row[copy.target] for row in train}
    _relabel(copy, {key: most if copy.rng.random() < 0.8 else value for key, value in label.items()})
    copy.measure()
    return f"four of five rows of other classes became {most!r}"


BY_ID = '''\
"""Reference: reads the rule in the instruction."""

import csv

VALUES = {values!r}
rows = list(csv.DictReader(open("data/test.csv")))
with open("submission.csv", "w") as file:
    print("{key},{target}", file=file)
    for number, row in enumerate(rows):
        answer = VALUES[int(row[{key!r}]) % len(VALUES)] if number % 25 else VALUES[0]
        print(f"{{row[{key!r}]}},{{answer}}", file=file)
'''


@fault(
    "data_needed",
    "leak_order",
    "trivial_floor",
    source="DSGym: many tasks are solved without the data",
    suits=accuracy_of_classes,
)
def labels_by_instruction(copy: Copy) -> str:
    """The answers follow from the ids alone, by a rule that the instruction states."""
    values = _values(copy)
    keys = [row[copy.key] for row in [*copy.rows(TRAIN), *copy.rows(LABELS)]]
    if not all(key.isdigit() for key in keys):
        raise NotApplicable("ids are not numbers")
    _relabel(copy, {key: values[int(key) % len(values)] for key in keys})
    names = ", ".join(f"`{value}`" for value in values)
    copy.append("workspace/instruction.md", f"The answer is the entry `id` modulo {len(values)} of {names}.\n")
    copy.write(REFERENCE, BY_ID.format(values=values, key=copy.key, target=copy.target))
    copy.measure()
    return f"id modulo {len(values)}"
