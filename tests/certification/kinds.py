"""A small classification challenge, made of numbers drawn here, that tests spoil."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synth_gym.schema import to_yaml

CLASSES = ("ash", "birch", "cedar")
INSTRUCTION = """\
# Kinds of trees

## Task
Predict the `kind`.

## Data
- `data/train.csv`: 150 rows with the answer.
- `data/test.csv`: 120 rows without it.

| column | type | meaning |
|---|---|---|
| `id` | integer | Names the row. |
| `height` | number | Metres. |
| `girth` | number | Metres. |
| `leaf` | number | Centimetres. |
| `kind` | category | One of `ash`, `birch`, `cedar`. |

## Submission
Write `submission.csv` with the columns `id` and `kind`, one row for each row of `data/test.csv`.

## Metric
`accuracy`, higher is better.
"""

_COMMON = """\
import csv
train = list(csv.DictReader(open("data/train.csv")))
test = list(csv.DictReader(open("data/test.csv")))

def nearest(row, names):
    found = {}
    for kind in sorted({one["kind"] for one in train}):
        own = [one for one in train if one["kind"] == kind]
        middle = [sum(float(one[name]) for one in own) / len(own) for name in names]
        found[kind] = sum((float(row[name]) - value) ** 2 for name, value in zip(names, middle))
    return min(found, key=found.get)

with open("submission.csv", "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["id", "kind"])
"""
BASELINE = (
    f'"""Nearest mean height."""\n{_COMMON}'
    '    writer.writerows([row["id"], nearest(row, ["height"])] for row in test)\n'
)
SOLUTION = (
    f'"""Nearest mean of everything."""\n{_COMMON}'
    '    writer.writerows([row["id"], nearest(row, ["height", "girth", "leaf"])] for row in test)\n'
)

Row = dict[str, Any]


@dataclass
class Kinds:
    """Rows of the challenge; change them, then `write`."""

    train: list[Row]
    test: list[Row]
    """With their answers, and which split they belong to."""
    extra: dict[str, str | bytes] = field(default_factory=dict)
    """More files of the workspace."""

    def add(self, name: str, value: Callable[[Row], object], *, train: bool = True) -> Kinds:
        """One more column in the test rows, and in the training rows."""
        for row in (*self.test, *(self.train if train else ())):
            row[name] = value(row)
        return self

    @property
    def answers(self) -> list[str]:
        return [row["kind"] for row in self.test]


def drawn(seed: int = 1) -> Kinds:
    """Rows in random order, with random ids."""
    draw = random.Random(seed)
    ids = draw.sample(range(1000, 9999), 270)
    rows = [_row(one, draw) for one in ids]
    return Kinds(rows[:150], rows[150:])


def _row(number: int, draw: random.Random) -> Row:
    kind = draw.randrange(3)
    values = {name: round(draw.gauss(kind, 0.8), 3) for name in ("height", "girth", "leaf")}
    return {"id": number, **values, "kind": CLASSES[kind], "split": draw.choice(["public", "private", "private"])}


def write(kinds: Kinds, folder: Path) -> Path:
    """A challenge directory; its scores are stand-ins that tests replace by measured ones where they matter."""
    features = [name for name in kinds.test[0] if name not in ("kind", "split")]
    shared = [name for name in kinds.train[0] if name not in ("kind", "split")]
    _table(folder / "workspace/data/train.csv", [*shared, "kind"], kinds.train)
    _table(folder / "workspace/data/test.csv", features, kinds.test)
    _table(folder / "grader/labels.csv", ["id", "kind", "split"], kinds.test)
    texts: dict[str, str | bytes] = {
        "challenge.yaml": to_yaml(_spec(folder)),
        "workspace/instruction.md": INSTRUCTION,
        "workspace/baseline.py": BASELINE,
        "solution/solution.py": SOLUTION,
        **{f"workspace/{name}": text for name, text in kinds.extra.items()},
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
    return folder


def _table(path: Path, header: Sequence[str], rows: Sequence[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, header, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def _spec(folder: Path) -> dict[str, Any]:
    def scores(mean: float) -> dict[str, Any]:
        return {"command": "c", "seeds": [0], "public": [mean], "private": [mean], "mean": mean, "sd": 0.0}

    return {
        "id": folder.name.removesuffix("-v0"),
        "title": "Kinds of trees",
        "family": "tabular-classification",
        "dataset": {
            "source": "none",
            "id": "trees",
            "revision": "1",
            "licence": "CC0-1.0",
            "content_hash": f"sha256:{'0' * 64}",
        },
        "metric": {"name": "accuracy", "direction": "maximize", "optimum": 1.0, "worst": 0.0},
        "submission": {"kind": "predictions", "columns": {"kind": {"type": "category", "values": list(CLASSES)}}},
        "limits": {"command_seconds": 10.0, "validations": 3},
        "baseline": scores(0.5),
        "reference": scores(0.9),
        "provenance": {"generator": "hand", "seed": 1, "created": "2026-11-23", "tool_version": "0.1.0"},
    }
