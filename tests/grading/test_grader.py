"""Predictions, graded in the process of their own; faults of shipped evaluators elsewhere are regressions here."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from synth_gym.challenge import Challenge
from synth_gym.errors import GraderFailedError, InvalidFileError
from synth_gym.grading import FAILURE_REWARD, Grade, Grader, normalize, reward_of

GradeText = Callable[..., Grade]
MakeChallenge = Callable[..., Path]

HEADER = "id,y\n"
ORACLE = HEADER + "".join(f"r{n},{'ab'[n % 2]}\n" for n in range(8))
NUMBERS = {
    "metric": {"name": "rmse", "direction": "minimize", "optimum": 0.0},
    "submission": {"kind": "predictions", "columns": {"y": {"type": "number"}}},
    "baseline": {"command": "b", "seeds": [0], "public": [4.0], "private": [4.0], "mean": 4.0, "sd": 0.0},
    "reference": {"command": "r", "seeds": [0], "public": [2.0], "private": [2.0], "mean": 2.0, "sd": 0.0},
}
NUMBER_LABELS = "id,y,split\nx,1,public\ny,2,private\nz,4,public\n"


def test_the_splits_are_scored_apart(predictions_challenge: Path, grade_text: GradeText) -> None:
    half = ORACLE.replace("r5,b", "r5,a").replace("r7,b", "r7,a")
    assert grade_text(predictions_challenge, half, "public") == Grade(1.0, "")
    assert grade_text(predictions_challenge, half, "private") == Grade(0.5, "")


@pytest.mark.parametrize("split", ["public", "private"])
def test_row_order_does_not_matter(predictions_challenge: Path, grade_text: GradeText, split: str) -> None:
    rows = ORACLE.removeprefix(HEADER).splitlines(keepends=True)
    assert grade_text(predictions_challenge, HEADER + "".join(reversed(rows)), split) == Grade(1.0, "")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEADER + "r1,b\n" * 8, "line 3: id 'r1' occurs a second time (7 rows have this fault)"),
        (ORACLE.replace("r7,b", "r6,a"), "line 9: id 'r6' occurs a second time"),
        (ORACLE.replace("r", "q"), "line 2: id 'q0' is not in the test set (8 rows have this fault)"),
        (ORACLE.replace("id,", "row,"), "column 'id' is missing"),
        ("y\n" + "a\nb\n" * 4, "column 'id' is missing"),
        ("accuracy\n1.0\n", "column 'id' is missing"),
        (
            ORACLE.replace(HEADER, "id,y,score\n").replace("a\n", "a,1\n").replace("b\n", "b,1\n"),
            "unexpected column 'score'",
        ),
        (ORACLE.replace(",a", ",abc"), "'abc' is not one of: a, b"),
        (ORACLE.replace(",a", ",0.4"), "'0.4' is not one of: a, b"),
        (HEADER, "the file has no rows; 8 are needed"),
        ("", "the file is empty"),
    ],
)
@pytest.mark.parametrize("split", ["public", "private"])
def test_what_other_evaluators_scored_is_rejected(
    predictions_challenge: Path, grade_text: GradeText, content: str, message: str, split: str
) -> None:
    grade = grade_text(predictions_challenge, content, split)
    assert grade.score is None
    assert grade.message.startswith("submission.csv: ") and message in grade.message


def test_one_infinite_value_is_rejected(make_challenge: MakeChallenge, grade_text: GradeText) -> None:
    folder = make_challenge("Numbers-v0", NUMBER_LABELS, **NUMBERS)
    assert grade_text(folder, "id,y\nx,1\ny,2\nz,5\n") == Grade(0.5**0.5, "")
    for value in ("inf", "nan", "1e999", ""):
        assert grade_text(folder, f"id,y\nx,{value}\ny,2\nz,5\n").score is None
    assert "too large" in grade_text(folder, "id,y\nx,1e200\ny,2\nz,5\n").message


def test_a_fault_in_a_row_of_the_other_split_is_a_fault(make_challenge: MakeChallenge, grade_text: GradeText) -> None:
    folder = make_challenge("Numbers-v0", NUMBER_LABELS, **NUMBERS)
    assert "2, column" not in grade_text(folder, "id,y\nx,1\nz,5\n").message
    assert "1 of 3 rows are missing, the first has id 'y'" in grade_text(folder, "id,y\nx,1\nz,5\n").message


def test_links_and_other_things_are_rejected(predictions_challenge: Path, tmp_path: Path) -> None:
    grader = Grader(Challenge.load(predictions_challenge), sandbox="process", scratch=tmp_path)
    link, pipe = tmp_path / "link", tmp_path / "pipe"
    link.symlink_to(predictions_challenge / "grader" / "labels.csv")
    os.mkfifo(pipe)
    assert grader.grade(link, "public") == Grade(None, "submission.csv: it is a link")
    assert grader.grade(pipe, "public") == Grade(None, "submission.csv: it is not a regular file")
    assert grader.grade(tmp_path / "none", "public") == Grade(None, "submission.csv: there is no such file")


def test_the_graders_files_are_read_once(predictions_challenge: Path, tmp_path: Path) -> None:
    """What is done to them after the episode began does not count."""
    grader = Grader(Challenge.load(predictions_challenge), sandbox="process", scratch=tmp_path)
    labels = predictions_challenge / "grader" / "labels.csv"
    labels.write_text(labels.read_text().replace(",a,", ",b,"))
    artefact = tmp_path / "artefact"
    artefact.write_text(ORACLE)
    assert grader.grade(artefact, "public") == Grade(1.0, "")


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("split\n", "fold\n", "labels.csv must have the columns ['id', 'y', 'split']"),
        ("r3,b", "r0,b", "labels.csv holds an id twice"),
        ("r3,b", "r3,c", "labels.csv, line 2, column 'y': 'c' is not one of: a, b"),
        ("public", "private", "labels.csv has no row of the split 'public'"),
        ("r3,b,public", "r3,b,hidden", "labels.csv, line 2: the split is 'hidden'"),
        ("r3,b,public", "r3,b", "labels.csv, line 2: has not as many fields as the header"),
    ],
)
def test_wrong_labels_are_the_graders_fault(
    predictions_challenge: Path, grade_text: GradeText, before: str, after: str, message: str
) -> None:
    labels = predictions_challenge / "grader" / "labels.csv"
    labels.write_text(labels.read_text().replace(before, after))
    with pytest.raises(GraderFailedError) as caught:
        grade_text(predictions_challenge, ORACLE)
    assert message in str(caught.value)


def test_an_incomplete_challenge_is_one_clear_line(predictions_challenge: Path, make_challenge: MakeChallenge) -> None:
    (predictions_challenge / "grader" / "labels.csv").unlink()
    wrong = make_challenge("Wrong-v0", **NUMBERS | {"metric": {"name": "rms", "direction": "minimize", "optimum": 0.0}})
    for folder, message in ((predictions_challenge, "labels.csv: cannot be read"), (wrong, "no built-in metric 'rms'")):
        with pytest.raises(InvalidFileError) as caught:
            Grader(Challenge.load(folder), sandbox="process", scratch=folder)
        assert message in str(caught.value) and "\n" not in str(caught.value)


CUSTOM = """
import csv
print('{"score": 99}')

