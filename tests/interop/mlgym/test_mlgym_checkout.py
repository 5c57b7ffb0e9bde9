"""Reading a checkout, and the table of what can run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from synth_gym.errors import SynthGymError
from synth_gym.interop.mlgym import Checkout, load_checkout
from synth_gym.interop.mlgym.notes import all_notes, benchmark
from synth_gym.interop.mlgym.obstacles import obstacles


def test_tasks_are_read_with_their_data_sets_and_unknown_keys_do_not_matter(made_up: Checkout) -> None:
    task = made_up.task("titanicSurvival")
    assert task.metric == "accuracy" and task.direction == "maximize" and task.file.seconds == 60
    assert "TRAVELLERS:\nMade up" in task.instruction
    assert made_up.task("battleOfSexes").baseline == 0.75
    assert made_up.agents["default"].history_processor == "Last5Observations"


def test_a_broken_task_file_is_reported_and_the_others_are_read(made_up: Checkout) -> None:
    assert len(made_up.faults) == 1 and "broken.yaml: task_entrypoint" in made_up.faults[0]
    assert [task.id for task in made_up.tasks] == ["3SATTime", "battleOfSexes", "titanicSurvival", "unheardOf"]


def test_what_cannot_run_says_why(made_up: Checkout) -> None:
    assert obstacles(made_up.task("battleOfSexes")) == []
    assert any("never published" in why for why in obstacles(made_up.task("3SATTime")))
    unheard = "; ".join(obstacles(made_up.task("unheardOf")))
    assert "evaluate.py is not in the checkout" in unheard and "not known" in unheard


def test_data_that_are_missing_stop_a_task(made_up: Checkout, tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    shutil.copytree(made_up.path, copy)
    shutil.rmtree(copy / "data" / "titanic" / "data")
    assert "data/titanic/data) are not in the checkout" in obstacles(load_checkout(copy).task("titanicSurvival"))[0]


def test_a_variant_with_the_same_id_does_not_take_the_tasks_place(made_up: Checkout, tmp_path: Path) -> None:
    copy = tmp_path / "checkout"
    shutil.copytree(made_up.path, copy)
    text = (copy / "configs/tasks/battleOfSexes.yaml").read_text()
    (copy / "configs/tasks/aVariant.yaml").write_text(text.replace("Two Doors", "A variant"))
    assert load_checkout(copy).task("battleOfSexes").file.name == "Two Doors"


def test_a_folder_that_is_no_checkout_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SynthGymError, match="no checkout of MLGym"):
        load_checkout(tmp_path)


def test_the_notes_cover_every_published_task() -> None:
    assert {task.id for task in benchmark().tasks} <= set(all_notes())


def test_list_shows_a_checkout(cli: Any, made_up: Checkout) -> None:
    rows = {row.get("task"): row for row in cli.json("list", "--benchmark", "mlgym", "--mlgym", made_up.path)}
    assert rows["battleOfSexes"]["id"] == "synth-ml/MLGym-BattleOfSexes-v0" and rows["battleOfSexes"]["runs"]
    assert rows["battleOfSexes"]["gameable"] == "runs-agent-code"
    assert not rows["3SATTime"]["runs"] and rows["3SATTime"]["direction"] == "minimize"
    shown = cli("list", "--benchmark", "mlgym", "--mlgym", made_up.path).stdout
    assert "TitanicSurvival" in shown and "never published" in " ".join(shown.split())


def test_list_without_a_checkout_knows_the_published_tasks(cli: Any) -> None:
    rows = {row["task"]: row for row in cli.json("list", "--benchmark", "mlgym")}
    assert len(rows) == 13
    assert rows["blotto"]["runs"] is None and rows["languageModelingFineWeb"]["runs"] is False
