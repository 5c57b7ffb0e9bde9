"""A first try: of each label the one column that goes best with it, in a few steps."""

import csv
import os

import numpy as np

SEED = int(os.environ.get("SEED", "0"))
LABELS = ['high_y1975', 'high_y1985', 'high_y2005']


def read(path):
    """Header and rows of a CSV file of numbers; an empty cell is NaN."""
    with open(path, newline="") as file:
        header, *rows = csv.reader(file)
    return header, np.array([[float(cell) if cell else np.nan for cell in row] for row in rows])

header, train = read("data/train.csv")
features, test = read("data/test.csv")
rng = np.random.default_rng(SEED)
train = train[rng.permutation(len(train))[: max(20, 19 * len(train) // 20)]]
X = np.nan_to_num(train[:, [header.index(name) for name in features[1:]]])
Z = np.nan_to_num(test[:, 1:])


def probabilities(y, rows):
    """Shares of the label among the training rows with a low, middle and high value."""
    strength = [abs(np.corrcoef(x, y)[0, 1]) if x.std() > 0 and y.std() > 0 else 0.0 for x in X.T]
    best = int(np.argmax(strength))
    edges = np.quantile(X[:, best], [1 / 3, 2 / 3])
    shares = np.array([(y[np.digitize(X[:, best], edges) == step].sum() + 1) for step in range(3)])
    sizes = np.array([(np.digitize(X[:, best], edges) == step).sum() + 2 for step in range(3)])
    return (shares / sizes)[np.digitize(rows[:, best], edges)]


answers, right = [], []
for name in LABELS:
    y = train[:, header.index(name)]
    right.append(np.mean((probabilities(y, X) > 0.5) == (y == 1)))
    answers.append(probabilities(y, Z))
print(f"share of right answers on the training rows: {np.mean(right):.4f}")
with open("submission.csv", "w") as out:
    out.write(",".join(["id", *LABELS]) + "\n")
    for row, values in zip(test[:, 0], np.transpose(answers)):
        out.write(",".join([str(int(row)), *(str(int(value > 0.35)) for value in values)]) + "\n")
