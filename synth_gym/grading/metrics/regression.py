"""Metrics of predicted numbers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from synth_gym.grading.faults import LabelsUnusable, SubmissionRejected
from synth_gym.grading.metrics.base import Floats, distinct_truth


def rmse(truth: Floats, prediction: Floats) -> float:
    """Root of the mean squared error, in the target's unit."""
    return float(np.sqrt(np.mean((prediction - truth) ** 2)))


def mae(truth: Floats, prediction: Floats) -> float:
    """Mean absolute error, in the target's unit."""
    return float(np.mean(np.abs(prediction - truth)))


def r2(truth: Floats, prediction: Floats) -> float:
    """Share of the variance explained: `1 - sum (t - p)^2 / sum (t - mean t)^2`.

    Raises:
        LabelsUnusable: all true values are equal.
    """
    distinct_truth(truth, "r2")
    return float(1 - np.sum((truth - prediction) ** 2) / np.sum((truth - np.mean(truth)) ** 2))


def rmsle(truth: Floats, prediction: Floats) -> float:
    """Root of the mean squared error of `log(1 + value)`; for counts and amounts.

    Raises:
        SubmissionRejected: a negative prediction.
        LabelsUnusable: a negative true value.
    """
    if bool(np.any(truth < 0)):
        raise LabelsUnusable("rmsle needs true values that are not negative")
    negative = prediction[prediction < 0]
    if negative.size:
        raise SubmissionRejected(f"predictions must not be negative; {negative.size} are (one is {negative[0]:.6g})")
    return rmse(np.log1p(truth), np.log1p(prediction))


def smape(truth: Floats, prediction: Floats) -> float:
    """Symmetric mean absolute percentage error: mean of `200 |p - t| / (|t| + |p|)`, from 0 to 200.

    The form of the M4 competition (Makridakis et al. 2020). A row where both are 0 is right and counts as 0.
    """
    size = np.abs(truth) + np.abs(prediction)
    return float(np.mean(200 * np.abs(prediction - truth) / np.where(size > 0, size, 1)))


def mase(truth: Floats, prediction: Floats, *, scale: float) -> float:
    """Mean absolute scaled error (Hyndman and Koehler 2006): `mae / scale`.

    Args:
        truth: shape `(rows,)`.
        prediction: shape `(rows,)`.
        scale: mean absolute error of the (seasonal) naive forecast on the training series, in the target's unit.

    Raises:
        LabelsUnusable: `scale` is not positive, as for a constant series.
    """
    if not scale > 0:
        raise LabelsUnusable(f"mase needs a positive scale, not {scale}")
    return mae(truth, prediction) / scale


def pinball(truth: Floats, prediction: Floats, *, quantile: float) -> float:
    """Mean quantile loss (Koenker and Bassett 1978).

    `q (t - p)` where the truth lies above the prediction, `(1 - q) (p - t)` where it lies below.

    Args:
        truth: shape `(rows,)`.
        prediction: shape `(rows,)`.
        quantile: q, between 0 and 1.

    Raises:
        LabelsUnusable: the quantile is not between 0 and 1.
    """
    if not 0 < quantile < 1:
        raise LabelsUnusable(f"pinball needs a quantile between 0 and 1, not {quantile}")
    above = truth - prediction
    return float(np.mean(np.maximum(quantile * above, (quantile - 1) * above)))


def mean_pinball(truth: Floats, prediction: Floats, *, quantiles: Sequence[float]) -> float:
    """Mean over several quantiles of the quantile loss: half of the quantile-weighted CRPS (Gneiting and Ranjan 2011).

    Args:
        truth: shape `(rows, quantiles)`; the true value stands in every column.
        prediction: same shape; one column for each quantile.
        quantiles: one for each column, in its order, between 0 and 1.

    Raises:
        LabelsUnusable: not as many quantiles as columns, or one that is not between 0 and 1.
    """
    if len(quantiles) != truth.shape[1]:
        raise LabelsUnusable(f"mean_pinball needs {truth.shape[1]} quantiles, one for each column")
    losses = [pinball(truth[:, n], prediction[:, n], quantile=one) for n, one in enumerate(quantiles)]
    return float(np.mean(losses))


def mean_columnwise_rmse(truth: Floats, prediction: Floats) -> float:
    """Mean over the columns of each one's root mean squared error; arrays of shape `(rows, columns)`."""
    return float(np.mean(np.sqrt(np.mean((prediction - truth) ** 2, axis=0))))
