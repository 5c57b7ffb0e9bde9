"""Recall of classes: 1 where every row of every class is recognised, 0 where no more than by guessing."""

import csv
import statistics
from pathlib import Path

TARGET = "target"


def score(submission: Path, labels: list[dict[str, str]]) -> float:
    """The mean over the classes of the share of its rows that were recognised, on a scale where guessing is 0."""
    with submission.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    truth = {row["id"]: row[TARGET] for row in labels}
    given = {row["id"]: row[TARGET] for row in rows}
    if len(given) != len(rows):
        raise ValueError("an id occurs twice")
    missing = truth.keys() - given.keys()
    if missing:
        raise ValueError(f"{len(missing)} ids are missing")
    classes = sorted(set(truth.values()))
    if not {given[name] for name in truth} <= set(classes):
        raise ValueError("a value is no class")
    recalls = []
    for one in classes:
        ids = [name for name, label in truth.items() if label == one]
        recalls.append(sum(given[name] == one for name in ids) / len(ids))
    guessing = 1 / len(classes)
    return max(0.0, (statistics.fmean(recalls) - guessing) / (1 - guessing))
