"""Reference: several ways of filling, tried on known values that are hidden for a moment; the best two are averaged."""

import csv
import os

import numpy as np

SEED = int(os.environ.get("SEED", "0"))


def read(path):
    """The table with its holes as NaN, and the names of its columns."""
    with open(path, newline="") as file:
        cells = list(csv.DictReader(file))
    names = sorted({cell["column"] for cell in cells})
    values = np.full((1 + max(int(cell["row"]) for cell in cells), len(names)), np.nan)
    for cell in cells:
        values[int(cell["row"]), names.index(cell["column"])] = float(cell["value"])
    return names, values

names, values = read("data/train.csv")


def means(holed):
    return np.where(np.isnan(holed), np.nanmean(holed, axis=0), holed)


def regressions(holed, ridge, rounds=8):
    """Each column from all others, again and again, starting from the means."""
    missing, filled = np.isnan(holed), means(holed)
    for _ in range(rounds):
        for target in range(filled.shape[1]):
            rows = ~missing[:, target]
            if rows.all():
                continue
            X = np.column_stack([np.ones(len(filled)), np.delete(filled, target, axis=1)])
            penalty = ridge * np.eye(X.shape[1])
            weights = np.linalg.solve(X[rows].T @ X[rows] + penalty, X[rows].T @ filled[rows, target])
            filled[~rows, target] = X[~rows] @ weights
    return np.clip(filled, np.nanmin(holed) - 1, np.nanmax(holed) + 1)


def neighbours(holed, count):
    """The mean of the rows that are nearest in what both know."""
    known, zeros, filled = ~np.isnan(holed), np.nan_to_num(holed), means(holed)
    for row in np.flatnonzero((~known).any(axis=1)):
        shared = known & known[row]
        distance = (((zeros - zeros[row]) ** 2) * shared).sum(axis=1) / np.maximum(shared.sum(axis=1), 0.5)
        distance[row] = np.inf
        order = np.argsort(distance)
        for target in np.flatnonzero(~known[row]):
            near = order[known[order, target]][:count]
            filled[row, target] = np.average(holed[near, target], weights=1 / (distance[near] + 0.1))
    return filled


def both(holed, ridge, count):
    """Neighbours among the rows as regressions filled them: what is curved is seen too."""
    missing, filled = np.isnan(holed), regressions(holed, ridge)
    result = filled.copy()
    for row in np.flatnonzero(missing.any(axis=1)):
        distance = ((filled - filled[row]) ** 2).sum(axis=1)
        distance[row] = np.inf
        order = np.argsort(distance)
        for target in np.flatnonzero(missing[row]):
            near = order[~missing[order, target]][:count]
            result[row, target] = 0.5 * filled[row, target] + 0.5 * holed[near, target].mean()
    return result


APPROACHES = {
    "means": means,
    "regressions": lambda holed: regressions(holed, 0.5),
    "cautious regressions": lambda holed: regressions(holed, 30.0),
    "neighbours": lambda holed: neighbours(holed, 8),
    "regressions and neighbours": lambda holed: both(holed, 2.0, 6),
}


def error(truth, guess):
    return np.abs(truth - guess).mean()


rng = np.random.default_rng(SEED)
hidden = ~np.isnan(values) & (rng.random(values.shape) < 0.1)
holed = np.where(hidden, np.nan, values)
errors = {name: error(values[hidden], fill(holed)[hidden]) for name, fill in APPROACHES.items()}
for name, value in errors.items():
    print(f"approach {name}: {-value:.4f}")
best = sorted(errors, key=errors.get)[:2]
filled = np.mean([APPROACHES[name](values) for name in best], axis=0)

with open("data/test.csv", newline="") as file, open("submission.csv", "w") as out:
    out.write("id,value\n")
    for hole in csv.DictReader(file):
        out.write(f"{hole['id']},{filled[int(hole['row']), names.index(hole['column'])]:.5f}\n")
