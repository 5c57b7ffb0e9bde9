"""The shipped prompts fit the stages' inputs, and a user's own are checked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jinja2 import UndefinedError

from synth_gym.errors import InvalidFileError
from synth_gym.synthesis.llm.prompts import Prompts, correction, load_prompts, messages
from synth_gym.synthesis.llm.schemas import ChallengeInput, ProposalsInput, RepairInput, TopicsInput

CELL = {"area": "energy", "modality": "documents", "task_type": "regression", "difficulty": "easy"}
PROPOSAL = {"title": "T", "task": "Predict it.", "dataset_query": "q", "dataset_id": None, "target": "y"}
PROPOSAL |= {"features": None, "task_type": "regression", "metric": "mae"}
COLUMNS = [{"name": name, "dtype": "number", "distinct": 9, "missing": 0, "examples": [1]} for name in ("x", "y")]
DATASET = {"id": "o/n", "config": "c", "split": "train", "revision": "0", "licence": "MIT", "columns": COLUMNS}
DATASET |= {"rows": 9, "sample": [{"x": 1, "y": "é"}]}
DRAFT = {"title": "T", "instruction_notes": "", "metric": "mae", "features": ["x"], "drop_columns": []}
DRAFT |= {"baseline": "{{ not a template }}", "reference": "r", "grader": None}
FAILURE = {"stage": "gate", "name": "leak_columns", "message": "column 'x' tells the label"}
GIVEN: dict[str, Any] = {
    "topics": TopicsInput.model_validate({"count": 5, "cell": CELL, "avoid": ["Old"]}),
    "proposals": ProposalsInput.model_validate({"topic": {"title": "T", "description": "D", **CELL}, "candidates": 3}),
    "challenge": ChallengeInput.model_validate({"proposal": PROPOSAL, "dataset": DATASET, "metrics": ["mae", "rmse"]}),
    "repair": RepairInput.model_validate({"challenge": DRAFT, "dataset": DATASET, "failure": FAILURE}),
}


@pytest.mark.parametrize("stage", GIVEN)
def test_every_stage_ends_with_its_input(stage: str) -> None:
    system, user = messages(load_prompts(), stage, GIVEN[stage])
    asked, _, given = user["content"].rpartition("\nINPUT\n")
    assert json.loads(given) == GIVEN[stage].model_dump(mode="json")
    assert (system["role"], user["role"]) == ("system", "user")
    assert "{{" not in asked and "{%" not in asked


def test_who_mends_is_told_the_target_the_failure_and_the_rules() -> None:
    told = messages(load_prompts(), "repair", GIVEN["repair"])[1]["content"]
    assert "A gate refused it: leak_columns." in told and "column 'x' tells the label" in told
    assert "The target is\n`y`" in told and load_prompts().rules.strip() in told


def test_an_empty_reply_is_quoted_as_something() -> None:
    said, asked = correction(load_prompts(), "", "the reply is not JSON")
    assert said["content"] and "the reply is not JSON" in asked["content"]


def test_mistakes_in_a_file_of_prompts(tmp_path: Path) -> None:
    file = tmp_path / "prompts.yaml"
    file.write_text("system: x\ntopic: y\n")
    with pytest.raises(InvalidFileError, match=r"unknown key 'topic' \(did you mean 'topics'\?\)"):
        load_prompts(file)
    wrong = Prompts(**load_prompts().model_dump() | {"topics": "{{ counts }} topics"})
    with pytest.raises(UndefinedError, match="counts"):
        messages(wrong, "topics", GIVEN["topics"])
