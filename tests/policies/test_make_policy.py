"""Policies by name, and the simple ones."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from synth_gym.errors import InvalidFileError, SynthGymError
from synth_gym.outcome import Outcome
from synth_gym.policies import POLICIES, Action, Policy, PolicyStopped, make_policy
from synth_gym.tools import Toolset


def actions(policy: Policy, info: dict[str, Any], most: int = 100) -> list[Action]:
    """What a policy does, whatever happens, until it stops."""
    policy.reset("The task.", info)
    done: list[Action] = []
    while len(done) < most:
        try:
            done.append(policy.act("ok", info))
        except PolicyStopped:
            break
    return done


def test_noop_and_baseline(first_info: dict[str, Any]) -> None:
    assert actions(make_policy("noop", seed=0), first_info) == [Action("submit")]
    assert actions(make_policy("baseline", seed=0), first_info) == [
        Action("bash", {"command": "python baseline.py"}),
        Action("validate"),
        Action("submit"),
    ]


def test_scripted_stops_at_its_end_and_starts_again(first_info: dict[str, Any]) -> None:
    policy = make_policy("scripted", seed=0, actions=["ls", Action("submit")])
    expected = [Action("bash", {"command": "ls"}), Action("submit")]
    assert actions(policy, first_info) == expected
    with pytest.raises(PolicyStopped) as stopped:
        policy.act("ok", first_info)
    assert stopped.value.outcome is Outcome.CANCELLED
    assert actions(policy, first_info) == expected


def test_random_is_seeded_and_only_does_what_the_tools_offer(first_info: dict[str, Any]) -> None:
    policy = make_policy("random", seed=3)
    drawn = actions(policy, first_info, 300)
    assert drawn == actions(policy, first_info, 300)
    assert drawn != actions(make_policy("random", seed=4), first_info, 300)
    tools = Toolset.default()
    commands = {tools.render(action.tool, action.arguments) for action in drawn}
    assert {"python baseline.py", "validate", "submit", "cat instruction.md"} <= commands
    assert sum(action.tool == "submit" for action in drawn) < 40


def test_replay_does_what_the_record_says(tmp_path: Path, first_info: dict[str, Any]) -> None:
    steps = [
        {"kind": "command", "tool": "bash", "arguments": {"command": "ls"}, "thought": "Look.", "observation": "a\n"},
        {"kind": "rejected", "tool": "", "arguments": {}, "thought": "Hm.", "observation": "No tool call."},
        {"kind": "stopped", "tool": "", "arguments": {}, "thought": "", "observation": "ended"},
    ]
    record = tmp_path / "x.traj"
    record.write_text(json.dumps({"trajectory": steps}))
    assert actions(make_policy("replay", seed=0, record=str(record)), first_info) == [
        Action("bash", {"command": "ls"}, thought="Look."),
        Action("", {}, thought="Hm.", error="No tool call."),
    ]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"trajectory": [1]}'])
def test_replay_of_something_else(tmp_path: Path, content: str) -> None:
    record = tmp_path / "x.traj"
    record.write_text(content)
    with pytest.raises(InvalidFileError, match=r"x\.traj: is not a record of an episode"):
        make_policy("replay", seed=0, record=record)
    with pytest.raises(InvalidFileError, match="cannot be read: No such file"):
        make_policy("replay", seed=0, record=tmp_path / "gone.traj")


def test_human_reads_lines_until_end_of_input() -> None:
    program = """
from synth_gym.policies import PolicyStopped, make_policy
policy = make_policy("human", seed=0)
info = {"steps_left": 7}
policy.reset("The task.", info)
try:
    while True:
        print(repr(policy.act("The task.\\n", info).arguments["command"]))
except PolicyStopped as stopped:
    print(stopped.outcome)
"""
    typed = "ls -la\necho a \\\nb\n"
    done = subprocess.run([sys.executable, "-c", program], input=typed, capture_output=True, text=True, timeout=60)
    assert done.stdout == (
        "The task.\n[7 steps left] $ 'ls -la'\nThe task.\n[7 steps left] $ > 'echo a \\\\\\nb'\n"
        "The task.\n[7 steps left] $ cancelled\n"
    )


def test_a_class_of_ones_own(tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "class Mine:\n    name = 'mine'\n    def __init__(self, *, seed, size=1):\n        self.made = (seed, size)\n"
        "    def reset(self, observation, info): ...\n    def act(self, observation, info): return 'submit'\n"
        "class Mute:\n    name = 'mute'\n    def __init__(self, *, seed): ...\n"
        "    def reset(self, observation, info): ...\n"
    )
    (tmp_path / "broken.py").write_text("import does_not_exist_anywhere\n")
    program = """
import sys
from synth_gym.errors import SynthGymError
from synth_gym.policies import make_policy
print(make_policy("mine:Mine", seed=5, size=2).made)
for spec, options in [("mine:Min", {}), ("mine:Mine", {"sise": 2}), ("mine:Mute", {}), ("mne:Mine", {})]:
    try:
        make_policy(spec, seed=0, **options)
    except SynthGymError as error:
        print(error)
try:
    make_policy("broken:Mine", seed=0)
except ModuleNotFoundError as error:
    print("its own fault:", error.name)
"""
    done = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.stdout.splitlines() == [
        "(5, 2)",
        "policy 'mine:Min': mine has no 'Min' (did you mean 'Mine'?)",
        "policy 'mine:Mine': got an unexpected keyword argument 'sise'; it takes size",
        "policy 'mine:Mute': it has no 'act'; a policy has name, reset() and act()",
        "policy 'mne:Mine': there is no module 'mne' on the Python path",
        "its own fault: does_not_exist_anywhere",
    ], done.stderr


def test_an_unknown_name_or_option() -> None:
    with pytest.raises(
        SynthGymError, match=r"no policy 'practicioner' \(did you mean 'practitioner'\?\); there are: base"
    ):
        make_policy("practicioner", seed=0)
    with pytest.raises(
        SynthGymError, match="policy 'noop': got an unexpected keyword argument 'model'; it takes no opt"
    ):
        make_policy("noop", seed=0, model="m")


def test_an_agent_definition_names_its_policy(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_text("name: mine\npolicy: random\n")
    assert make_policy(str(file), seed=0).name == "random"


@pytest.mark.parametrize("name", sorted(set(POLICIES) - {"llm", "local", "replay", "scripted"}))
def test_every_name_makes_a_policy(name: str) -> None:
    assert make_policy(name, seed=1).name == name
