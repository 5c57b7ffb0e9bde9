"""Metrics of order: only how predictions compare with each other counts."""

from __future__ import annotations

import numpy as np

from synth_gym.grading.metrics.base import Floats, binary_truth, distinct_truth


def roc_auc(truth: Floats, prediction: Floats) -> float:
    """Probability that a random 1 is ranked above a random 0, ties counting half (Mann-Whitney; Hanley and McNeil
    1982).

    Raises:
        LabelsUnusable: the true values are not 0 and 1, or of one class only.
    """
    positive = binary_truth(truth, "roc_auc")
    ones = int(np.sum(positive))
    zeros = len(truth) - ones
    return float((np.sum(average_ranks(prediction)[positive]) - ones * (ones + 1) / 2) / (ones * zeros))


def average_precision(truth: Floats, prediction: Floats) -> float:
    """Sum over thresholds of `(recall_n - recall_{n-1}) precision_n`, rows with equal predictions entering together.

    No interpolation, as scikit-learn's `average_precision_score`.

    Raises:
        LabelsUnusable: the true values are not 0 and 1, or of one class only.
    """
    positive = binary_truth(truth, "average_precision")
    order = np.argsort(-prediction, kind="stable")
    found = np.cumsum(positive[order])
    last_of_tie = np.append(np.flatnonzero(np.diff(prediction[order])), len(order) - 1)
    precision = found[last_of_tie] / (last_of_tie + 1)
    return float(np.sum(np.diff(found[last_of_tie], prepend=0) * precision) / found[-1])


def spearman(truth: Floats, prediction: Floats) -> float:
    """Pearson correlation of the ranks, equal values sharing their mean rank (Spearman 1904).

    A constant prediction orders nothing and scores 0 (the formula is 0/0 there).

    Raises:
        LabelsUnusable: all true values are equal.
    """
    distinct_truth(truth, "spearman")
    true_ranks, ranks = (average_ranks(values) - (len(values) + 1) / 2 for values in (truth, prediction))
    spread = np.sqrt(np.sum(true_ranks**2) * np.sum(ranks**2))
    return float(np.sum(true_ranks * ranks) / spread) if spread > 0 else 0.0


def average_ranks(values: Floats) -> Floats:
    """Ranks from 1 upwards; equal values share the mean of theirs."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    ranks: Floats = (np.cumsum(count) - (count - 1) / 2)[place]
    return ranks
