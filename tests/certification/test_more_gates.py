"""The gates on data, cost, splits, solvability and cheats find what they are there for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from synth_gym.certification.gate import Finding
from tests.certification.kinds import CLASSES, drawn, write

Check = Callable[[str, Path], Finding]
Edit = Callable[..., Path]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "suite" / "TinyKinds-v0"


def assert_fails(finding: Finding, message: str) -> None:
    assert finding.status == "failed" and message in finding.message, finding


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("data/train.csv", b"", "workspace/data/train.csv has no rows"),
        ("data/train.csv", b"\xff\xfe\x00", "workspace/data/train.csv is not a table"),
        ("data/more.csv", b"a,b\n1\n", "workspace/data/more.csv has rows with more or fewer fields than its header"),
        ("data/more.csv", b"a,a\n1,2\n", "workspace/data/more.csv names a column twice"),
        ("sample_submission.csv", b"id,kind\n1,ash\n", "does not name every id of the labels once and no other"),
    ],
)
def test_dataset_finds_broken_tables(folder: Path, check: Check, file: str, content: bytes, message: str) -> None:
    write(drawn(), folder)
    (folder / "workspace" / file).write_bytes(content)
    assert_fails(check("dataset", folder), message)


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        ("150 rows", "151 rows", "states 151 rows for data/train.csv"),
        ("`girth` | number", "`width` | number", "describes a column 'width' that the data do not have"),
        ("| `leaf` | number | Centimetres. |\n", "", "does not describe the column 'leaf'"),
        ("`kind` | category", "`kind` | number", "says that column 'kind' is of type number, it holds text"),
    ],
)
def test_dataset_compares_the_instruction_with_the_files(
    folder: Path, check: Check, edit: Edit, before: str, after: str, message: str
) -> None:
    spoilt = edit(write(drawn(), folder), "workspace/instruction.md", before, after)
    assert_fails(check("dataset", spoilt), message)


def test_dataset_compares_training_and_test_rows(folder: Path, check: Check) -> None:
    kinds = drawn()
    for row in kinds.test:
        row["leaf"] = f"{row['leaf']} cm"
    kinds.train[0]["kind"] = "oak"
    finding = check("dataset", write(kinds, folder))
    assert_fails(finding, "column 'leaf' holds numbers in one of training and test rows and text in the other")
    assert_fails(finding, "the training value 'oak', which no submission may have")
    assert finding.figure == 3


@pytest.mark.parametrize(
    ("limits", "message"),
    [("memory_mb: 12", "MB of memory"), ("disk_mb: 1\n", "MB of disk"), ("cpus: 0.0001", "CPU-seconds")],
)
def test_cost_finds_limits_that_leave_no_room(line: Path, check: Check, edit: Edit, limits: str, message: str) -> None:
    (line / "workspace" / "data" / "large.bin").write_bytes(bytes(600_000))
    edit(line, "challenge.yaml", "  validations: 3", f"  validations: 3\n  {limits}")
    finding = check("cost", line)
    assert_fails(finding, message)
    assert isinstance(finding.figure, float) and finding.figure > 0.5


def test_second_split_finds_private_rows_by_place_id_or_value(folder: Path, check: Check) -> None:
    kinds = drawn()
    for index, row in enumerate(kinds.test):
        row["split"] = "public" if index < 40 else "private"
    assert_fails(check("second_split", write(kinds, folder)), "the place of a row tells which test rows are private")
    kinds = drawn().add("id", lambda row: row["id"] + 10_000 * (row["split"] == "private"))
    assert_fails(check("second_split", write(kinds, folder)), "the id tells which test rows are private")
    kinds = drawn().add("leaf", lambda row: row["leaf"] + 2 * (row["split"] == "private"))
    assert_fails(check("second_split", write(kinds, folder)), "column 'leaf' tells which test rows are private")


def test_second_split_finds_forecasts_of_the_past(folder: Path, check: Check, edit: Edit) -> None:
    kinds = drawn()
    for step, row in enumerate([*kinds.train, *kinds.test]):
        row["step"] = step
    later = edit(write(kinds, folder), "challenge.yaml", "tabular-classification", "forecasting")
    assert check("second_split", later).status == "passed"
    kinds.test[0]["step"] = 3
    assert_fails(check("second_split", write(kinds, folder)), "but not all: cut cleanly")
    kinds.add("step", lambda row: row["id"])
    mixed = edit(write(kinds, folder), "challenge.yaml", "tabular-classification", "forecasting")
    assert_fails(check("second_split", mixed), "test rows are not later than all training rows by 'step'")


def test_second_split_finds_splits_that_are_not_alike(folder: Path, check: Check) -> None:
    kinds = drawn()
    for row in kinds.test:
        if row["split"] == "public":
            row["kind"] = CLASSES[(CLASSES.index(row["kind"]) + 1) % 3]
    assert_fails(check("second_split", write(kinds, folder)), "standard deviations of splits drawn at random")


def test_second_split_finds_a_reference_that_leads_by_luck(folder: Path, check: Check) -> None:
    write(drawn(), folder)
    (folder / "workspace" / "baseline.py").write_text((folder / "solution" / "solution.py").read_text())
    (folder / "solution" / "solution.py").write_text(
        (folder / "solution" / "solution.py").read_text().replace('"height", "girth", "leaf"', '"height"')
    )
    assert_fails(check("second_split", folder), "of hidden halves of the private rows")


def test_second_split_finds_a_game_whose_opponents_are_known(game: Path, check: Check) -> None:
    path = game / "grader" / "game.yaml"
    config = yaml.safe_load(path.read_text())
    config["opponents"]["private"] = config["opponents"]["public"]
    path.write_text(yaml.safe_dump(config))
    assert_fails(check("second_split", game), "opponents of the private split are those of the public one")


def test_solvability_finds_what_nobody_and_what_everybody_solves(line: Path, check: Check, edit: Edit) -> None:
    solution, baseline = line / "solution" / "solution.py", line / "workspace" / "baseline.py"
    solved = solution.read_text()
    solution.write_text(baseline.read_text())
    assert_fails(check("solvability", line), "nothing shows that the baseline can be beaten")
    baseline.write_text(solved.replace("my + slope", "my + 0.97 * slope"))
    solution.write_text(solved)
    edit(line, "challenge.yaml", "optimum: 0.0", "optimum: 0.5")
    assert_fails(check("solvability", line), "every policy reaches the ceiling")


def test_data_needed_finds_an_answer_in_the_instruction(line: Path, check: Check, edit: Edit) -> None:
    (line / "grader" / "grade.py").write_text(
        "import csv\ndef score(submission, labels):\n"
        "    return abs(float(next(csv.DictReader(submission.open()))['y']) - 1234)\n"
    )
    edit(line, "workspace/instruction.md", "Predict `y` from `x`.", "Predict `y` from `x`, which is often 1234.")
    assert_fails(check("data_needed", line), "always 1234 scores 0 without a look at the data")


def test_data_needed_finds_a_game_that_needs_no_looking(game: Path, check: Check) -> None:
    config = game / "grader" / "game.yaml"
    head, _, _ = config.read_text().partition("opponents:")
    always = "[{strategy: always, parameters: {action: rock}, seed: 1}]"
    config.write_text(f"{head}opponents:\n  public: {always}\n  private: {always}\n")
    assert_fails(check("data_needed", game), "always paper, which observes nothing, gets")
