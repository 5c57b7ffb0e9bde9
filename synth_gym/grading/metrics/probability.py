"""Metrics of predicted probabilities."""

from __future__ import annotations

import math

import numpy as np

from synth_gym.grading.faults import LabelsUnusable, SubmissionRejected
from synth_gym.grading.metrics.base import Floats

SMALLEST_PROBABILITY = 1e-15
"""What `log_loss` takes a smaller probability for, so that one sure mistake costs 34.5 and not infinity."""

SUM_TOLERANCE = 0.01
"""How far the sum of a row's probabilities may be from one: room for rounding. The row is then rescaled."""


def log_loss(truth: Floats, prediction: Floats) -> float:
    """Mean of `-log(probability of the true class)`, in nats.

    Args:
        truth: shape `(rows, 1)` with 0 and 1, or `(rows, classes)` with a 1 in the true class's column and 0 elsewhere.
        prediction: same shape; one column holds the probability of 1. Rows of several columns are divided by their sum.

    Raises:
        SubmissionRejected: a probability outside 0 to 1, or a row that does not sum to one.
        LabelsUnusable: true values other than that.
    """
    if truth.shape[1] == 1:
        truth, prediction = np.hstack([1 - truth, truth]), np.hstack([1 - prediction, prediction])
    if not bool(np.all(np.isin(truth, (0, 1)) & (truth.sum(axis=1, keepdims=True) == 1))):
        raise LabelsUnusable("log_loss needs true values 0 and 1, with one 1 in every row of several columns")
    _check_probabilities(prediction)
    total = prediction.sum(axis=1)
    off = np.flatnonzero(np.abs(total - 1) > SUM_TOLERANCE)
    if len(off):
        example = f"one sums to {total[off[0]]:.4g}"
        raise SubmissionRejected(f"each row's probabilities must sum to 1; in {len(off)} rows they do not ({example})")
    chosen = np.sum(np.where(truth == 1, prediction, 0), axis=1) / total
    return float(np.mean(-np.log(np.maximum(chosen, SMALLEST_PROBABILITY))) + 0.0)


def bits_per_character(truth: Floats, prediction: Floats) -> float:
    """Mean of `-log2(probability of the true class)`: what a perfect code needs for a symbol (Shannon 1948).

    Arrays and faults as those of `log_loss`, which is the same in nats.
    """
    return log_loss(truth, prediction) / math.log(2)


def columnwise_log_loss(truth: Floats, prediction: Floats) -> float:
    """Mean over the columns of the log loss of each one's yes or no (the metric of several multi-label contests).

    Args:
        truth: shape `(rows, columns)` with 0 and 1; any number of 1 in a row.
        prediction: same shape; each column holds a probability of 1.

    Raises:
        SubmissionRejected: a probability outside 0 to 1.
        LabelsUnusable: a true value that is neither 0 nor 1.
    """
    return float(np.mean([log_loss(truth[:, [n]], prediction[:, [n]]) for n in range(truth.shape[1])]))


def brier(truth: Floats, prediction: Floats) -> float:
    """Mean squared distance of the probability of 1 from the true 0 or 1 (Brier 1950, for two classes).

    Raises:
        SubmissionRejected: a probability outside 0 to 1.
        LabelsUnusable: a true value that is neither 0 nor 1.
    """
    if not bool(np.all(np.isin(truth, (0, 1)))):
        raise LabelsUnusable("brier needs true values 0 and 1")
    _check_probabilities(prediction)
    return float(np.mean((prediction - truth) ** 2))


def _check_probabilities(prediction: Floats) -> None:
    outside = prediction[(prediction < 0) | (prediction > 1)]
    if outside.size:
        raise SubmissionRejected(f"probabilities must lie from 0 to 1; {outside.size} do not (one is {outside[0]:.6g})")
