"""Reference: weighted words and character n-grams behind linear models, compared by cross-validation."""

import os

import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

SEED = int(os.environ.get("SEED", "0"))

train = pd.read_csv("data/train.csv")
test = pd.read_csv("data/test.csv")

words = TfidfVectorizer(sublinear_tf=True, token_pattern=r"[A-Za-z]+|[^\sA-Za-z]+")
characters = TfidfVectorizer(sublinear_tf=True, analyzer="char_wb", ngram_range=(2, 4), min_df=2, max_features=20000)
candidates = {
    "support vectors, C = 0.1": LinearSVC(C=0.1, class_weight="balanced", random_state=SEED),
    "support vectors, C = 1": LinearSVC(C=1.0, class_weight="balanced", random_state=SEED),
    "logistic regression": LogisticRegression(C=10.0, max_iter=500, class_weight="balanced"),
    "complement naive Bayes": ComplementNB(alpha=0.3),
}

features = make_union(words, characters)
X = features.fit_transform(train["text"])
folds = StratifiedKFold(3, shuffle=True, random_state=SEED)
scores = {
    name: cross_val_score(model, X, train["label"], cv=folds, scoring="f1_macro").mean()
    for name, model in candidates.items()
}
for name in sorted(scores, key=scores.get, reverse=True):
    print(f"approach {name}: {scores[name]:.4f}")

model = candidates[max(scores, key=scores.get)].fit(X, train["label"])
answers = pd.DataFrame({"id": test["id"], "label": model.predict(features.transform(test["text"]))})
answers.to_csv("submission.csv", index=False)
