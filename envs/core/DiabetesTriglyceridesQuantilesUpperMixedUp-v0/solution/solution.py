"""Reference: models of place and spread compared by cross-validation; the best two are averaged."""

import csv
import os

import numpy as np

SEED = int(os.environ.get("SEED", "0"))
TARGET, LEVELS, NAMES = "log_triglycerides", np.array((0.5, 0.8, 0.95)), ['q50', 'q80', 'q95']
FOLDS = 5


def read(path):
    """Header and rows of a CSV file of numbers; an empty cell is NaN."""
    with open(path, newline="") as file:
        header, *rows = csv.reader(file)
    return header, np.array([[float(cell) if cell else np.nan for cell in row] for row in rows])

header, train = read("data/train.csv")
features, test = read("data/test.csv")
y = train[:, header.index(TARGET)]
X = train[:, [header.index(name) for name in features[1:]]]
middle, spread = np.nanmedian(X, axis=0), np.nanstd(X, axis=0) + 1e-9
X, Z = ((np.where(np.isnan(rows), middle, rows) - middle) / spread for rows in (X, test[:, 1:]))
Z = np.clip(Z, X.min(axis=0) - 1, X.max(axis=0) + 1)


def expanded(rows, squares):
    return np.column_stack([np.ones(len(rows)), rows, *([rows**2] if squares else [])])


def weights_of(A, target, ridge, weights=None):
    weighted = A if weights is None else A * weights[:, None]
    penalty = ridge * np.eye(A.shape[1])
    penalty[0, 0] = 1e-9
    return np.linalg.solve(weighted.T @ A + penalty, weighted.T @ target)


def constant(X, y, Z):
    """The quantiles of all answers."""
    return np.tile(np.quantile(y, LEVELS), (len(Z), 1))


def even(X, y, Z, ridge, squares):
    """A plane, moved by the quantiles of its errors."""
    A = expanded(X, squares)
    w = weights_of(A, y, ridge)
    leverage = np.einsum("ij,ji->i", A, np.linalg.solve(A.T @ A + ridge * np.eye(A.shape[1]), A.T))
    errors = (y - A @ w) / np.clip(1 - leverage, 0.3, 1)
    return (expanded(Z, squares) @ w)[:, None] + np.quantile(errors, LEVELS)


def spreading(X, y, Z, ridge, squares):
    """A plane, and another for the logarithm of the size of its errors."""
    A, B = expanded(X, squares), expanded(Z, squares)
    w = weights_of(A, y, ridge)
    errors = y - A @ w
    size = np.log(np.abs(errors) + 0.05 * np.std(errors))
    v = weights_of(A, size, 10 * ridge + 5)
    scale, wide = np.exp(A @ v), np.exp(np.clip(B @ v, size.min(), size.max()))
    return (B @ w)[:, None] + wide[:, None] * np.quantile(errors / scale, LEVELS)


def planes(X, y, Z, ridge):
    """A plane for each quantile, by weighting errors above and below (iterated least squares)."""
    A, B = expanded(X, False), expanded(Z, False)
    columns = []
    for level in LEVELS:
        w = weights_of(A, y, ridge)
        for _ in range(25):
            errors = y - A @ w
            weights = np.where(errors > 0, level, 1 - level) / np.maximum(np.abs(errors), 1e-3 * np.std(y))
            w = weights_of(A, y, ridge * weights.mean(), weights)
        columns.append(B @ w)
    return np.sort(np.column_stack(columns), axis=1)


def neighbours(X, y, Z, count):
    """The quantiles of the nearest rows' answers."""
    strength = np.array([abs(np.corrcoef(x, y)[0, 1]) if x.std() > 0 else 0.0 for x in X.T]) + 0.02
    distance = (((Z[:, None, :] - X[None, :, :]) * strength) ** 2).sum(axis=2)
    near = np.argsort(distance, axis=1)[:, : min(count, len(y))]
    return np.quantile(y[near], LEVELS, axis=1).T


def mixed(X, y, Z, ridge, count):
    """A plane, and the quantiles of the nearest rows' errors."""
    A = expanded(X, False)
    w = weights_of(A, y, ridge)
    return (expanded(Z, False) @ w)[:, None] + neighbours(X, y - A @ w, Z, count)


APPROACHES = {
    "constant": constant,
    "plane": lambda *data: even(*data, 1.0, False),
    "cautious plane": lambda *data: even(*data, 30.0, False),
    "squares": lambda *data: even(*data, 3.0, True),
    "plane with spread": lambda *data: spreading(*data, 1.0, False),
    "squares with spread": lambda *data: spreading(*data, 3.0, True),
    "quantile planes": lambda *data: planes(*data, 0.5),
    "cautious quantile planes": lambda *data: planes(*data, 5.0),
    "nearest rows": lambda *data: neighbours(*data, 30),
    "plane and nearest rows": lambda *data: mixed(*data, 1.0, 50),
}


def loss(truth, guess):
    above = truth[:, None] - guess
    return np.maximum(LEVELS * above, (LEVELS - 1) * above).mean()


folds = np.random.default_rng(SEED).permutation(len(y)) % FOLDS
losses = {
    name: np.mean([loss(y[folds == f], fit(X[folds != f], y[folds != f], X[folds == f])) for f in range(FOLDS)])
    for name, fit in APPROACHES.items()
}
for name, value in losses.items():
    print(f"approach {name}: {-value:.6f}")
best = sorted(losses, key=losses.get)[:2]
answers = np.mean([APPROACHES[name](X, y, Z) for name in best], axis=0)

with open("submission.csv", "w") as out:
    out.write(",".join(["id", *NAMES]) + "\n")
    for row, values in zip(test[:, 0], answers):
        out.write(",".join([str(int(row)), *(f"{value:.6g}" for value in values)]) + "\n")
