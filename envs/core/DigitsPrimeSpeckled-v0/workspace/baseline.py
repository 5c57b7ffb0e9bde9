"""A first try: a decision tree on the pixels."""

import os

import pandas as pd
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

SEED = int(os.environ.get("SEED", "0"))
TARGET = "prime"

train = pd.read_csv("data/train.csv")
test = pd.read_csv("data/test.csv")
pixels = test.columns.drop("id")
fitted, held_out = train_test_split(train, test_size=0.3, random_state=SEED)

model = DecisionTreeClassifier(max_depth=8, random_state=SEED)
model.fit(fitted[pixels], fitted[TARGET])
estimate = accuracy_score(held_out[TARGET], model.predict(held_out[pixels]))
print(f"accuracy on held-out training images: {estimate:.4f}")

model.fit(train[pixels], train[TARGET])
answers = pd.DataFrame({"id": test["id"], TARGET: model.predict(test[pixels])})
answers.to_csv("submission.csv", index=False)
