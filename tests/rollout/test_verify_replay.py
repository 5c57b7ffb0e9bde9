"""`synth-gym replay`: the same seed and actions give the same observations and the same score, or it says where not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import players
import pytest

from synth_gym.challenge import Challenge
from synth_gym.cli.main import main
from synth_gym.policies.base import Action
from synth_gym.policies.scripted import ScriptedPolicy
from synth_gym.rollout import Record, read_record, replay, run_episode, write_record

ROUTE = (
    "ls -l && date && python -c 'import os; print(os.environ[\"SEED\"])'",
    Action("bsh", {}),
    "python -c 'import time, tempfile; print(f\"{time.time() % 9:.3f} s\", tempfile.mkdtemp())'",
    "cat no-such-file",
    "python baseline.py && validate",
    "submit",
)
"""Times, a malformed action, a failing command, a score."""


@pytest.fixture(scope="module")
def record(tiny_challenge: Challenge) -> Record:
    return run_episode(tiny_challenge, ScriptedPolicy(ROUTE), seed=11)


@pytest.fixture
def file(tmp_path: Path, record: Record) -> Path:
    write_record(record, tmp_path / "x.traj")
    return tmp_path / "x.traj"


def changed(record: Record, step: int, **fields: Any) -> Record:
    trajectory = list(record.trajectory)
    trajectory[step] = trajectory[step].model_copy(update=fields)
    return record.model_copy(update={"trajectory": trajectory})


def test_an_episode_is_reproduced_twice(cli: Any, file: Path, tiny_challenge: Challenge) -> None:
    for _ in range(2):
        result = cli.json("replay", file, "--verify", "--challenge", tiny_challenge.path)
        assert result["equal"] and result["steps"] == len(ROUTE) and result["different_steps"] == []
        assert (
            result["raw_score"] == pytest.approx(tiny_challenge.spec.baseline.mean) and not result["challenge_changed"]
        )


@pytest.mark.parametrize("player", [players.Raises, players.OutOfContext], ids=["raised", "stopped"])
def test_an_episode_that_the_policy_ended_is_reproduced(tiny_challenge: Challenge, player: Any) -> None:
    again = replay(run_episode(tiny_challenge, player()), tiny_challenge)
    assert again.equal and again.outcome in ("cancelled", "context_limit") and again.raw_score is not None


def test_another_sandbox_gives_the_same(tiny_challenge: Challenge) -> None:
    record = run_episode(tiny_challenge, ScriptedPolicy(["pwd", "python baseline.py", "submit"]))
    assert record.trajectory[0].observation == "/workspace\n"
    with pytest.warns(UserWarning, match="isolates nothing"):
        again = replay(record, tiny_challenge, sandbox="process")
    assert again.equal, again.first_difference


def test_a_forged_score_is_found(
    record: Record, tmp_path: Path, tiny_challenge: Challenge, capsys: pytest.CaptureFixture[str]
) -> None:
    forged = record.model_copy(update={"info": record.info.model_copy(update={"raw_score": 0.1})})
    write_record(forged, tmp_path / "x.traj")
    assert main(["replay", str(tmp_path / "x.traj"), "--verify", "--challenge", str(tiny_challenge.path)]) == 1
    assert "raw score: recorded 0.1, now 5.15" in capsys.readouterr().out


def test_the_first_difference_is_shown(
    record: Record, tmp_path: Path, tiny_challenge: Challenge, capsys: pytest.CaptureFixture[str]
) -> None:
    observation = record.trajectory[3].observation
    forged = changed(
        changed(record, 3, observation=observation.replace("No such", "Such a")), 5, observation="Well done.\n"
    )
    write_record(forged, tmp_path / "x.traj")
    command = ["replay", str(tmp_path / "x.traj"), "--challenge", str(tiny_challenge.path)]
    assert main([*command, "--verify"]) == 1
    said = capsys.readouterr().out
    assert "observations that differ: 2, the first at step 4" in said
    assert "--- step 4, recorded" in said and "-cat: no-such-file: Such a file or directory" in said
    assert "+cat: no-such-file: No such file or directory" in said and "Well done" not in said
    assert main(command) == 0


def test_a_changed_action_is_found(record: Record, tiny_challenge: Challenge) -> None:
    again = replay(changed(record, 4, action="python baseline.py"), tiny_challenge)
    assert again.different_steps == [5] and "validated 5.1" in again.first_difference


def test_an_episode_that_ends_early_is_found(record: Record, tiny_challenge: Challenge) -> None:
    again = replay(changed(record, 0, action="python baseline.py && submit"), tiny_challenge)
    assert not again.equal and f"steps: recorded {len(ROUTE)}, now 1" in again.result_differences


def test_a_changed_challenge_is_said(record: Record, editable_challenge: Path) -> None:
    with (editable_challenge / "solution" / "solution.py").open("a") as solution:
        solution.write("# a comment\n")
    again = replay(record, Challenge.load(editable_challenge))
    assert again.challenge_changed and again.equal
    with (editable_challenge / "workspace" / "instruction.md").open("a") as instruction:
        instruction.write("Good luck.\n")
    again = replay(record, Challenge.load(editable_challenge))
    assert again.different_steps[0] == 0 and "+Good luck." in again.first_difference


def test_the_challenge_is_found_by_its_id(cli: Any, file: Path, tiny_suite: Path) -> None:
    assert "give its folder with --challenge" in cli.refusal("replay", file)
    assert cli.json("replay", file, "--verify", SYNTH_GYM_SUITES=str(tiny_suite))["equal"]


def test_a_file_that_is_no_record_is_refused(cli: Any, tmp_path: Path) -> None:
    (tmp_path / "x.traj").write_text(json.dumps({"trajectory": [], "history": [], "info": {}}))
    assert "is not a record" in cli.refusal("replay", tmp_path / "x.traj", "--verify")
    assert "cannot be read" in cli.refusal("replay", tmp_path / "none.traj")


def test_a_person_plays_and_the_record_is_reproduced(
    tiny_challenge: Challenge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed = tmp_path / "typed.txt"
    typed.write_text("ls\npython baseline.py && \\\nvalidate\nsubmit\n")
    with typed.open() as keyboard:
        monkeypatch.setattr("sys.stdin", keyboard)
        assert main(["play", str(tiny_challenge.path), "--out", str(tmp_path / "out"), "--seed", "4"]) == 0
    said = capsys.readouterr().out
    assert "# A line" in said and "Public score" in said and "submitted after 3 steps: score 5.15" in said
    (file,) = (tmp_path / "out").rglob("*.traj")
    record = read_record(file)
    assert (record.policy.name, record.seed) == ("human", 4)
    assert replay(record, tiny_challenge).equal


def test_a_person_who_leaves_is_recorded_as_cancelled(
    tiny_challenge: Challenge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    typed = tmp_path / "typed.txt"
    typed.write_text("ls\n")
    with typed.open() as keyboard:
        monkeypatch.setattr("sys.stdin", keyboard)
        assert main(["play", str(tiny_challenge.path), "--out", str(tmp_path / "out")]) == 0
    (file,) = (tmp_path / "out").rglob("*.traj")
    assert read_record(file).info.outcome == "cancelled"
