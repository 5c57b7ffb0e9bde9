"""Over a real checkout, which the environment variable `MLGYM_CHECKOUT` names."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth_gym.interop.mlgym import Checkout, prepare
from synth_gym.interop.mlgym.obstacles import obstacles
from synth_gym.policies.baseline import BaselinePolicy
from synth_gym.rollout.episode import run_episode

PLAYABLE = {"battleOfSexes", "blotto", "prisonersDilemma", "regressionKaggleHousePrice", "titanicSurvival"}


def test_what_can_run_from_a_bare_checkout(real: Checkout) -> None:
    assert {task.id for task in real.tasks if not obstacles(task)} == PLAYABLE
    assert len(real.tasks) >= 14


def test_the_stored_baseline_of_house_price_is_reproduced(real: Checkout, tmp_path: Path) -> None:
    pytest.importorskip("pandas")
    challenge = next(one for one in prepare(real, tmp_path, "compat") if one.spec.metric.name == "r2")
    info = run_episode(challenge, BaselinePolicy()).info
    assert info.scores["compat"] == pytest.approx(0.8799891474739243, abs=1e-6)
    assert info.scores["strict"] == pytest.approx(0.88, abs=0.02), "half of the test set"


@pytest.mark.parametrize(("task", "noise"), [("BattleOfSexes", 0.03), ("PrisonersDilemma", 0.05)])
def test_the_stored_baselines_of_games_are_reproduced(real: Checkout, tmp_path: Path, task: str, noise: float) -> None:
    challenge = next(one for one in prepare(real, tmp_path, "strict") if one.spec.id == f"MLGym-{task}")
    info = run_episode(challenge, BaselinePolicy()).info
    stored = challenge.spec.baseline.mean
    assert info.scores["compat"] == pytest.approx(stored, abs=noise)
    assert info.scores["strict"] == pytest.approx(stored, abs=noise)
