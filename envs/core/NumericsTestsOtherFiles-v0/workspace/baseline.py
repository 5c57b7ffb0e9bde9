"""A first try: naive Bayes on the most frequent words."""

import os

import pandas as pd
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import accuracy_score
from sklearn.model_selection import train_test_split
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

SEED = int(os.environ.get("SEED", "0"))

train = pd.read_csv("data/train.csv")
test = pd.read_csv("data/test.csv")
fitted, held_out = train_test_split(train, test_size=0.3, stratify=train["label"], random_state=SEED)

model = make_pipeline(CountVectorizer(max_features=60), MultinomialNB())
model.fit(fitted["text"], fitted["label"])
estimate = accuracy_score(held_out["label"], model.predict(held_out["text"]))
print(f"accuracy on held-out training rows: {estimate:.4f}")

model.fit(train["text"], train["label"])
answers = pd.DataFrame({"id": test["id"], "label": model.predict(test["text"])})
answers.to_csv("submission.csv", index=False)
