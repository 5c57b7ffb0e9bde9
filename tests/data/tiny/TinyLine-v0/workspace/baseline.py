"""Predicts the mean of the training targets for every test row."""
import csv

train = list(csv.DictReader(open("data/train.csv")))
test = list(csv.DictReader(open("data/test.csv")))
mean = sum(float(row["y"]) for row in train) / len(train)
with open("submission.csv", "w", newline="") as file:
    writer = csv.writer(file)
    writer.writerow(["id", "y"])
    writer.writerows([row["id"], mean] for row in test)
print(f"predicted {mean:.3f} for {len(test)} rows")