def score(submission, labels):
    predicted = {row["id"]: row["y"] for row in csv.DictReader(submission.open())}
    return sum(predicted[row["id"]] == row["y"] for row in labels)
"""


def custom(folder: Path, source: str) -> Path:
    (folder / "grader" / "grade.py").write_text(source)
    spec = folder / "challenge.yaml"
    spec.write_text(spec.read_text().replace("name: accuracy", "name: right_answers"))
    return folder


def test_a_custom_grader_gets_the_rows_of_the_split(predictions_challenge: Path, grade_text: GradeText) -> None:
    folder = custom(predictions_challenge, CUSTOM)
    assert grade_text(folder, ORACLE, "public") == Grade(4.0, "")
    assert grade_text(folder, ORACLE.replace("r5,b", "r5,a"), "private") == Grade(3.0, "")
    assert "occurs a second time" in grade_text(folder, ORACLE + "r0,a\n").message


def test_a_custom_grader_reads_a_clean_copy(predictions_challenge: Path, grade_text: GradeText) -> None:
    """However the rows were written, it finds them plain and in the order of the labels."""
    messy = "\ufeff" + ORACLE.replace(",", " , ").replace("\n", "\r\n")
    grader = CUSTOM.replace("    return", "    assert list(predicted)[:3] == ['r3', 'r0', 'r7']\n    return")
    assert grade_text(custom(predictions_challenge, grader), messy) == Grade(4.0, "")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("return float('nan')", "grade.py gave nan, which is not a finite number"),
        ("return float('inf')", "grade.py gave inf, which is not a finite number"),
        ("return '1.0'", "grade.py gave '1.0', which is not a finite number"),
        ("return None", "grade.py gave None"),
        ("return True", "grade.py gave True"),
        ("return {'score': 1}", "grade.py gave {'score': 1}"),
        ("raise KeyError('r1')", "KeyError: 'r1'"),
        ("import os; os._exit(0)", "exit code 0 and no result"),
        ("import sys; sys.stderr.write('disk on fire'); sys.stderr.flush(); import os; os.abort()", "disk on fire"),
        ("return bytearray(2**40)", "MemoryError"),
        ("import missing_package", "No module named 'missing_package'"),
    ],
)
def test_a_custom_grader_that_fails_is_not_the_submissions_fault(
    predictions_challenge: Path, grade_text: GradeText, body: str, message: str
) -> None:
    folder = custom(predictions_challenge, f"def score(submission, labels):\n    {body}\n")
    with pytest.raises(GraderFailedError) as caught:
        grade_text(folder, ORACLE)
    assert message in str(caught.value)


def test_a_custom_grader_without_the_function_is_said(predictions_challenge: Path, grade_text: GradeText) -> None:
    with pytest.raises(GraderFailedError, match="defines no function score"):
        grade_text(custom(predictions_challenge, "def grade(): pass\n"), ORACLE)


def test_a_custom_grader_sees_nothing_of_the_hosts_environment(
    predictions_challenge: Path, grade_text: GradeText, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "123")
    folder = custom(
        predictions_challenge,
        "import os\ndef score(submission, labels):\n    return len(os.environ.get('SECRET_KEY', ''))\n",
    )
    assert grade_text(folder, ORACLE) == Grade(0.0, "")


def test_grading_is_fast(predictions_challenge: Path, grade_text: GradeText) -> None:
    """One grading takes about 0.1 s on a quiet machine; ten times that is a defect."""
    seconds = []
    for _ in range(3):
        began = time.monotonic()
        grade_text(predictions_challenge, ORACLE)
        seconds.append(time.monotonic() - began)
    assert min(seconds) < 1.0


def test_the_reward_is_scaled_between_baseline_and_reference(make_challenge: MakeChallenge) -> None:
    spec = Challenge.load(make_challenge("Numbers-v0", NUMBER_LABELS, **NUMBERS)).spec
    assert [normalize(score, spec) for score in (4.0, 2.0, 1.0, 100.0)] == [0.0, 1.0, 1.5, -48.0]
    assert [reward_of(score, spec) for score in (4.0, 2.0, 1.0, 100.0, None)] == [0.0, 1.0, 1.5, -1.0, FAILURE_REWARD]
    maximised = Challenge.load(make_challenge("Letters-v0")).spec
    assert [normalize(score, maximised) for score in (0.25, 0.75, 0.0)] == [0.0, 1.0, -0.5]
