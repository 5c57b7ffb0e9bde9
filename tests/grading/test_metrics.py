"""The built-in metrics against scikit-learn and scipy, and at their edges."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats
from sklearn import metrics as sk

from synth_gym.grading.faults import LabelsUnusable, SubmissionRejected
from synth_gym.grading.metrics import METRICS, compute, find_misuse

CLASSES = np.array(["ant", "bee", "cat", "dog"])


def one(name: str, truth: Any, prediction: Any, **parameters: Any) -> float:
    """The score of a single column."""
    return compute(name, [list(truth)], [list(prediction)], parameters)


def binary(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """0 and 1, and probabilities with many ties, 0 and 1 among them."""
    truth = rng.permutation((np.arange(n) % 3 == 0).astype(float))
    return truth, rng.integers(0, 6, n) / 5


def number(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    truth = rng.normal(50, 20, n).round(0)
    return truth, (truth + rng.normal(0, 15, n)).round(0)


def grade(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    truth = rng.integers(0, 5, n).astype(float)
    return truth, np.clip(truth + rng.integers(-2, 3, n), 0, 4)


def label(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray]:
    """Classes of which the last is never true, and the first rarely predicted."""
    return CLASSES[rng.integers(0, 3, n)], CLASSES[rng.integers(0, 4, n)]


def _smape(truth: float, prediction: float) -> float:
    size = abs(truth) + abs(prediction)
    return 200 * abs(truth - prediction) / size if size else 0.0


REFERENCES: dict[str, tuple[Callable[..., Any], Callable[..., float], dict[str, float]]] = {
    "accuracy": (label, sk.accuracy_score, {}),
    "balanced_accuracy": (
        label,
        lambda t, p: sk.recall_score(t, p, labels=np.unique(t), average="macro", zero_division=0),
        {},
    ),
    "macro_f1": (label, lambda t, p: sk.f1_score(t, p, average="macro", zero_division=0), {}),
    "quadratic_weighted_kappa": (
        grade,
        lambda t, p: sk.cohen_kappa_score(t, p, labels=range(5), weights="quadratic"),
        {},
    ),
    "brier": (binary, sk.brier_score_loss, {}),
    "roc_auc": (binary, sk.roc_auc_score, {}),
    "average_precision": (binary, sk.average_precision_score, {}),
    "spearman": (number, lambda t, p: stats.spearmanr(t, p).statistic, {}),
    "rmse": (number, sk.root_mean_squared_error, {}),
    "mae": (number, sk.mean_absolute_error, {}),
    "r2": (number, sk.r2_score, {}),
    "rmsle": (grade, sk.root_mean_squared_log_error, {}),
    "pinball": (number, lambda t, p, quantile: sk.mean_pinball_loss(t, p, alpha=quantile), {"quantile": 0.9}),
    "mase": (number, lambda t, p, scale: sk.mean_absolute_error(t, p) / scale, {"scale": 7.5}),
    "smape": (number, lambda t, p: np.mean([_smape(*pair) for pair in zip(t, p, strict=True)]), {}),
}


@pytest.mark.parametrize("name", REFERENCES)
@pytest.mark.parametrize("n", [7, 100, 1001])
def test_single_column_metrics_agree_with_the_reference(name: str, n: int) -> None:
    sample, reference, parameters = REFERENCES[name]
    for seed in range(5):
        truth, prediction = sample(np.random.default_rng(seed), n)
        expected = reference(truth, prediction, **parameters)
        assert one(name, truth, prediction, **parameters) == pytest.approx(expected, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("n", [3, 200])
def test_log_loss_agrees_with_scikit_learn(n: int) -> None:
    rng = np.random.default_rng(n)
    classes = np.arange(n) % 3
    probabilities = rng.dirichlet([1, 1, 1], n)
    one_hot = np.eye(3)[classes]
    expected = sk.log_loss(classes, probabilities, labels=[0, 1, 2])
    assert compute("log_loss", one_hot.T.tolist(), probabilities.T.tolist(), {}) == pytest.approx(expected, rel=1e-12)
    truth, chance = (classes == 0).astype(float), rng.uniform(0.01, 0.99, n)
    assert one("log_loss", truth, chance) == pytest.approx(sk.log_loss(truth, chance), rel=1e-12)


def test_mean_columnwise_rmse_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    truth, prediction = rng.normal(size=(50, 3)), rng.normal(size=(50, 3))
    expected = sk.root_mean_squared_error(truth, prediction)
    assert compute("mean_columnwise_rmse", truth.T.tolist(), prediction.T.tolist(), {}) == pytest.approx(expected)


def test_tables_of_yes_and_no_agree_with_scikit_learn() -> None:
    rng = np.random.default_rng(1)
    truth, guess, chance = rng.integers(0, 2, (40, 3)), rng.integers(0, 2, (40, 3)), rng.uniform(0.01, 0.99, (40, 3))
    assert compute("micro_f1", truth.T.tolist(), guess.T.tolist(), {}) == pytest.approx(
        sk.f1_score(truth, guess, average="micro")
    )
    assert compute("columnwise_log_loss", truth.T.tolist(), chance.T.tolist(), {}) == pytest.approx(
        np.mean([sk.log_loss(truth[:, column], chance[:, column]) for column in range(3)])
    )


def test_mean_pinball_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(2)
    truth, guess, quantiles = rng.normal(size=50), rng.normal(size=(50, 3)), [0.1, 0.5, 0.95]
    expected = [sk.mean_pinball_loss(truth, guess[:, n], alpha=one) for n, one in enumerate(quantiles)]
    given = compute("mean_pinball", [truth.tolist()] * 3, guess.T.tolist(), {"quantiles": quantiles})
    assert given == pytest.approx(np.mean(expected))


YES_OR_NO = [[1.0, 0.0, 0.0, 1.0], [1.0, 1.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0]]
TABLES: dict[str, tuple[list[list[Any]], dict[str, Any]]] = {
    "micro_f1": (YES_OR_NO, {}),
    "columnwise_log_loss": (YES_OR_NO, {}),
    "mean_pinball": ([[1.0, 2.0, 3.0, 4.0]] * 3, {"quantiles": [0.1, 0.5, 0.9]}),
}
"""Of metrics of several columns that take only some numbers: true values and parameters."""


def perfect(name: str) -> tuple[list[list[Any]], dict[str, Any]]:
    """True values, as columns, with which every metric is defined; and the metric's parameters."""
    if name in TABLES:
        return TABLES[name]
    truth = {
        "labels": [["a", "b", "c", "a"]],
        "number": [[0.0, 1.0, 2.0, 2.0]],
        "binary": [[0.0, 1.0, 1.0, 0.0]],
        "distribution": [[1.0, 0.0, 0.0, 1.0], [0.0, 1.0, 1.0, 0.0]],
        "numbers": [[1.0, 2.0, 3.0, 4.0], [0.0, 0.0, 0.0, 1.0]],
    }
    return truth[METRICS[name].columns], {"pinball": {"quantile": 0.1}, "mase": {"scale": 2.0}}.get(name, {})


