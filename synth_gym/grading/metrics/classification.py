"""Metrics of predicted classes."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_gym.grading.faults import LabelsUnusable, SubmissionRejected
from synth_gym.grading.metrics.base import Floats, distinct_truth


def accuracy(truth: NDArray[Any], prediction: NDArray[Any]) -> float:
    """Share of rows whose class is right."""
    return float(np.mean(truth == prediction))


def balanced_accuracy(truth: NDArray[Any], prediction: NDArray[Any]) -> float:
    """Mean recall over the classes that occur among the true values (Brodersen et al. 2010)."""
    return float(np.mean([np.mean(prediction[truth == one] == one) for one in np.unique(truth)]))


def macro_f1(truth: NDArray[Any], prediction: NDArray[Any]) -> float:
    """Mean over classes of `2 TP / (2 TP + FP + FN)`.

    The classes are those that occur among true or predicted values, so a class that is predicted but never true
    counts as 0 (as scikit-learn's `f1_score(average="macro")`).
    """
    return float(np.mean([_f1(truth == one, prediction == one) for one in np.union1d(truth, prediction)]))


def micro_f1(truth: Floats, prediction: Floats) -> float:
    """`2 TP / (2 TP + FP + FN)` over all cells of a table of yes and no, for rows with several labels.

    Args:
        truth: shape `(rows, labels)` with 0 and 1.
        prediction: same shape.

    Raises:
        SubmissionRejected: a prediction that is neither 0 nor 1.
        LabelsUnusable: a true value that is neither 0 nor 1, or no 1 at all.
    """
    if not bool(np.all(np.isin(truth, (0, 1)))) or not bool(np.any(truth)):
        raise LabelsUnusable("micro_f1 needs true values 0 and 1, and a 1 among them")
    if not bool(np.all(np.isin(prediction, (0, 1)))):
        raise SubmissionRejected("labels must be 0 or 1")
    return _f1(truth == 1, prediction == 1)


def _f1(truth: NDArray[np.bool_], prediction: NDArray[np.bool_]) -> float:
    return float(2 * np.sum(truth & prediction) / (np.sum(truth) + np.sum(prediction)))


def quadratic_weighted_kappa(truth: Floats, prediction: Floats) -> float:
    """Agreement on an ordered scale beyond chance (Cohen 1968), with squared distances of the values as weights.

    `1 - mean_i (t_i - p_i)^2 / mean_ij (t_i - p_j)^2`; the denominator, the distance expected by chance, is the two
    variances plus the squared distance of the means. -1 is the worst possible.

    Raises:
        LabelsUnusable: all true values are equal.
    """
    distinct_truth(truth, "quadratic_weighted_kappa")
    by_chance = np.var(truth) + np.var(prediction) + (np.mean(truth) - np.mean(prediction)) ** 2
    return float(1 - np.mean((truth - prediction) ** 2) / by_chance)
