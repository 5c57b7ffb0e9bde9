"""The Gymnasium face: its checker, its vector environments, its errors."""

from __future__ import annotations

import warnings
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env

import synth_gym
from synth_gym.errors import SynthGymError
from synth_gym.spaces import TextSpace

ENV_ID = "synth-ml/TinyLine-v0"


@pytest.fixture(autouse=True)
def registered(tiny_suite: Path) -> None:
    synth_gym.register_suite(tiny_suite)


def test_check_env_passes_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        env = gym.make("synth-ml/WineCultivars-v0")
        check_env(env.unwrapped)
        env.close()


def test_an_episode_through_gymnasium() -> None:
    with gym.make(ENV_ID, render_mode="ansi") as env:
        observation, info = env.reset(seed=0)
        assert observation.startswith("# A line") and info["seed"] == 0
        observation, reward, terminated, truncated, info = env.step("python baseline.py && validate")
        assert env.observation_space.contains(observation) and not (terminated or truncated)
        assert env.render() == f"$ python baseline.py && validate\n{observation}"
        _, reward, terminated, truncated, info = env.step("submit")
        assert terminated and not truncated and reward == pytest.approx(0.0) and info["outcome"] == "submitted"


def test_unseeded_resets_draw_from_the_environments_generator() -> None:
    def seeds() -> list[int]:
        with gym.make(ENV_ID) as env:
            env.reset(seed=4)
            return [env.reset()[1]["seed"] for _ in range(2)]

    assert seeds() == seeds() and len(set(seeds())) == 2


def test_actions_that_are_sampled_are_harmless() -> None:
    with gym.make(ENV_ID) as env:
        env.reset(seed=0)
        env.action_space.seed(0)
        before = env.step("ls -la")[0]
        for _ in range(5):
            env.step(env.action_space.sample())
        assert env.step("ls -la")[0] == before + "[Steps left: 1]\n"


@pytest.mark.parametrize("mode", ["sync", "async"])
def test_vector_environments(mode: str) -> None:
    envs = gym.make_vec(ENV_ID, num_envs=2, vectorization_mode=mode)
    try:
        observations, infos = envs.reset(seed=7)
        assert [text.splitlines()[0] for text in observations] == ["# A line"] * 2
        assert infos["seed"].tolist() == [7, 8]
        observations, rewards, terminated, truncated, _ = envs.step(("echo $SEED é", "python baseline.py && submit"))
        assert observations[0] == "7 é\n" and "Submitted" in observations[1]
        assert terminated.tolist() == [False, True] and not truncated.any()
        np.testing.assert_allclose(rewards, [0.0, 0.0], atol=1e-9)
        observations, *_, infos = envs.step(("false", "ignored: the next episode starts"))
        assert observations[1].startswith("# A line") and infos["exit_code"][0] == 1
        assert infos["_exit_code"].tolist() == [True, False]
    finally:
        envs.close()


def test_options_and_modes_that_do_not_exist_are_refused() -> None:
    with gym.make(ENV_ID) as env, pytest.raises(SynthGymError, match="reset takes no options, got: difficulty"):
        env.reset(options={"difficulty": 3})
    with pytest.raises(SynthGymError, match="no render mode"):
        synth_gym.env.ChallengeEnv(synth_gym.find_challenge(ENV_ID), render_mode="human")


def test_text_space_holds_any_text_up_to_its_size() -> None:
    space = TextSpace(8, ("ls", "pwd"), seed=0)
    assert space.contains("a\nb\t é") and not space.contains("é" * 5) and not space.contains(b"ls")
    assert {space.sample() for _ in range(50)} == {"ls", "pwd"}
    assert space == TextSpace(8, ("ls", "pwd")) and space != TextSpace(9, ("ls", "pwd"))
