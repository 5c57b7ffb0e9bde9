"""Reference: models of different kinds compared by cross-validation; the best are averaged."""

import os

import numpy as np
import pandas as pd
from sklearn.compose import make_column_selector, make_column_transformer
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import QuantileRegressor
from sklearn.metrics import make_scorer, mean_pinball_loss
from sklearn.model_selection import KFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, PolynomialFeatures, StandardScaler

SEED = int(os.environ.get("SEED", "0"))
TARGET = "proline"
FOLDS = 3
KEEP = 2
QUANTILE = 0.8
SCORING = make_scorer(mean_pinball_loss, alpha=QUANTILE, greater_is_better=False)

train = pd.read_csv("data/train.csv")
test = pd.read_csv("data/test.csv")
X, y = train.drop(columns=["id", TARGET]), train[TARGET]


def prepared(model, degree=1):
    """The model behind imputation, scaling, products of columns and one-hot columns."""
    products = PolynomialFeatures(degree, include_bias=False)
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler(), products, StandardScaler())
    words = OneHotEncoder(handle_unknown="ignore", min_frequency=2, sparse_output=False)
    columns = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")), (words, make_column_selector(dtype_exclude="number"))
    )
    return make_pipeline(columns, model)


candidates = {
    "linear quantiles": prepared(QuantileRegressor(quantile=QUANTILE, alpha=0.0)),
    "linear quantiles, sparse": prepared(QuantileRegressor(quantile=QUANTILE, alpha=0.01)),
    "quadratic quantiles": prepared(QuantileRegressor(quantile=QUANTILE, alpha=0.01), degree=2),
    **{
        f"gradient boosting, depth {depth}": prepared(
            GradientBoostingRegressor(
                loss="quantile", alpha=QUANTILE, n_estimators=120, learning_rate=0.05, max_depth=depth, subsample=0.7,
                min_samples_leaf=9, random_state=SEED
            )
        )
        for depth in (2, 3)
    },
}

folds = KFold(FOLDS, shuffle=True, random_state=SEED)
scores = {name: cross_val_score(model, X, y, cv=folds, scoring=SCORING).mean() for name, model in candidates.items()}
for name in sorted(scores, key=scores.get, reverse=True):
    print(f"approach {name}: {scores[name]:.6g}")

best = sorted(scores, key=scores.get, reverse=True)[:KEEP]
predictions = np.mean([candidates[name].fit(X, y).predict(test[X.columns]) for name in best], axis=0)
pd.DataFrame({"id": test["id"], TARGET: predictions}).to_csv("submission.csv", index=False)
