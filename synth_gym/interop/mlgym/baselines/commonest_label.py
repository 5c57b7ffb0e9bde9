"""The commonest label of the training set for everyone."""

import csv
from collections import Counter
from pathlib import Path


def rows(path: str) -> list[dict[str, str]]:
    with Path(path).open(newline="") as file:
        return list(csv.DictReader(file))


commonest = Counter(row["Survived"] for row in rows("data/train.csv")).most_common(1)[0][0]
with Path("submission.csv").open("w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["PassengerId", "Survived"])
    writer.writerows([row["PassengerId"], commonest] for row in rows("data/test.csv"))