@pytest.mark.parametrize("name", METRICS)
def test_the_truth_scores_the_declared_optimum(name: str) -> None:
    truth, parameters = perfect(name)
    assert compute(name, truth, truth, parameters) == METRICS[name].optimum


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.worst is not None])
def test_the_declared_worst_is_reached_and_not_passed(name: str) -> None:
    truth, parameters = perfect(name)
    wrong: list[list[Any]] = [
        [{"a": "x", "b": "x", "c": "x"}.get(value, value) for value in column] for column in truth
    ]
    if METRICS[name].columns in ("binary", "distribution") or truth is YES_OR_NO:
        wrong = [[1 - value for value in column] for column in truth]
    if METRICS[name].columns == "number":
        truth, wrong = [[0.0, 0.0, 1.0, 1.0]], [[1.0, 1.0, 0.0, 0.0]]
    score, metric = compute(name, truth, wrong, parameters), METRICS[name]
    assert metric.worst is not None
    if name == "average_precision":  # its lowest value depends on the share of ones; 0 is the limit
        assert metric.worst < score < metric.optimum
    else:
        assert score == pytest.approx(metric.worst, abs=1e-12)


def test_edges_have_the_documented_value() -> None:
    assert one("spearman", [1.0, 2.0, 3.0], [5.0, 5.0, 5.0]) == 0.0
    assert one("roc_auc", [0.0, 1.0], [0.5, 0.5]) == 0.5
    assert one("smape", [0.0, 1.0], [0.0, 1.0]) == 0.0
    assert one("quadratic_weighted_kappa", [0.0, 1.0], [1.0, 1.0]) == 0.0
    assert one("log_loss", [1.0, 0.0], [0.0, 0.0]) == pytest.approx(-math.log(1e-15) / 2)
    assert one("balanced_accuracy", ["a"], ["a"]) == 1.0
    assert one("macro_f1", ["a", "a"], ["b", "b"]) == 0.0
    assert one("accuracy", [1.0, 2.0], [1.0, 3.0]) == 0.5


