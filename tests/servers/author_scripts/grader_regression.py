"""Closeness: how near the answers are, on a scale on which a mean error of a standard deviation counts a half."""

import csv
import math
import statistics
from pathlib import Path

TARGET = "target"


def score(submission: Path, labels: list[dict[str, str]]) -> float:
    """1 / (1 + mean absolute error / standard deviation of the true values)."""
    with submission.open(newline="", encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    truth = {row["id"]: float(row[TARGET]) for row in labels}
    given = {row["id"]: float(row[TARGET]) for row in rows}
    if len(given) != len(rows):
        raise ValueError("an id occurs twice")
    missing = truth.keys() - given.keys()
    if missing:
        raise ValueError(f"{len(missing)} ids are missing")
    if not all(math.isfinite(value) for value in given.values()):
        raise ValueError("a value is not a finite number")
    error = statistics.fmean(abs(given[name] - value) for name, value in truth.items())
    return 1 / (1 + error / statistics.pstdev(truth.values()))
