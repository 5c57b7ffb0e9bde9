"""The challenge directories that are made of a checkout."""

from __future__ import annotations

import csv
from pathlib import Path

import gymnasium
import pytest

from synth_gym.challenge import Challenge
from synth_gym.grading.printed import last_number
from synth_gym.grading.protocols import read_config
from synth_gym.interop.mlgym import Checkout
from synth_gym.interop.mlgym.bridge import prepare
from synth_gym.interop.mlgym.notes import Split
from synth_gym.interop.mlgym.split import split_table
from synth_gym.suite import register_suite

Challenges = dict[tuple[str, str], Challenge]


def test_strict_keeps_the_labels_out_of_the_workspace(challenges: Challenges) -> None:
    assert (challenges["compat", "titanicSurvival"].workspace / "data/ground_truth.csv").exists()
    strict = challenges["strict", "titanicSurvival"]
    shown = {path.name for path in strict.workspace.rglob("*")}
    assert "test.csv" in shown and "ground_truth.csv" not in shown


def test_strict_has_a_private_half(challenges: Challenges) -> None:
    with (challenges["strict", "titanicSurvival"].grader / "labels.csv").open(newline="") as file:
        splits = [row["split"] for row in csv.DictReader(file)]
    assert len(splits) == 24 and min(splits.count("public"), splits.count("private")) >= 6


def test_their_container_path_works_anywhere(challenges: Challenges) -> None:
    evaluator = (challenges["compat", "titanicSurvival"].workspace / "evaluate.py").read_text()
    assert "/home/agent" not in evaluator and "./submission.csv" in evaluator


def test_making_them_again_leaves_the_same_alone(challenges: Challenges, made_up: Checkout) -> None:
    before = challenges["strict", "battleOfSexes"]
    inode = before.path.stat().st_ino
    again = {one.spec.dataset.id: one for one in prepare(made_up, before.path.parent, "strict")}
    assert again["battleOfSexes"].path.stat().st_ino == inode
    assert not list(before.path.parent.glob(".making-*"))


def test_the_opponents_seeds_are_drawn_where_no_one_can_read_them(
    challenges: Challenges, made_up: Checkout, tmp_path: Path
) -> None:
    elsewhere = next(one for one in prepare(made_up, tmp_path, "strict") if one.spec.dataset.id == "battleOfSexes")
    here = challenges["strict", "battleOfSexes"]
    assert read_config("evaluator", here.grader)["seeds"] != read_config("evaluator", elsewhere.grader)["seeds"]
    assert not list(here.workspace.rglob("evaluator.yaml"))


def test_they_are_gymnasium_environments(challenges: Challenges) -> None:
    register_suite(challenges["strict", "battleOfSexes"].path.parent)
    assert "synth-ml/MLGym-BattleOfSexes-v0" in gymnasium.registry


def test_a_whole_table_is_split_as_mlgym_splits_it(tmp_path: Path) -> None:
    sklearn = pytest.importorskip("sklearn.model_selection")
    table = tmp_path / "whole.csv"
    table.write_text("Id,Size,Price\n" + "".join(f"{n},NA,{n * 10}\n" for n in range(40)))
    split = Split(source="whole.csv", labels="answer.csv", id_column="Id", target="Price")
    files = split_table(table, split)
    rest, test = sklearn.train_test_split(list(range(40)), test_size=0.2, random_state=42)
    assert [line.split(",")[0] for line in files["test.csv"].decode().split()[1:]] == [str(row) for row in test]
    assert files["answer.csv"].decode().split()[1] == f"{test[0]},{test[0] * 10}"
    assert files["train.csv"].startswith(b"Id,Size,Price\n") and files["test.csv"].startswith(b"Id,Size\n")
    assert len(rest) == len((files["train.csv"] + files["validation.csv"]).split()) - 2


@pytest.mark.parametrize(
    ("printed", "score"),
    [
        ('{"Score": 1}\nlater words\n', 1.0),
        ('{"Score": 1}\n{"Score": 2}', 2.0),
        ('{"Other": 1}', None),
        ('{"Score": NaN}', None),
        ("Score: 1", None),
        ("{broken", None),
    ],
)
def test_the_last_json_object_counts(printed: str, score: float | None) -> None:
    assert last_number(printed, "Score") == score
