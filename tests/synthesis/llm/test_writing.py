"""A model's draft and real rows become a challenge's files: labels stay with the grader, facts are the pipeline's."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Dataset, Predictions, Scores
from synth_gym.synthesis.draft import Draft, DrawRejectedError
from synth_gym.synthesis.llm.cards import column_cards, shown_rows
from synth_gym.synthesis.llm.grounded import Grounded, rows_hash, write_rows
from synth_gym.synthesis.llm.measures import fitting_metrics
from synth_gym.synthesis.llm.schemas import ChallengeDraft, DatasetCard, Proposal
from synth_gym.synthesis.llm.write import Written, challenge_id, plain_notes

SCORES = Scores.measured("python baseline.py", (0,), (0.5,), (0.5,))
GRADER = 'def score(submission, labels):\n    """Share of rows\n    that are right.\n\n    More."""\n    return 1.0\n'


def written(folder: Path, target: list[Any], task_type: str = "classification", **reply: Any) -> Written:
    import pandas as pd

    frame = pd.DataFrame({"a": range(len(target)), "b": [f"k{i % 3}" for i in range(len(target))], "t": target})
    proposal = {"title": "A task", "task": "Predict\nit.", "dataset_query": "q", "dataset_id": "o/n", "target": "t"}
    proposal |= {"features": ("a", "b"), "task_type": task_type, "metric": "accuracy"}
    card = {"id": "o/n", "config": "default", "split": "train", "revision": "0" * 40, "licence": "MIT"}
    entry = card | {"source": "huggingface", "content_hash": rows_hash(frame)}
    card |= {"columns": column_cards(frame), "rows": len(frame), "sample": shown_rows(frame, 2)}
    draft = {"title": "A task", "instruction_notes": "Notes.", "metric": "accuracy", "features": ("a", "b")}
    draft |= {"drop_columns": (), "baseline": "print(1)", "reference": "print(2)", "grader": None}
    return Written(
        grounded=Grounded(
            proposal=Proposal.model_validate(proposal),
            dataset=DatasetCard.model_validate(card),
            entry=Dataset.model_validate(entry),
            rows=write_rows(frame, folder),
            mends=(),
            turned_down=(),
        ),
        reply=ChallengeDraft.model_validate(draft | reply),
        rows=folder / f"{rows_hash(frame).removeprefix('sha256:')}.parquet",
        topic=7,
        seed=0,
        model="m",
        prompt_hash="sha256:0",
        created="2026-01-01",
        command_seconds=9.0,
    )


def table(draft: Draft, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(draft.files[name])))


def test_labels_are_the_graders_alone(tmp_path: Path) -> None:
    draft = written(tmp_path, ["x", "y", "z", "x"] * 50).draft()
    train, test = table(draft, "workspace/data/train.csv"), table(draft, "workspace/data/test.csv")
    labels = table(draft, "grader/labels.csv")
    assert set(train[0]) == {"id", "a", "b", "t"} and set(test[0]) == {"id", "a", "b"}
    assert (len(train), len(test), len(labels)) == (120, 80, 80)
    assert {row["id"] for row in labels} == {row["id"] for row in test}
    truth = {str(index): "xyzx"[index % 4] for index in range(200)}
    feature = {row["id"]: row["a"] for row in test}
    assert all(row["t"] == truth[feature[row["id"]]] for row in labels)
    assert {row["split"] for row in labels} == {"public", "private"}
    assert "labels" not in "".join(text for name, text in draft.files.items() if name.startswith("workspace/"))


def test_what_is_random_depends_on_the_topic_alone(tmp_path: Path) -> None:
    first, again = (written(tmp_path, ["x", "y"] * 100).draft() for _ in range(2))
    assert first.files == again.files
    assert first.id == "ATask7" and first.provenance.generator == "llm"
    assert first.limits.command_seconds == 9


@pytest.mark.parametrize(
    ("metric", "target", "columns", "truth"),
    [
        ("macro_f1", ["x", "y"], {"t": "category"}, {"x", "y"}),
        ("roc_auc", ["x", "y"], {"t": "number"}, {"0", "1"}),
        ("log_loss", ["x", "y", "z"], {"x": "number", "y": "number", "z": "number"}, {"0", "1"}),
    ],
)
def test_the_form_of_a_submission_follows_from_the_metric(
    tmp_path: Path, metric: str, target: list[str], columns: dict[str, str], truth: set[str]
) -> None:
    draft = written(tmp_path, target * 80, metric=metric).draft()
    assert isinstance(draft.submission, Predictions)
    assert {name: column.type for name, column in draft.submission.columns.items()} == columns
    assert {row[next(iter(columns))] for row in table(draft, "grader/labels.csv")} == truth
    assert ("positive class is `y`" in draft.instruction(SCORES)) == (metric == "roc_auc")


def test_numbers_are_predicted_as_numbers(tmp_path: Path) -> None:
    draft = written(tmp_path, [index / 2 for index in range(200)], "regression", metric="rmsle").draft()
    assert draft.metric.direction == "minimize" and draft.submission.columns["t"].minimum == 0  # type: ignore[union-attr]


def test_code_grades_only_what_no_metric_does(tmp_path: Path) -> None:
    own = written(tmp_path, ["x", "y"] * 100, metric="Share Right", grader=GRADER).draft()
    assert own.files["grader/grade.py"] == GRADER and own.metric.name == "share_right"
    assert "`share_right`: Share of rows that are right. Higher is better" in own.instruction(SCORES)
    named = written(tmp_path, ["x", "y"] * 100, metric="accuracy", grader=GRADER).draft()
    assert "grader/grade.py" not in named.files


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ({"metric": "rmse"}, "metric does not fit"),
        ({"metric": "niceness"}, "metric does not fit"),
        ({"metric": "rmse", "grader": GRADER}, "metric does not fit"),
        ({"metric": "own", "grader": "def grade(): ..."}, "grader defines no score"),
        ({"metric": "own", "grader": "def score(:"}, "grader is not Python"),
        ({"baseline": "import pandas as"}, "baseline is not Python"),
        ({"reference": "x = '\0'"}, "reference is not Python"),
        ({"drop_columns": ("a", "B")}, "no features left"),
    ],
)
def test_what_cannot_be_run_is_named(tmp_path: Path, reply: dict[str, Any], reason: str) -> None:
    with pytest.raises(DrawRejectedError) as error:
        written(tmp_path, ["x", "y"] * 100, **reply).draft()
    assert error.value.reason == reason and error.value.detail


def test_dropped_columns_win(tmp_path: Path) -> None:
    draft = written(tmp_path, ["x", "y"] * 100, drop_columns=("b",)).draft()
    assert set(table(draft, "workspace/data/test.csv")[0]) == {"id", "a"}
    assert "`b`" not in draft.instruction(SCORES)


def test_notes_do_not_break_the_instruction() -> None:
    assert plain_notes("# Data\n\nGood.\n```\ncode\n```\n## Submission\nx") == "Data\n\nGood.\ncode\nSubmission\nx"


def test_metrics_that_fit() -> None:
    assert "roc_auc" in fitting_metrics("classification", ["a", "b"])
    assert "roc_auc" not in fitting_metrics("classification", ["a", "b", "c"])
    assert "log_loss" not in fitting_metrics("classification", list(map(str, range(15))))
    assert fitting_metrics("regression", [-1.0, 2.0]) == ("rmse", "mae")


def test_ids_are_unique_names() -> None:
    assert challenge_id("2024: 100 % of what's 42", 3) == "OfWhats3"
    assert challenge_id("日本", 3) == "Task3"
    assert challenge_id("Word " * 30, 12) == "Word" * 10 + "12"
