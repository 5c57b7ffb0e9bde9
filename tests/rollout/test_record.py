"""The file of one episode."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from synth_gym.errors import InvalidFileError
from synth_gym.rollout import Record, read_record, read_records, record_files, write_record


@pytest.fixture
def file(tmp_path: Path, baseline_record: Record) -> Path:
    path = tmp_path / "records" / "one.traj"
    write_record(baseline_record, path)
    return path


@pytest.fixture
def data(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_a_record_survives_the_disk(file: Path, baseline_record: Record) -> None:
    assert read_record(file) == baseline_record
    assert list(file.parent.iterdir()) == [file]


def test_it_holds_what_contract_asks(data: dict[str, Any], baseline_record: Record) -> None:
    assert {
        "env_id",
        "challenge_hash",
        "seed",
        "package_version",
        "tools",
        "messages",
        "usage",
        "sandbox",
    } <= data.keys()
    assert data["info"]["outcome"] == data["info"]["exit_status"] == "submitted"
    assert data["info"]["validations"] == 1 and data["info"]["steps"] == 4
    assert data["info"]["best_score"] == data["trajectory"][2]["score"]
    assert [step["exit_code"] for step in data["trajectory"]] == [0, 0, 0, 0]
    assert data["info"]["raw_score"] == pytest.approx(data["metric"]["baseline"])
    assert data["info"]["reward"] == sum(step["reward"] for step in data["trajectory"])
    assert data["seconds"] > sum(step["execution_time"] for step in data["trajectory"])


def test_messages_are_one_system_one_user_then_pairs(baseline_record: Record) -> None:
    roles = [message["role"] for message in baseline_record.messages]
    assert roles == ["system", "user"] + ["assistant", "tool"] * 4
    calls = [message["tool_calls"][0] for message in baseline_record.messages if message["role"] == "assistant"]
    answers = [message for message in baseline_record.messages if message["role"] == "tool"]
    assert [call["id"] for call in calls] == [answer["tool_call_id"] for answer in answers]
    assert len({call["id"] for call in calls}) == 4
    assert all(isinstance(call["function"]["arguments"], dict) for call in calls)
    known = {tool["function"]["name"] for tool in baseline_record.tools}
    assert {call["function"]["name"] for call in calls} <= known
    for message, step in zip(answers, baseline_record.trajectory, strict=True):
        assert message["content"] == step.observation


def test_swe_agents_inspectors_find_what_they_read(data: dict[str, Any]) -> None:
    """The keys that `sweagent inspector` (web) and `sweagent inspect` (terminal) index without a default."""
    for item in data["history"]:
        assert {"role", "content"} <= item.keys()
        assert item["role"] != "assistant" or {"action", "thought"} <= item.keys()
    for step in data["trajectory"]:
        assert {"action", "observation", "response", "thought", "execution_time", "state"} <= step.keys()
        assert all(isinstance(value, str) for value in step["state"].values())
    assert data["info"]["exit_status"].startswith("submitted") and "submission" in data["info"]
    assert isinstance(data["info"]["model_stats"]["instance_cost"], float)
    assert data["replay_config"] is None and data["environment"] == data["env_id"]
    for call in (call for item in data["history"] for call in item.get("tool_calls", [])):
        assert isinstance(json.loads(call["function"]["arguments"]), dict)


@pytest.mark.parametrize(
    "content, complaint",
    [
        (b"", "is not JSON"),
        (b'{"trajectory": [', "is not JSON"),
        (b'{"env_id": "\xff"}', "is not UTF-8"),
        (b"[1, 2]", "must hold a mapping"),
        (b'{"trajectory": [], "history": [], "info": {}}', "it has no trajectory_format"),
        (b'{"trajectory_format": "mini-swe-agent-1.1"}', "its trajectory_format is 'mini-swe-agent-1.1'"),
        (b'{"trajectory_format": "synth-gym-1"}', "key 'env_id' is missing"),
    ],
)
def test_a_broken_or_foreign_file_is_refused_on_one_line(tmp_path: Path, content: bytes, complaint: str) -> None:
    file = tmp_path / "x.traj"
    file.write_bytes(content)
    with pytest.raises(InvalidFileError) as caught:
        read_record(file)
    assert str(caught.value).startswith(f"{file}: ") and complaint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_reading_is_strict(file: Path, data: dict[str, Any]) -> None:
    for change, complaint in (
        ({"sede": 3}, r"unknown key 'sede' \(did you mean 'seed'\?\)"),
        ({"seed": "three"}, "seed: "),
        ({"info": data["info"] | {"outcome": "won"}}, r"info\.outcome: "),
    ):
        file.write_text(json.dumps(data | change), encoding="utf-8")
        with pytest.raises(InvalidFileError, match=complaint):
            read_record(file)


def test_records_are_read_one_by_one_in_order(tmp_path: Path, baseline_record: Record) -> None:
    for name in ("b/2.traj", "a/9.traj", "a/1.traj", ".hidden.traj.7.tmp", "notes.json"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        write_record(baseline_record, tmp_path / name)
    (tmp_path / "b" / "3.traj").write_text("{")
    assert [file.relative_to(tmp_path).as_posix() for file in record_files(tmp_path)] == [
        "a/1.traj",
        "a/9.traj",
        "b/2.traj",
        "b/3.traj",
    ]
    stream = read_records(tmp_path)
    assert [next(stream).seed for _ in range(3)] == [3, 3, 3]
    with pytest.raises(InvalidFileError, match=r"3\.traj: is not JSON"):
        next(stream)


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(InvalidFileError, match="no such folder of records"):
        read_records(tmp_path / "none")
