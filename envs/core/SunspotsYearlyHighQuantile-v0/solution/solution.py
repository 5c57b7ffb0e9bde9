"""Reference: models of trend, season and memory compared by forecasts from earlier points of the series."""

import os

import numpy as np
import pandas as pd
from sklearn.linear_model import Ridge
from sklearn.metrics import mean_pinball_loss

SEED = int(os.environ.get("SEED", "0"))
TARGET = "sunspots"
PERIOD = 11
QUANTILE = 0.9
ORIGINS = 6

train = pd.read_csv("data/train.csv")
test = pd.read_csv("data/test.csv")
known = train.set_index("step")[TARGET]
known = known.reindex(range(known.index[0], known.index[-1] + 1)).interpolate()
HORIZON = int(test["step"].max() - known.index[-1])


def waves(steps, harmonics):
    """Sine and cosine of the season."""
    angles = 2 * np.pi * np.outer(steps, np.arange(1, harmonics + 1)) / PERIOD
    return np.hstack([np.sin(angles), np.cos(angles)])


def regression(history, window, trend):
    """Level, trend and season of the last `window` values, extended; the error at the end fades out."""
    recent = history.iloc[-window:]
    ahead = np.arange(history.index[-1] + 1, history.index[-1] + HORIZON + 1)
    harmonics = min(4, PERIOD // 2)

    def columns(steps):
        line = (np.asarray(steps)[:, None] - history.index[-1]) / window
        return np.hstack([line * trend, waves(steps, harmonics)])

    model = Ridge(alpha=0.01).fit(columns(recent.index), recent)
    last_errors = (recent - model.predict(columns(recent.index))).iloc[-max(2, PERIOD // 2) :]
    return model.predict(columns(ahead)) + last_errors.mean() * 0.9 ** np.arange(HORIZON)


def autoregression(history, lags, differenced):
    """The next value from the last `lags` ones, again and again."""
    values = np.diff(history) if differenced else history.to_numpy()
    if len(values) < 2 * lags:
        return np.full(HORIZON, history.iloc[-1])
    past = np.lib.stride_tricks.sliding_window_view(values, lags)
    model = Ridge(alpha=values.var()).fit(past[:-1], values[lags:])
    window = np.concatenate([values[-lags:], np.empty(HORIZON)])
    for step in range(HORIZON):
        window[lags + step] = window[step : lags + step] @ model.coef_ + model.intercept_
    future = window[lags:]
    return history.iloc[-1] + future.cumsum() if differenced else future


def drift(history, window):
    """The last season, moving on by the mean change of the last `window` values."""
    season = history.iloc[-PERIOD:].to_numpy()
    window = min(window, len(history) - PERIOD)
    change = (history.iloc[-PERIOD:].mean() - history.iloc[-PERIOD - window : -window].mean()) / window
    ahead = np.arange(HORIZON)
    return season[ahead % PERIOD] + change * (ahead // PERIOD + 1) * PERIOD


windows = [window for window in (20, 40, 80, 160, 400) if PERIOD * 3 <= window <= len(known) // 2] or [len(known) // 2]
candidates = {
    **{f"regression, {w} values, trend {t}": (regression, (w, t)) for w in windows for t in (0, 1)},
    **{f"autoregression, {p} lags": (autoregression, (p, False)) for p in (1, 3, PERIOD + 1, 2 * PERIOD + 2)},
    **{f"autoregression of changes, {p} lags": (autoregression, (p, True)) for p in (1, 4, PERIOD + 1)},
    **{f"drift, {w} values": (drift, (w,)) for w in windows},
}


def error(truth, forecast):
    return mean_pinball_loss(truth, forecast, alpha=QUANTILE)


first = max(len(known) // 3, len(known) - ORIGINS * HORIZON)
origins = np.linspace(first, len(known) - HORIZON, ORIGINS).astype(int)
truths = np.array([known.iloc[origin : origin + HORIZON] for origin in origins])
trials = {
    name: np.array([model(known.iloc[:origin], *arguments) for origin in origins])
    for name, (model, arguments) in candidates.items()
}
# The spread of errors grows with the distance: one shift for each third of the horizon.
thirds = np.arange(HORIZON) * 3 // HORIZON
shifts = {
    name: np.array([np.quantile((truths - trial)[:, thirds == third], QUANTILE) for third in range(3)])[thirds]
    for name, trial in trials.items()
}
trials = {name: trial + shifts[name] for name, trial in trials.items()}
errors = {name: error(truths.ravel(), trial.ravel()) for name, trial in trials.items()}
for name in sorted(errors, key=errors.get)[:6]:
    print(f"approach {name}: {-errors[name]:.6g}")

best = sorted(errors, key=errors.get)[:3]
forecasts = [candidates[name][0](known, *candidates[name][1]) + shifts[name] for name in best]
future = np.mean(forecasts, axis=0)

answers = pd.DataFrame({"id": test["id"], TARGET: future[test["step"] - known.index[-1] - 1]})
answers.to_csv("submission.csv", index=False)
