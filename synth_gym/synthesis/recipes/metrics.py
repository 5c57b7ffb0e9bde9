"""How recipes speak of the built-in metrics: in instructions, in scripts, and in how much better is clearly better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from synth_gym.challenge import Metric
from synth_gym.grading.metrics import METRICS


@dataclass(frozen=True)
class MetricCard:
    """One metric, as recipes use it."""

    name: str
    function: str
    """scikit-learn's function for it, which baselines print an estimate with."""
    scoring: str
    """scikit-learn's name for it in cross-validation; more is better there."""
    sentence: str
    """What it means, for the instruction."""
    formula: str
    probabilities: bool = False
    """The submission holds probabilities, not labels."""
    balanced: bool = False
    """Rare classes count as much as frequent ones."""
    arguments: str = ""
    """What the function needs besides truth and prediction."""

    def entry(self, parameters: dict[str, Any] | None = None) -> Metric:
        """The metric's entry in `challenge.yaml`."""
        known = METRICS[self.name]
        return Metric(
            name=self.name,
            direction=known.direction,
            optimum=known.optimum,
            worst=known.worst,
            parameters=parameters or {},
        )


CARDS = {
    card.name: card
    for card in (
        MetricCard(
            "accuracy",
            "accuracy_score",
            "accuracy",
            "the share of test rows whose class is right.",
            "`mean(predicted == true)`",
        ),
        MetricCard(
            "balanced_accuracy",
            "balanced_accuracy_score",
            "balanced_accuracy",
            "the mean over the classes of the share of the class's rows that were recognised, so a rare class counts "
            "as much as a frequent one.",
            "`mean over classes c of (rows of c predicted as c / rows of c)`",
            balanced=True,
        ),
        MetricCard(
            "macro_f1",
            "f1_score",
            "f1_macro",
            "the F1 score of every class, averaged with equal weights.",
            "`mean over classes of 2 TP / (2 TP + FP + FN)`",
            balanced=True,
            arguments=', average="macro"',
        ),
        MetricCard(
            "log_loss",
            "log_loss",
            "neg_log_loss",
            "the mean negative logarithm of the probability that was given to the true class; one confident mistake "
            "costs more than many hesitant answers.",
            "`mean(-ln(probability of the true class))`, probabilities below 1e-15 taken as 1e-15",
            probabilities=True,
        ),
        MetricCard(
            "roc_auc",
            "roc_auc_score",
            "roc_auc",
            "the probability that a random positive row is given a higher value than a random negative one; only the "
            "order of the values counts.",
            "`P(value of a positive > value of a negative) + P(equal) / 2`",
            probabilities=True,
        ),
        MetricCard(
            "average_precision",
            "average_precision_score",
            "average_precision",
            "the precision among the rows with the highest values, averaged over all the depths at which another "
            "positive row is found; only the order of the values counts.",
            "`sum over n of (recall_n - recall_(n-1)) precision_n`",
            probabilities=True,
        ),
        MetricCard(
            "columnwise_log_loss",
            "log_loss",
            "neg_log_loss",
            "the log loss of each column's yes or no, averaged over the columns.",
            "`mean over columns of mean(-ln(probability of the truth))`, probabilities below 1e-15 taken as 1e-15",
            probabilities=True,
        ),
        MetricCard(
            "micro_f1",
            "f1_score",
            "f1_micro",
            "the F1 score over all cells together: labels that are set and should not be, and labels that are missing, "
            "count alike.",
            "`2 TP / (2 TP + FP + FN)` over all rows and columns",
        ),
        MetricCard(
            "bits_per_character",
            "log_loss",
            "neg_log_loss",
            "how many bits a perfect code would need for a character under your probabilities.",
            "`mean(-log2(probability of the true character))`, probabilities below 1e-15 taken as 1e-15",
            probabilities=True,
        ),
        MetricCard(
            "mean_pinball",
            "mean_pinball_loss",
            "",
            "the quantile loss, averaged over the quantiles: a prediction below the truth costs q for each unit, one "
            "above it 1 - q.",
            "`mean over quantiles q of mean(max(q (true - predicted), (1 - q) (predicted - true)))`",
        ),
        MetricCard(
            "rmse",
            "root_mean_squared_error",
            "neg_root_mean_squared_error",
            "the root of the mean squared error, in the unit of the target; large errors dominate.",
            "`sqrt(mean((predicted - true)^2))`",
        ),
        MetricCard(
            "mae",
            "mean_absolute_error",
            "neg_mean_absolute_error",
            "the mean absolute error, in the unit of the target.",
            "`mean(|predicted - true|)`",
        ),
        MetricCard(
            "rmsle",
            "root_mean_squared_log_error",
            "neg_root_mean_squared_log_error",
            "the root of the mean squared error of the logarithms, so relative errors count; predictions must not be "
            "negative.",
            "`sqrt(mean((ln(1 + predicted) - ln(1 + true))^2))`",
        ),
        MetricCard(
            "pinball",
            "mean_pinball_loss",
            "",
            "the quantile loss: a prediction below the truth costs q for each unit, one above it 1 - q.",
            "`mean(max(q (true - predicted), (1 - q) (predicted - true)))`",
        ),
    )
}
