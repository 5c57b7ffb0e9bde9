"""A first try: the last season over again."""

import os

import numpy as np
import pandas as pd
from sklearn.metrics import mean_pinball_loss

SEED = int(os.environ.get("SEED", "0"))
TARGET = "co2"
PERIOD = 12
QUANTILE = 0.8

train = pd.read_csv("data/train.csv")
test = pd.read_csv("data/test.csv")
known = train.set_index("step")[TARGET]


def forecast(history, steps):
    """The last PERIOD values of the history, repeated over the steps."""
    season = history.reindex(range(history.index[-1] - PERIOD + 1, history.index[-1] + 1)).ffill().bfill().to_numpy()
    return season[(np.asarray(steps) - history.index[-1] - 1) % PERIOD]


# An estimate: forecast as far ahead from a few random points of the past.
rng = np.random.default_rng(SEED)
earliest, latest = known.index[-1] // 2 + known.index[0] // 2, known.index[-1] - len(test) // 2
truths, forecasts = [], []
for origin in rng.integers(earliest, latest, size=5):
    past, future = known.loc[:origin], known.loc[origin + 1 : origin + len(test)]
    truths.append(future.to_numpy())
    forecasts.append(forecast(past, future.index))
truths, forecasts = np.concatenate(truths), np.concatenate(forecasts)
shift = np.quantile(truths - forecasts, QUANTILE)  # lifts the forecast to the wanted quantile
print(f"pinball in the past: {mean_pinball_loss(truths, forecasts + shift, alpha=QUANTILE):.4f}")

answers = pd.DataFrame({"id": test["id"], TARGET: forecast(known, test["step"]) + shift})
answers.to_csv("submission.csv", index=False)
