"""What a built-in metric is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from synth_gym.grading.faults import LabelsUnusable

Floats = NDArray[np.float64]
Columns = Literal["labels", "number", "binary", "distribution", "numbers"]
"""What a metric compares:

- `labels`: one column of categories or integers;
- `number`: one column of numbers;
- `binary`: one column of numbers, its true values 0 and 1;
- `distribution`: one column (the probability of 1), or one column for each class with a 1 in the true one's;
- `numbers`: one or more columns of numbers.
"""


@dataclass(frozen=True)
class Metric:
    """A function of true and predicted values, and the range of what it gives.

    The function takes arrays of shape `(rows,)` for one column and `(rows, columns)` for `distribution` and
    `numbers`: text for categories, float64 for anything else. It never gives NaN: where its formula is undefined it
    says in its docstring which value it gives, or raises `LabelsUnusable` (the true values' doing) or
    `SubmissionRejected` (the predictions' doing).
    """

    function: Callable[..., float]
    direction: Literal["maximize", "minimize"]
    optimum: float
    worst: float | None
    """None when the metric has no bound."""
    columns: Columns


def distinct_truth(truth: NDArray[Any], needed_by: str) -> None:
    """Refuse true values that are all equal, for metrics that are then undefined.

    Raises:
        LabelsUnusable: fewer than two distinct values.
    """
    if len(truth) == 0 or bool(np.all(truth == truth[0])):
        raise LabelsUnusable(f"{needed_by} is undefined: the true values of this split are all equal")


def binary_truth(truth: Floats, needed_by: str) -> NDArray[np.bool_]:
    """True values 0 and 1 as booleans.

    Raises:
        LabelsUnusable: another value, or only one class.
    """
    if not bool(np.all((truth == 0) | (truth == 1))):
        raise LabelsUnusable(f"{needed_by} needs true values 0 and 1")
    distinct_truth(truth, needed_by)
    return truth == 1
