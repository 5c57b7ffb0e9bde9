"""Many episodes at once, in real sandboxes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode
from gymnasium.wrappers.vector import RecordEpisodeStatistics

import synth_gym
from synth_gym.challenge import Limits
from synth_gym.errors import SynthGymError
from synth_gym.vector import ChallengeVectorEnv

ENV_ID = "synth-ml/TinyLine-v0"
WAIT_FOR = "for i in {{1..3000}}; do test -e {0} && break; sleep 0.01; done"


def eventually(condition: Callable[[], bool], seconds: float = 30.0) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)
    return condition()


@pytest.fixture
def envs(tiny_suite: Path) -> Iterator[ChallengeVectorEnv]:
    synth_gym.register_suite(tiny_suite)
    made = gym.make_vec(ENV_ID, num_envs=3, vectorization_mode="vector_entry_point", render_mode="ansi")
    assert isinstance(made, ChallengeVectorEnv)
    yield made
    made.close()


def test_it_is_gymnasiums_choice_for_a_challenge(envs: ChallengeVectorEnv) -> None:
    chosen = gym.make_vec(ENV_ID, num_envs=2, limits=Limits(steps=1))
    assert isinstance(chosen, ChallengeVectorEnv) and chosen.num_envs == 2
    assert chosen.metadata["autoreset_mode"] is AutoresetMode.NEXT_STEP
    assert chosen.envs[1].session.limits.steps == 1 and chosen.envs[0].challenge is chosen.envs[1].challenge
    chosen.close()


def test_whole_episodes_with_autoreset(envs: ChallengeVectorEnv) -> None:
    observations, infos = envs.reset(seed=7)
    assert envs.observation_space.contains(observations) and infos["seed"].tolist() == [7, 8, 9]
    actions = ("echo $SEED é", "python baseline.py && submit", "python baseline.py && validate")
    assert envs.action_space.contains(actions)
    observations, rewards, terminated, truncated, infos = envs.step(actions)
    assert observations[0] == "7 é\n" and "Submitted" in observations[1]
    assert terminated.tolist() == [False, True, False] and not truncated.any()
    assert infos["outcome"].tolist() == ["running", "submitted", "running"]
    np.testing.assert_allclose(rewards, 0.0, atol=1e-9)
    assert envs.render()[0] == "$ echo $SEED é\n7 é\n"
    observations, rewards, terminated, _, infos = envs.step(("true", "touch ignored", "ls"))
    assert observations[1].startswith("# A line") and not terminated.any() and rewards.tolist() == [0.0] * 3
    assert infos["_seed"].tolist() == [False, True, False] and "submission.csv" in observations[2]
    assert "ignored" not in envs.step(("true", "ls", "true"))[0][1]


def test_gymnasiums_wrappers_count_the_episodes(envs: ChallengeVectorEnv) -> None:
    counted = RecordEpisodeStatistics(envs)
    counted.reset(seed=0)
    *_, infos = counted.step(("submit", "true", "true"))
    assert infos["_episode"].tolist() == [True, False, False] and infos["episode"]["r"][0] == -1.0


def test_the_first_that_are_ready_come_back_first(envs: ChallengeVectorEnv) -> None:
    envs.reset(seed=0)
    gate = envs.envs[1].session.workspace / "gate"
    envs.send({0: "echo zero", 1: WAIT_FOR.format("gate") + "; echo one", 2: "echo two"})
    turns = envs.recv(2)
    assert {turn.slot: turn.observation for turn in turns} == {0: "zero\n", 2: "two\n"}
    with pytest.raises(SynthGymError, match="slot 1 is busy"):
        envs.send({1: "true"})
    with pytest.raises(SynthGymError, match="slot 1 is busy"):
        envs.reset()
    envs.send({2: "echo again"})
    assert [turn.observation for turn in envs.recv()] == ["again\n"]
    gate.touch()
    assert [(turn.slot, turn.observation) for turn in envs.recv()] == [(1, "one\n")]


def test_commands_run_side_by_side(envs: ChallengeVectorEnv) -> None:
    """Each waits for its neighbour: one after the other they would wait for ever."""
    envs.reset(seed=0)
    folders = [env.session.workspace for env in envs.envs]
    envs.send({slot: f"touch here; {WAIT_FOR.format('go')}; test -e go" for slot in range(3)})
    assert eventually(lambda: all((folder / "here").exists() for folder in folders))
    for folder in folders:
        (folder / "go").touch()
    assert [turn.info["exit_code"] for turn in envs.recv(3)] == [0, 0, 0]


def test_some_slots_are_reset(envs: ChallengeVectorEnv) -> None:
    envs.reset(seed=0)
    before = envs.step(("touch kept && ls", "touch lost", "true"))[0]
    observations, infos = envs.reset(seed=[None, 5, None], options={"reset_mask": np.array([False, True, False])})
    assert observations[0] == before[0] and observations[1].startswith("# A line")
    assert infos["_seed"].tolist() == [False, True, False] and infos["seed"][1] == 5
    after = envs.step(("ls", "ls", "true"))[0]
    assert "kept" in after[0] and "lost" not in after[1]


def test_a_slot_that_fails_says_so_and_loses_no_other_turn(envs: ChallengeVectorEnv) -> None:
    envs.reset(seed=0)
    envs.envs[1].close()
    envs.send({0: "echo zero", 1: "true", 2: "echo two"})
    with pytest.raises(SynthGymError, match="call start"):
        envs.recv(3)
    assert {turn.observation for turn in envs.recv(2)} == {"zero\n", "two\n"}
    envs.reset(seed=0, options={"reset_mask": np.array([False, True, False])})
    assert envs.step(("true", "echo back", "true"))[0][1] == "back\n"


def test_what_cannot_be_done_is_one_clear_line(envs: ChallengeVectorEnv, tiny_suite: Path) -> None:
    for attempt, message in (
        (lambda: envs.step(("ls",)), "3 slots need 3 actions, got 1"),
        (lambda: envs.reset(seed=[1]), "3 slots need 3 seeds, got 1"),
        (lambda: envs.reset(options={"reset_mask": np.ones(2, bool)}), "3 entries of reset_mask, got 2"),
        (lambda: envs.reset(options={"difficulty": 1}), "no options but reset_mask, got: difficulty"),
        (lambda: envs.send({3: "ls"}), "no slot 3: slots are 0 to 2"),
        (lambda: envs.recv(), "send\\(\\) actions first"),
        (lambda: ChallengeVectorEnv(0, challenge=tiny_suite / "TinyLine-v0"), "at least one slot"),
    ):
        with pytest.raises(SynthGymError, match=message):
            attempt()


def test_too_many_slots_for_the_limit_on_open_files(tiny_suite: Path) -> None:
    code = f"from synth_gym.vector import *; ChallengeVectorEnv(100, challenge={str(tiny_suite / 'TinyLine-v0')!r})"
    command = ["bash", "-c", 'ulimit -n 500; exec "$@"', "bash", sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "100 slots need 864 open files and this process may have 500: run 'ulimit -n 864'" in done.stderr
