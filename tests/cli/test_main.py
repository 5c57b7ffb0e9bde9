"""The command line as a user meets it: help, JSON, and one clear line for each mistake."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from synth_gym.cli.main import VERBS


def test_the_overview_names_every_verb(cli: Any) -> None:
    done = cli("--help")
    assert done.returncode == 0
    assert all(f"  {verb} " in done.stdout for verb in VERBS)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself_and_every_option(cli: Any, verb: str) -> None:
    done = cli(verb, "--help")
    assert done.returncode == 0, done.stderr
    assert f"usage: synth-gym {verb}" in done.stdout and "--json" in done.stdout
    undocumented = [
        line for line in done.stdout.splitlines() if line.strip().startswith("--") and len(line.split()) == 1
    ]
    assert not undocumented


def test_list_json_has_one_object_per_challenge(cli: Any, tiny_suite: Path) -> None:
    rows = cli.json("list", "--suite", tiny_suite)
    assert [row["id"] for row in rows] == [f"synth-ml/{folder.name}" for folder in sorted(tiny_suite.glob("*-v*"))]
    assert {"id", "suite", "family", "metric", "baseline", "reference", "certified"} <= set(rows[0])


def test_list_finds_the_shipped_suite_and_a_users_own(cli: Any, tiny_suite: Path) -> None:
    suites = {row["suite"] for row in cli.json("list", SYNTH_GYM_SUITES=str(tiny_suite))}
    assert {"core", "tiny"} <= suites


def test_show_prints_what_the_agent_reads(cli: Any, tiny_suite: Path) -> None:
    assert "Predict y from x" in cli("show", tiny_suite / "TinyLine-v0").stdout
    shown = cli.json("show", tiny_suite / "TinyLine-v0")
    assert "data/train.csv" in shown["files"] and shown["limits"]["steps"] == 8


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["rolout"], "no verb 'rolout' (did you mean 'rollout'?)"),
        (["list", "--suit", "x"], "unrecognized arguments: --suit x"),
        (["show", "synth-ml/TinyLime-v0"], "no challenge 'synth-ml/TinyLime-v0' (did you mean 'TinyLine-v0'?)"),
        (["list", "--suite", "nowhere"], "no suite 'nowhere'"),
        (["run", "nowhere.yaml"], "nowhere.yaml: cannot be read: No such file or directory"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_two(cli: Any, tiny_suite: Path, arguments: list[str], said: str) -> None:
    assert said in cli.refusal(*arguments, SYNTH_GYM_SUITES=str(tiny_suite))


def test_an_unknown_key_in_a_challenge_is_one_line(cli: Any, editable_challenge: Path) -> None:
    file = editable_challenge / "challenge.yaml"
    file.write_text(file.read_text().replace("metric:", "metrc:"))
    assert "unknown key 'metrc' (did you mean 'metric'?)" in cli.refusal("list", "--suite", editable_challenge.parent)


def test_an_empty_suite_is_one_line(cli: Any, tmp_path: Path) -> None:
    assert "the suite is empty" in cli.refusal(
        "rollout", "--suite", tmp_path, "--policy", "noop", "--out", tmp_path / "out"
    )


def test_an_unwritable_output_folder_is_one_line(cli: Any, tiny_suite: Path, tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    said = cli.refusal("rollout", "--suite", tiny_suite, "--policy", "noop", "--out", blocked / "out")
    assert "cannot write to" in said and "--out" in said


def test_without_bubblewrap_the_line_says_how_to_get_it_and_what_else_there_is(
    cli: Any, tiny_suite: Path, tmp_path: Path
) -> None:
    for program in ("bash", "sh", "env", "python3"):
        (tmp_path / program).symlink_to(str(shutil.which(program)))
    said = cli.refusal(
        "rollout", "--suite", tiny_suite, "--policy", "noop", "--out", tmp_path / "out", PATH=str(tmp_path)
    )
    assert "apt-get install bubblewrap" in said and "choose another sandbox: 'docker', or 'process'" in said


def test_a_missing_extra_is_one_line(cli: Any, editable_challenge: Path, tmp_path: Path) -> None:
    file = editable_challenge / "challenge.yaml"
    file.write_text(file.read_text() + "requirements:\n- a_package_that_is_nowhere\n")
    said = cli.refusal("rollout", "--suite", editable_challenge.parent, "--policy", "noop", "--out", tmp_path / "out")
    assert "'a_package_that_is_nowhere'" in said and "pip install 'synth-gym[ml]'" in said
