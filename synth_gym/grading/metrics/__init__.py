"""The built-in metrics, by name.

>>> import numpy as np
>>> METRICS["rmse"].function(np.array([0.0, 0.0]), np.array([3.0, 4.0]))
3.5355339059327378
"""

from __future__ import annotations

import inspect
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_gym.grading.faults import SubmissionRejected
from synth_gym.grading.metrics import classification, probability, ranking, regression
from synth_gym.grading.metrics.base import Metric

__all__ = ["METRICS", "Metric", "compute", "find_misuse"]

METRICS: dict[str, Metric] = {
    "accuracy": Metric(classification.accuracy, "maximize", 1.0, 0.0, "labels"),
    "balanced_accuracy": Metric(classification.balanced_accuracy, "maximize", 1.0, 0.0, "labels"),
    "macro_f1": Metric(classification.macro_f1, "maximize", 1.0, 0.0, "labels"),
    "micro_f1": Metric(classification.micro_f1, "maximize", 1.0, 0.0, "numbers"),
    "quadratic_weighted_kappa": Metric(classification.quadratic_weighted_kappa, "maximize", 1.0, -1.0, "number"),
    "log_loss": Metric(
        probability.log_loss, "minimize", 0.0, -math.log(probability.SMALLEST_PROBABILITY), "distribution"
    ),
    "bits_per_character": Metric(
        probability.bits_per_character,
        "minimize",
        0.0,
        -math.log2(probability.SMALLEST_PROBABILITY),
        "distribution",
    ),
    "columnwise_log_loss": Metric(
        probability.columnwise_log_loss, "minimize", 0.0, -math.log(probability.SMALLEST_PROBABILITY), "numbers"
    ),
    "brier": Metric(probability.brier, "minimize", 0.0, 1.0, "binary"),
    "roc_auc": Metric(ranking.roc_auc, "maximize", 1.0, 0.0, "binary"),
    "average_precision": Metric(ranking.average_precision, "maximize", 1.0, 0.0, "binary"),
    "spearman": Metric(ranking.spearman, "maximize", 1.0, -1.0, "number"),
    "rmse": Metric(regression.rmse, "minimize", 0.0, None, "number"),
    "mae": Metric(regression.mae, "minimize", 0.0, None, "number"),
    "r2": Metric(regression.r2, "maximize", 1.0, None, "number"),
    "rmsle": Metric(regression.rmsle, "minimize", 0.0, None, "number"),
    "smape": Metric(regression.smape, "minimize", 0.0, 200.0, "number"),
    "mase": Metric(regression.mase, "minimize", 0.0, None, "number"),
    "pinball": Metric(regression.pinball, "minimize", 0.0, None, "number"),
    "mean_pinball": Metric(regression.mean_pinball, "minimize", 0.0, None, "numbers"),
    "mean_columnwise_rmse": Metric(regression.mean_columnwise_rmse, "minimize", 0.0, None, "numbers"),
}


def compute(
    name: str, truth: Sequence[Sequence[Any]], prediction: Sequence[Sequence[Any]], parameters: Mapping[str, Any]
) -> float:
    """The score of predictions.

    Args:
        name: a key of `METRICS`.
        truth: one sequence of values for each column.
        prediction: the same columns and rows.
        parameters: the metric's keyword arguments.

    Returns:
        a finite number.

    Raises:
        SubmissionRejected: the predictions have no finite score.
        LabelsUnusable: the true values have none.
    """
    metric = METRICS[name]
    many = metric.columns in ("distribution", "numbers")
    sides = [[_as_array(column) for column in side] for side in (truth, prediction)]
    with np.errstate(all="ignore"):
        score = metric.function(*(np.stack(side, axis=1) if many else side[0] for side in sides), **parameters)
    if not math.isfinite(score):
        raise SubmissionRejected(f"the {name} of these predictions is not a finite number: a value is far too large")
    return score


def _as_array(values: Sequence[Any]) -> NDArray[Any]:
    """Text stays text; integers become floats, which overflow to infinity and not to a wrong number."""
    array = np.asarray(values)
    return array if array.dtype.kind == "U" else array.astype(np.float64)


def find_misuse(name: str, direction: str, parameters: Mapping[str, Any], types: Sequence[str]) -> str | None:
    """What is wrong with a challenge's use of a built-in metric, or None.

    Args:
        name: of the metric.
        direction: as the challenge declares it.
        parameters: as the challenge gives them.
        types: of the submission's columns, in order.
    """
    from synth_gym.errors import did_you_mean

    if name not in METRICS:
        return f"no built-in metric {name!r}{did_you_mean(name, METRICS)} and no grader/grade.py"
    metric = METRICS[name]
    if direction != metric.direction:
        return f"{name} is a metric to {metric.direction}, not to {direction}"
    needed = [key for key, one in inspect.signature(metric.function).parameters.items() if one.kind is one.KEYWORD_ONLY]
    if sorted(needed) != sorted(parameters):
        return f"{name} needs the parameters {needed}, not {sorted(parameters)}"
    return _wrong_columns(name, metric, types)


def _wrong_columns(name: str, metric: Metric, types: Sequence[str]) -> str | None:
    if metric.columns not in ("distribution", "numbers") and len(types) != 1:
        return f"{name} needs one submission column, not {len(types)}"
    allowed = ("category", "integer") if metric.columns == "labels" else ("number", "integer")
    wrong = [one for one in types if one not in allowed]
    return f"{name} needs columns of type {' or '.join(allowed)}, not {wrong[0]}" if wrong else None
