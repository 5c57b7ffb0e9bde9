"""Tool bundles of one's own in a rollout: given on the command line, kept in the record, there again in a replay."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge
from synth_gym.rollout import Player, plan_jobs, read_record, record_files

MARK = "#!/bin/sh\necho marked by $WHO with $LEVEL\n"
STATE = '#!/bin/sh\necho "{\\"open_file\\": \\"$WHO\\"}" > ~/state.json\n'
POLICY = """
from synth_gym.policies import Action

class Marker:
    name = "marker"

    def __init__(self, *, seed=0):
        pass

    def reset(self, observation, info):
        self.tools = [tool["function"]["name"] for tool in info["tools"]]
        self.calls = iter([("mark", {}), ("bash", {"command": "python baseline.py"}), ("submit", {})])

    def act(self, observation, info):
        return Action(*next(self.calls), thought=" ".join(self.tools))
"""


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "marking"
    (folder / "bin").mkdir(parents=True)
    (folder / "config.yaml").write_text("tools: {mark: {docstring: Mark.}}\nstate_command: _state\n")
    (folder / "install.sh").write_text("export LEVEL=${DEPTH:-none}\n")
    for name, source in {"mark": MARK, "_state": STATE}.items():
        (folder / "bin" / name).write_text(source)
    return folder


def test_a_rollout_with_foreign_tools_and_its_replay(
    cli: Any, bundle: Path, tiny_challenge: Challenge, tmp_path: Path
) -> None:
    (tmp_path / "marker.py").write_text(POLICY)
    tools = ["--tools", bundle, "submission", "--variables", "WHO=me too", "DEPTH=2=3"]
    play = ["rollout", "--suite", tiny_challenge.path.parent, "--policy", "marker:Marker", "--out", tmp_path / "out"]
    assert cli.json(*play, *tools, PYTHONPATH=str(tmp_path))["outcomes"] == {"submitted": 1}
    (file,) = record_files(tmp_path / "out")
    record = read_record(file)
    assert record.bundles == [str(bundle), "submission"] and record.variables == {"WHO": "me too", "DEPTH": "2=3"}
    first = record.trajectory[0]
    assert (first.action, first.observation) == ("mark", "marked by me too with 2=3\n")
    assert first.state == {"working_dir": "/workspace", "open_file": "me too"}
    assert first.thought == "bash mark validate submit"
    assert cli("replay", file, "--verify", "--challenge", tiny_challenge.path).returncode == 0
    assert cli.json(*play, *tools, PYTHONPATH=str(tmp_path))["finished_before"] == 1


def test_a_person_plays_with_foreign_tools(bundle: Path, tiny_challenge: Challenge, tmp_path: Path) -> None:
    words = ["play", tiny_challenge.path, "--tools", bundle, "submission", "--variables", "WHO=I", "--out", tmp_path]
    done = subprocess.run(
        [sys.executable, "-m", "synth_gym.cli.main", *map(str, words)],
        input="mark\npython baseline.py\nsubmit\n",
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0 and "marked by I with none" in done.stdout, done.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--tools", "./nowhere"], "nowhere: is not a tool bundle"),
        (["--tools", "serch"], "no tool bundle 'serch' is shipped (did you mean 'search'?)"),
        (["--tools", "submission", "--variables", "WHO"], "--variables WHO: write NAME=VALUE"),
        (["--tools", "submission", "--variables", "a b=c"], "--variables a b=c: write NAME=VALUE"),
    ],
)
def test_a_mistake_is_found_before_the_first_episode(
    cli: Any, tiny_suite: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    assert said in cli.refusal("rollout", "--suite", tiny_suite, "--policy", "noop", "--out", tmp_path, *words)


def test_a_bundle_that_cannot_be_installed_is_found_in_time(
    cli: Any, bundle: Path, tiny_suite: Path, tmp_path: Path
) -> None:
    (bundle / "install.sh").write_text("echo there is no compiler; false")
    words = ["rollout", "--suite", tiny_suite, "--policy", "noop", "--out", tmp_path / "out", "--tools", bundle]
    assert "its install.sh fails in the sandbox: there is no compiler" in cli.refusal(*words)


def test_other_tools_make_another_episode(tiny_challenge: Challenge, tmp_path: Path, bundle: Path) -> None:
    players = [
        Player("noop"),
        Player("noop").equipped(["submission"], {}),
        Player("noop").equipped([str(bundle)], {}),
        Player("noop").equipped([str(bundle)], {"WHO": "me"}),
    ]
    assert len({job.file for job in plan_jobs([tiny_challenge], players, [0], out=tmp_path)}) == 4


def test_a_language_model_is_told_of_its_tools() -> None:
    given = {"tools": ["submission"], "variables": {"X": "1"}}
    assert Player("llm", {"model": "m"}).equipped(["submission"], {"X": "1"}).options == {"model": "m"} | given
    assert Player("noop").equipped(["submission"], {"X": "1"}).options == {}
