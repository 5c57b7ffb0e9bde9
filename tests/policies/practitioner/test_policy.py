"""Whole episodes: in real sandboxes, and against answers that a test gives."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from synth_gym.challenge import Challenge
from synth_gym.outcome import StepResult
from synth_gym.policies import Action, make_policy
from synth_gym.policies.practitioner import Practitioner
from synth_gym.session import Session
from synth_gym.tools import Toolset

TOOLS = Toolset.default()


def _play(challenge: Challenge, **options: Any) -> tuple[list[Action], list[str], StepResult]:
    """Actions, observations and the last step of one episode."""
    policy = make_policy("practitioner", **options)
    actions: list[Action] = []
    observations: list[str] = []
    with Session(challenge, toolset=TOOLS) as session:
        observation, info = session.start(0)
        policy.reset(observation, info)
        while True:
            actions.append(policy.act(observation, info))
            result = session.step(TOOLS.render(actions[-1].tool, actions[-1].arguments))
            observation, info = result.observation, result.info
            observations.append(observation)
            if result.terminated or result.truncated:
                return actions, observations, result


def test_it_solves_a_small_regression(tiny_challenge: Challenge) -> None:
    actions, _, last = _play(tiny_challenge, seed=3, mistakes=0.0)
    assert last.info["outcome"] == "submitted"
    assert last.info["normalized"] > 0.9
    assert all(action.thought for action in actions)


def test_it_finds_and_mends_its_mistakes_in_a_game(game: Challenge) -> None:
    actions, observations, last = _play(game, seed=2, mistakes=1.0)
    assert last.info["outcome"] == "submitted"
    assert last.info["normalized"] > 0.8
    rejected = [number for number, text in enumerate(observations) if "Submission rejected" in text]
    assert rejected
    for number in rejected:
        # The next action changes the script, the one after it runs the script again.
        assert "Public score" in observations[number + 2], (actions[number + 1], observations[number + 2])


def test_it_hands_in_the_best_of_what_it_tried(game: Challenge) -> None:
    for seed in range(3):
        _, _, last = _play(game, seed=seed, mistakes=0.0)
        # Both splits meet the same opponents, so what is handed in scores what the best validation scored.
        assert last.info["raw_score"] == pytest.approx(last.info["best_score"], abs=0.06)


def _converse(text: str, answer: Callable[[Action], str], steps: int = 40, **options: Any) -> list[Action]:
    """Actions on a task whose terminal is a function."""
    policy = Practitioner(**options)
    observation, actions = text, []
    policy.reset(observation, {"tools": TOOLS.schemas})
    for _ in range(steps):
        actions.append(policy.act(observation, {}))
        if "submit" in (actions[-1].tool, *str(actions[-1].arguments.get("command", "")).split()[-1:]):
            return actions
        observation = answer(actions[-1])
    raise AssertionError("never submitted")


def _kind_terminal(action: Action) -> str:
    """Heads of tables for whoever looks, a score for whoever validates."""
    command = str(action.arguments.get("command", action.tool))
    if command.startswith("head"):
        return "==> data/train.csv <==\nid,ash,cultivar\n3,2.1,a\n\n==> data/test.csv <==\nid,ash\n4,2.0\n"
    if "validate" in command:
        return "cv 0.9\nPublic score (accuracy, higher is better): 0.9\nBaseline: 0.8\nValidations left: 9\n"
    return "[no output]\n"


def test_the_same_seed_does_the_same(instruction: Callable[..., str]) -> None:
    first, again = (_converse(instruction(), _kind_terminal, seed=5) for _ in range(2))
    assert first == again


def test_seeds_vary_what_is_done(instruction: Callable[..., str]) -> None:
    episodes = [tuple(map(repr, _converse(instruction(), _kind_terminal, seed=seed))) for seed in range(12)]
    assert len(set(episodes)) == 12
    tools = {action.tool for seed in range(12) for action in _converse(instruction(), _kind_terminal, seed=seed)}
    assert {"bash", "create", "submit", "validate"} <= tools


def test_only_observations_and_tools_matter(instruction: Callable[..., str]) -> None:
    """Info that no language model would see changes nothing."""
    policies = Practitioner(seed=1), Practitioner(seed=1)
    text, told = instruction(), {"score": 1.0, "best_score": 1.0, "raw_score": 1.0, "exit_code": 3, "env_id": "X-v0"}
    for policy, info in zip(policies, ({}, told), strict=True):
        policy.reset(text, {"tools": TOOLS.schemas} | info)
    observation = text
    for _ in range(8):
        action, other = policies[0].act(observation, {}), policies[1].act(observation, told)
        assert action == other
        observation = _kind_terminal(action)


def test_with_bash_alone_it_uses_nothing_else(instruction: Callable[..., str]) -> None:
    policy = Practitioner(seed=0, mistakes=1.0)
    observation = instruction()
    policy.reset(observation, {"tools": TOOLS.schemas[:1]})
    for _ in range(12):
        action = policy.act(observation, {})
        assert action.tool == "bash"
        observation = _kind_terminal(action)


def test_what_it_does_not_understand_gets_the_baseline(instruction: Callable[..., str]) -> None:
    actions = _converse(instruction(metric="`regret`: lower is better."), _kind_terminal)
    commands = [str(action.arguments.get("command", action.tool)) for action in actions]
    assert commands[-2:] == ["python baseline.py && validate", "submit"]


def test_a_dead_end_still_ends_in_a_submission(instruction: Callable[..., str]) -> None:
    """Nothing works: every command fails in a way that nobody can mend."""
    actions = _converse(instruction(), lambda action: "Segmentation fault\n[Exit code: 139]\n", seed=1)
    assert actions[-1].arguments["command"] == "python baseline.py; submit"


def test_it_keeps_to_a_small_budget(instruction: Callable[..., str]) -> None:
    text = instruction().replace("40 steps", "7 steps").replace("15 times", "1 times")
    for seed in range(6):
        assert len(_converse(text, _kind_terminal, seed=seed)) <= 7
