"""Reference: a ridge regression on products of columns and boosted trees, averaged."""

import os

import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor, make_column_selector, make_column_transformer
from sklearn.ensemble import ExtraTreesRegressor, HistGradientBoostingRegressor
from sklearn.impute import SimpleImputer
from sklearn.linear_model import RidgeCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

SEED = int(os.environ.get("SEED", "0"))
TARGET = "target"
METRIC = "rmse"
LOSS = "absolute_error" if METRIC == "mae" else "squared_error"

train = pd.read_csv("data/train.csv")
test = pd.read_csv("data/test.csv")
features = [name for name in test.columns if name != "id"]


def prepared(model):
    """The model behind imputation, scaling and one-hot columns; for `rmsle` it learns logarithms."""
    numbers = make_pipeline(SimpleImputer(strategy="median"), StandardScaler())
    words = OneHotEncoder(handle_unknown="ignore", min_frequency=2, sparse_output=False)
    columns = make_column_transformer(
        (numbers, make_column_selector(dtype_include="number")), (words, make_column_selector(dtype_exclude="number"))
    )
    whole = make_pipeline(columns, model)
    if METRIC == "rmsle":
        whole = TransformedTargetRegressor(whole, func=np.log1p, inverse_func=np.expm1)
    return whole.fit(train[features], train[TARGET])


models = [
    prepared(RidgeCV(np.logspace(-2, 4, 13))),
    prepared(ExtraTreesRegressor(200, min_samples_leaf=2, max_features=0.5, random_state=SEED)),
    prepared(HistGradientBoostingRegressor(loss=LOSS, max_iter=80, max_leaf_nodes=8, random_state=SEED)),
]
predictions = np.mean([model.predict(test[features]) for model in models], axis=0)
if METRIC == "rmsle":
    predictions = predictions.clip(min=0)
pd.DataFrame({"id": test["id"], TARGET: predictions}).to_csv("submission.csv", index=False)
