"""Metrics of written challenges: the package's own wherever one fits, else code of the model's."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass

from synth_gym.challenge import Metric
from synth_gym.grading.metrics import METRICS
from synth_gym.synthesis.draft import DrawRejectedError
from synth_gym.synthesis.llm.graders import check_grader
from synth_gym.synthesis.llm.schemas import ChallengeDraft, TaskType
from synth_gym.synthesis.recipes.metrics import CARDS, MetricCard

MAX_COLUMNS = 10
"""Classes up to which a submission may have a column for each."""


@dataclass(frozen=True)
class Measure:
    """How a challenge is scored."""

    metric: Metric
    card: MetricCard
    grader: str | None = None
    """Source of `grader/grade.py`."""


def fitting_metrics(task_type: TaskType, values: Sequence[str] | Sequence[float]) -> tuple[str, ...]:
    """The package's metrics that fit a target.

    Args:
        task_type: of the task.
        values: of the target: the different classes, or the numbers.
    """
    if task_type == "regression":
        return ("rmse", "mae", "rmsle") if min(float(value) for value in values) >= 0 else ("rmse", "mae")
    found = ["accuracy", "balanced_accuracy", "macro_f1"]
    if len(values) <= MAX_COLUMNS:
        found.append("log_loss")
    return (*found, "roc_auc", "average_precision") if len(values) == 2 else tuple(found)


def measure_of(reply: ChallengeDraft, fitting: Sequence[str]) -> Measure:
    """How a draft is scored.

    Raises:
        DrawRejectedError: the metric does not fit and there is no grader, or the grader is none.
    """
    if reply.metric in fitting:
        return Measure(CARDS[reply.metric].entry(), CARDS[reply.metric])
    if reply.grader is None or reply.metric in METRICS:
        raise DrawRejectedError("metric does not fit", f"{reply.metric!r} is none of {', '.join(fitting)}")
    name = re.sub(r"\W+", "_", reply.metric.strip().lower()).strip("_")
    if not name:
        raise DrawRejectedError("metric does not fit", "its name has no letters")
    check_source("grader", reply.grader)
    check_grader(reply.grader)
    sentence = _docstring(reply.grader) or "the score that the task's own grader computes."
    return Measure(
        Metric(name=name, direction="maximize", optimum=1.0),
        MetricCard(name, "", "", sentence, ""),
        reply.grader,
    )


def check_source(name: str, source: str) -> None:
    """Refuse what is no Python before a sandbox is started for it.

    Raises:
        DrawRejectedError: with the line and what is wrong there.
    """
    try:
        compile(source, f"{name}.py", "exec", dont_inherit=True)
    except SyntaxError as error:
        said = f"line {error.lineno}: {error.msg}: {(error.text or '').strip()}"
        raise DrawRejectedError(f"{name} is not Python", said) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise DrawRejectedError(f"{name} is not Python", f"{type(error).__name__}: {error}") from None


def _docstring(grader: str) -> str:
    """The first paragraph of what the grader says of its score, on one line."""
    functions = [node for node in ast.parse(grader).body if isinstance(node, ast.FunctionDef) and node.name == "score"]
    if not functions:
        raise DrawRejectedError("grader defines no score", "it must define score(submission, labels)")
    said = ast.get_docstring(functions[0]) or ""
    return " ".join(said.partition("\n\n")[0].split())
