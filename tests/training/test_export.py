"""Export: real episodes become rows that other programs read unchanged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge, Limits
from synth_gym.errors import SynthGymError
from synth_gym.policies import Action
from synth_gym.policies.scripted import ScriptedPolicy
from synth_gym.rollout.episode import run_episode
from synth_gym.rollout.record import write_record
from synth_gym.training import selection
from synth_gym.training.export import export
from synth_gym.training.rows import ParquetRows, data_hash, read_rows

LOOK = Action("show", {"path": "instruction.md", "start": 1}, thought="What is asked?")
SUBMIT = Action("submit", {})


@pytest.fixture(scope="module")
def records(tiny_challenge: Challenge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five episodes: a good one, the baseline, an invalid submission, one out of steps, one broken off."""
    folder = tmp_path_factory.mktemp("records")
    solution = (tiny_challenge.solution / "solution.py").read_text()
    write = Action("create", {"path": "solve.py", "content": solution})
    scripts: list[list[Action | str]] = [
        [LOOK, write, "python solve.py && validate", SUBMIT],
        [LOOK, "python baseline.py && validate", SUBMIT],
        [LOOK, "echo broken > submission.csv", SUBMIT],
        [LOOK, *["ls"] * 5],
        [LOOK],
    ]
    for seed, script in enumerate(scripts):
        record = run_episode(tiny_challenge, ScriptedPolicy(script), seed=seed, limits=Limits(steps=5))
        write_record(record, folder / f"{seed}.traj")
    return folder


def test_an_export_counts_what_each_rule_dropped(records: Path, tmp_path: Path) -> None:
    summary = export([records], tmp_path, [selection.submitted(), selection.beats_baseline()])
    assert (summary["records"], summary["rows"], summary["assistant_turns"]) == (5, 1, 4)
    assert [(stage["rule"], stage["kept"], stage["dropped"]) for stage in summary["rules"]] == [
        ("trainable", 4, 1),
        ("well-formed", 4, 0),
        ("submitted", 2, 2),
        ("beats the baseline", 1, 1),
    ]
    assert json.loads((tmp_path / "export.json").read_text()) == summary
    assert summary["hash"] == data_hash(tmp_path)
    assert "| submitted | 2 | 2 |" in (tmp_path / "README.md").read_text()
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "README.md",
        "export.json",
        "train.jsonl",
        "train.parquet",
    ]


def test_rows_hold_the_conversation_as_it_was_recorded(records: Path, tmp_path: Path) -> None:
    export([records], tmp_path)
    for row in read_rows(tmp_path):
        recorded = json.loads((records / f"{row['seed']}.traj").read_text())
        assert row["messages"] == recorded["messages"] and row["tools"] == recorded["tools"]
        assert row["env_id"] == "synth-ml/TinyLine-v0" and row["normalized"] == recorded["info"]["normalized"]


def test_the_same_records_give_the_same_bytes(records: Path, tmp_path: Path) -> None:
    first, second = export([records], tmp_path / "a"), export([records], tmp_path / "b")
    assert first == second
    for name in ("train.jsonl", "train.parquet", "README.md"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_parquet_gives_back_calls_without_the_arguments_of_other_tools(records: Path, tmp_path: Path) -> None:
    """Plain Arrow structs fill every call with every tool's arguments, as nulls that a student would learn to write."""
    from datasets import Dataset, load_dataset

    export([records], tmp_path)
    calls = [calls_of(row) for row in read_rows(tmp_path)]
    assert [
        calls_of(row) for row in load_dataset(str(tmp_path), split="train", cache_dir=str(tmp_path / "cache"))
    ] == calls
    naive = Dataset.from_list([{"messages": row["messages"]} for row in read_rows(tmp_path)])
    assert [calls_of(row) for row in naive] != calls


def test_parquet_is_written_in_batches_that_read_as_one(records: Path, tmp_path: Path) -> None:
    from datasets import Dataset

    export([records], tmp_path)
    rows = list(read_rows(tmp_path))
    parquet = ParquetRows(tmp_path / "small.parquet", batch=3)
    for row in rows:
        parquet.write(row)
    parquet.close()
    read = Dataset.from_parquet(str(tmp_path / "small.parquet"), cache_dir=str(tmp_path / "cache"))
    assert [row["seed"] for row in read] == [row["seed"] for row in rows]
    assert [calls_of(row) for row in read] == list(map(calls_of, rows))


def test_arguments_as_text_become_objects_and_unreadable_ones_drop_the_row(records: Path, tmp_path: Path) -> None:
    for name, text in (("0", '{"path": "a.py"}'), ("1", '{"path": "a.py'), ("2", '["a.py"]')):
        record = json.loads((records / f"{name}.traj").read_text())
        record["messages"][2]["tool_calls"][0]["function"]["arguments"] = text
        (tmp_path / f"{name}.traj").write_text(json.dumps(record))
    summary = export([tmp_path], tmp_path / "out")
    assert summary["rules"][1] == {"rule": "well-formed", "kept": 1, "dropped": 2}
    assert calls_of(next(read_rows(tmp_path / "out")))[0] == {"name": "show", "arguments": {"path": "a.py"}}


def test_an_empty_selection_says_which_rule_emptied_it(records: Path, tmp_path: Path, cli: Any) -> None:
    with pytest.raises(
        SynthGymError, match="none of the 5 records is left: the rule 'normalized >= 9' dropped the last 2"
    ):
        export([records], tmp_path / "out", [selection.submitted(), selection.min_normalized(9)])
    assert "there are no records" in cli.refusal("export", "--records", tmp_path, "--out", tmp_path / "out")
    assert not list((tmp_path / "out").iterdir())


def test_the_command_exports_audits_and_shows(records: Path, tokenizer: Any, tmp_path: Path, cli: Any) -> None:
    tokenizer.save_pretrained(tmp_path / "student")
    arguments = ("export", "--records", records, "--out", tmp_path / "out", "--audit", tmp_path / "student")
    result = cli.json(*arguments, "--submitted")
    assert result["rows"] == result["audit"]["rows"] == 2
    template = tmp_path / "student" / "chat_template.jinja"
    template.write_text(template.read_text().replace("{%- generation %}", "").replace("{%- endgeneration %}", ""))
    refused = cli(*arguments)
    assert refused.returncode == 2 and "Traceback" not in refused.stderr
    assert "row 1 (synth-ml/TinyLine-v0, seed 0): no token is trained" in refused.stderr.splitlines()[-1]


def calls_of(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Every tool call of a row: name and arguments."""
    return [call["function"] for message in row["messages"] for call in message.get("tool_calls") or ()]
