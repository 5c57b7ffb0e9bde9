"""What the practitioner understands of texts: instructions, verdicts, tracebacks, tables."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from synth_gym.policies.practitioner.family import family_of
from synth_gym.policies.practitioner.forecasts import period, time_column
from synth_gym.policies.practitioner.instruction import read_metric, read_task
from synth_gym.policies.practitioner.notebook import Notebook
from synth_gym.policies.practitioner.observations import Fault, read_counts, read_tables, read_verdict

from .tasks import SERIES

PIXELS = f"id,{','.join(f'r{n}c{n}' for n in range(16))},cultivar\n{'0,' * 17}x\n"


def test_a_task_is_read_from_the_first_observation(instruction: Callable[..., str]) -> None:
    task = read_task(instruction())
    assert task.submission == "submission.csv"
    assert task.columns == ("id", "cultivar")
    assert task.files == ("data/train.csv", "data/test.csv", "submission.csv", "sample_submission.csv", "baseline.py")
    assert (task.steps, task.validations, task.command_seconds) == (40, 15, 120.0)
    assert not task.program


@pytest.mark.parametrize(
    ("text", "name", "maximize", "output", "quantile"),
    [
        ("`accuracy`: higher is better.", "accuracy", True, "label", None),
        ("`balanced_accuracy`: mean recall, higher is better.", "balanced_accuracy", True, "label", None),
        ("`macro_f1` (higher is better)", "macro_f1", True, "label", None),
        ("Minimise the `log_loss`.", "log_loss", False, "probability", None),
        ("The area under the ROC curve; larger is better.", "roc_auc", True, "probability", None),
        ("The root mean squared error; lower is better.", "rmse", False, "value", None),
        ("`pinball`, quantile 0.9: lower is better.", "pinball", False, "value", 0.9),
        ("Quantile loss at the 80th percentile; lower is better.", "pinball", False, "value", 0.8),
        ("`mean_payoff`: higher is better.", "mean_payoff", True, "value", None),
        ("`regret` per round, lower is better.", "regret", False, "value", None),
    ],
)
def test_metrics(text: str, name: str, maximize: bool, output: str, quantile: float | None) -> None:
    metric = read_metric(text)
    assert (metric.name, metric.maximize, metric.output, metric.quantile) == (name, maximize, output, quantile)


def test_the_class_of_a_probability(instruction: Callable[..., str]) -> None:
    task = read_task(instruction(task="Predict who leaves. The positive class is `yes`.", metric="`roc_auc`"))
    assert task.positive == "yes"


def test_a_score_is_read() -> None:
    verdict = read_verdict(
        "cv 0.93\nPublic score (accuracy, higher is better): 0.9123\nBaseline: 0.85\n"
        "Best so far: 0.9123\nValidations left: 17\n"
    )
    assert (verdict.score, verdict.baseline, verdict.validations_left, verdict.fault) == (0.9123, 0.85, 17, None)


@pytest.mark.parametrize(
    ("observation", "fault"),
    [
        ("Submission rejected: column 'id' is missing\n[Exit code: 1]\n", Fault("rejected", "column 'id' is missing")),
        ("[The command reached its time limit and was stopped.]\n", Fault("slow")),
        ("[Exit code: 124]\n", Fault("slow")),
        ("No validations are left; use submit.\n[Exit code: 1]\n", Fault("spent")),
        (
            'Traceback (most recent call last):\n  File "/workspace/a.py", line 7, in <module>\n    f()\n'
            "  File \"/lib/pandas.py\", line 90, in f\nKeyError: 'wine'\n[Exit code: 1]\n",
            Fault("KeyError", "'wine'", 7),
        ),
        (
            "pyhton: command not found\n[Exit code: 127]\n",
            Fault("unknown", "pyhton: command not found\n[Exit code: 127]"),
        ),
    ],
)
def test_faults_are_read(observation: str, fault: Fault) -> None:
    assert read_verdict(observation, "a.py").fault == fault


def test_heads_of_tables_are_read() -> None:
    tables = read_tables('==> data/train.csv <==\nid,text,label\n1,"two\nlines",x\n\n==> data/test.csv <==\nid,te')
    assert [(table.path, table.columns) for table in tables] == [
        ("data/train.csv", ("id", "text", "label")),
        ("data/test.csv", ("id", "te")),
    ]
    (cut,) = read_tables("==> wide.csv <==\na,b,c\n1,2,3\n", cut_at=5)
    assert (cut.columns, cut.complete) == (("a", "b"), False)


def test_lines_are_counted() -> None:
    counts = read_counts("   12 baseline.py\n  341 data/train.csv\n  353 total\n")
    assert counts == {"baseline.py": 12, "data/train.csv": 341}


def test_columns_by_their_part(notes: Callable[..., Notebook]) -> None:
    book = notes()
    assert (book.id_column, book.target, book.targets) == ("id", "cultivar", ("cultivar",))
    probabilities = notes(columns="`id`, `a` and `b`", metric="`log_loss`: lower is better.")
    assert (probabilities.target, probabilities.targets) == ("cultivar", ("a", "b"))


@pytest.mark.parametrize(
    ("given", "family"),
    [
        ({}, "table"),
        ({"task": "Predict what was measured in an image."}, "table"),
        ({"task": "Recognise the digit of an image.", "train": PIXELS}, "pixels"),
        ({"task": "Forecast the coming months.", "columns": "`id` and `co2`", "metric": "`mae`"} | SERIES, "forecast"),
        ({"train": f"id,text,cultivar\n1,{'word ' * 20},x\n", "test": f"id,text\n2,{'word ' * 20}\n"}, "text"),
        ({"metric": "`regret`: lower is better."}, ""),
    ],
)
def test_kinds_of_tasks(notes: Callable[..., Notebook], given: dict[str, str], family: str) -> None:
    assert family_of(notes(**given)) == family


def test_the_season_of_a_series(notes: Callable[..., Notebook]) -> None:
    book = notes(task="Forecast the coming months.", columns="`id` and `co2`", **SERIES)
    assert (time_column(book), period(book)) == ("step", 12)
    book.sources["baseline.py"] = "PERIOD = 11\n"
    assert period(book) == 11
