"""Reference: several measures of oddness, compared on training rows that are spoilt on purpose; the best are averaged."""

import csv
import os

import numpy as np

SEED = int(os.environ.get("SEED", "0"))


def read(path):
    """Header and rows of a CSV file of numbers; an empty cell is NaN."""
    with open(path, newline="") as file:
        header, *rows = csv.reader(file)
    return header, np.array([[float(cell) if cell else np.nan for cell in row] for row in rows])

_, train = read("data/train.csv")
_, test = read("data/test.csv")
rng = np.random.default_rng(SEED)


def largest(known, rows):
    return (np.abs(rows - known.mean(axis=0)) / (known.std(axis=0) + 1e-9)).max(axis=1)


def covariance(known, rows, ridge=0.05):
    """Mahalanobis distance."""
    centred = rows - known.mean(axis=0)
    inverse = np.linalg.inv(np.cov(known.T) + ridge * np.eye(known.shape[1]))
    return np.sqrt(np.einsum("ij,jk,ik->i", centred, inverse, centred))


def trimmed(known, rows):
    """Mahalanobis distance to the tamer part of the rows."""
    tame = known[np.argsort(covariance(known, known))[: max(3 * known.shape[1], 8 * len(known) // 10)]]
    return covariance(tame, rows, 0.02)


def nearest(known, rows, count=5):
    """Distance to the nearest known rows; a row is not its own neighbour."""
    distance = np.sqrt(((rows[:, None, :] - known[None, :, :]) ** 2).sum(axis=2))
    distance[distance == 0] = np.inf
    return np.sort(distance, axis=1)[:, :count].mean(axis=1)


def residuals(known, rows):
    """What each column's value lacks of what the others foretell, in standard deviations."""
    total = np.zeros(len(rows))
    for target in range(known.shape[1]):
        X = np.column_stack([np.ones(len(known)), np.delete(known, target, axis=1)])
        Z = np.column_stack([np.ones(len(rows)), np.delete(rows, target, axis=1)])
        weights = np.linalg.solve(X.T @ X + 3.0 * np.eye(X.shape[1]), X.T @ known[:, target])
        spread = (known[:, target] - X @ weights).std() + 0.02
        total += np.minimum(np.abs(rows[:, target] - Z @ weights) / spread, 6.0)
    return total


APPROACHES = {
    "largest distance": largest,
    "covariance": covariance,
    "trimmed covariance": trimmed,
    "nearest rows": nearest,
    "residuals": residuals,
}


def spoilt(rows):
    """Rows as they are when they are odd, as far as the instruction tells."""
    return np.where(rng.random(rows.shape) < 0.25, 2.2 * rows, rows)


X = train[:, 1:]
order = rng.permutation(len(X))
known, held = X[order[: 2 * len(X) // 3]], X[order[2 * len(X) // 3 :]]
scores = {}
for name, oddness in APPROACHES.items():
    odd, even = oddness(known, spoilt(held)), oddness(known, held)
    scores[name] = np.mean(odd[:, None] > even[None, :])
    print(f"approach {name}: {scores[name]:.4f}")
best = sorted(scores, key=scores.get, reverse=True)[:2]
answers = np.mean([np.argsort(np.argsort(APPROACHES[name](X, test[:, 1:]))) for name in best], axis=0)
with open("submission.csv", "w") as out:
    out.write("id,odd\n")
    for row, value in zip(test[:, 0], answers):
        out.write(f"{int(row)},{value:.5f}\n")
