"""Reference: words and pieces of words, weighted, in a logistic regression."""

import os

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

SEED = int(os.environ.get("SEED", "0"))
TARGET = "target"
METRIC = "accuracy"
WEIGHTS = "balanced" if METRIC in ("balanced_accuracy", "macro_f1", "recall_of_classes") else None

train = pd.read_csv("data/train.csv")
test = pd.read_csv("data/test.csv")
features = [name for name in test.columns if name != "id"]


def texts(rows):
    return rows[features].fillna("").astype(str).agg(" ".join, axis=1)


pieces = make_union(
    TfidfVectorizer(sublinear_tf=True, min_df=2),
    TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 4), sublinear_tf=True, min_df=3, max_features=20_000),
)
model = make_pipeline(pieces, LogisticRegression(C=10, max_iter=500, class_weight=WEIGHTS, random_state=SEED))
model.fit(texts(train), train[TARGET])

if METRIC == "log_loss":
    answers = pd.DataFrame(model.predict_proba(texts(test)), columns=model.classes_)
else:
    answers = pd.DataFrame({TARGET: model.predict(texts(test))})
answers.insert(0, "id", test["id"])
answers.to_csv("submission.csv", index=False)