@pytest.mark.parametrize("name", ["roc_auc", "average_precision", "spearman", "r2", "quadratic_weighted_kappa"])
def test_constant_truth_is_the_labels_fault_where_the_formula_is_undefined(name: str) -> None:
    with pytest.raises(LabelsUnusable, match="the true values of this split are all equal"):
        one(name, [1.0, 1.0], [0.0, 1.0])


@pytest.mark.parametrize(
    ("name", "truth", "parameters"),
    [
        ("roc_auc", [0.0, 2.0], {}),
        ("brier", [0.0, 2.0], {}),
        ("log_loss", [0.5, 1.0], {}),
        ("rmsle", [-1.0, 1.0], {}),
        ("mase", [1.0, 1.0], {"scale": 0.0}),
        ("pinball", [1.0, 1.0], {"quantile": 1.0}),
    ],
)
def test_unusable_labels_or_parameters_are_said(name: str, truth: list[float], parameters: dict[str, float]) -> None:
    with pytest.raises(LabelsUnusable, match=name):
        one(name, truth, [0.0, 1.0], **parameters)


@pytest.mark.parametrize(
    ("name", "truth", "prediction", "message"),
    [
        ("brier", [[0.0, 1.0]], [[0.0, 1.5]], "probabilities must lie from 0 to 1; 1 do not"),
        ("log_loss", [[0.0, 1.0]], [[-0.1, 1.0]], "probabilities must lie from 0 to 1"),
        ("log_loss", [[0.0, 1.0], [1.0, 0.0]], [[0.2, 1.0], [0.2, 0.0]], "sum to 1; in 1 rows they do not"),
        ("log_loss", [[0.0, 1.0], [1.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]], "sum to 1; in 2 rows they do not"),
        ("rmsle", [[0.0, 1.0]], [[-1.0, -0.5]], "must not be negative; 2 are"),
        ("rmse", [[0.0, 1.0]], [[1e300, 1.0]], "the rmse of these predictions is not a finite number"),
        ("r2", [[0.0, 1.0]], [[1e300, 1.0]], "not a finite number"),
    ],
)
def test_predictions_without_a_score_are_rejected(name: str, truth: Any, prediction: Any, message: str) -> None:
    with pytest.raises(SubmissionRejected, match=message):
        compute(name, truth, prediction, {})


@pytest.mark.parametrize("name", [name for name, metric in METRICS.items() if metric.columns in ("number", "numbers")])
def test_huge_values_never_give_nan(name: str) -> None:
    truth, parameters = perfect(name)
    for value in (1e308, -1e308, 5e-324):
        try:
            assert math.isfinite(compute(name, truth, [[value, 0.0, value, 1.0]] * len(truth), parameters))
        except SubmissionRejected as rejection:
            assert re.search("not a finite number|negative|0 or 1|must lie from 0 to 1", str(rejection))


@pytest.mark.parametrize(
    ("use", "message"),
    [
        (
            ("acuracy", "maximize", {}, ["category"]),
            "no built-in metric 'acuracy' (did you mean 'accuracy'?) and no grader/grade.py",
        ),
        (("rmse", "maximize", {}, ["number"]), "rmse is a metric to minimize, not to maximize"),
        (("pinball", "minimize", {}, ["number"]), "pinball needs the parameters ['quantile'], not []"),
        (("rmse", "minimize", {"quantile": 1}, ["number"]), "rmse needs the parameters [], not ['quantile']"),
        (("rmse", "minimize", {}, ["number", "number"]), "rmse needs one submission column, not 2"),
        (("rmse", "minimize", {}, ["category"]), "rmse needs columns of type number or integer, not category"),
        (("accuracy", "maximize", {}, ["number"]), "accuracy needs columns of type category or integer, not number"),
        (("accuracy", "maximize", {}, ["category"]), None),
        (("log_loss", "minimize", {}, ["number"] * 3), None),
    ],
)
def test_a_challenges_misuse_of_a_metric_is_found(use: Any, message: str | None) -> None:
    assert find_misuse(*use) == message
