"""Policies ranked by real episodes."""

from __future__ import annotations

import json
import math
import shutil
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge
from synth_gym.errors import SynthGymError
from synth_gym.evaluation.episodes import NoEpisodesError, method_of, records_leaderboard, short_titles
from synth_gym.policies.scripted import ScriptedPolicy
from synth_gym.rollout import Record, run_episode
from synth_gym.rollout.record import PolicyInfo


@pytest.fixture(scope="module")
def played(tiny_challenge: Challenge) -> dict[str, Record]:
    """Three ways to play, good, middling and bad, and one that a crash ended."""
    solve = (tiny_challenge.solution / "solution.py").read_text(encoding="utf-8")
    scripts: dict[str, list[Any]] = {
        "solver": [f"cat > solve.py <<'EOF'\n{solve}\nEOF", "python solve.py", "validate", "submit"],
        "baseline": ["python baseline.py", "submit"],
        "nothing": ["submit"],
        "crash": ["ls", 5],
    }
    return {
        name: run_episode(tiny_challenge, _Named(script), player=PolicyInfo(name=name))
        for name, script in scripts.items()
    }


class _Named(ScriptedPolicy):
    """A script whose entries may also be things that are no action, to crash on."""

    def __init__(self, script: list[Any]) -> None:
        super().__init__([])
        self._actions = [entry if isinstance(entry, int) else ScriptedPolicy([entry])._actions[0] for entry in script]


def renamed(record: Record, name: str, **options: Any) -> Record:
    return record.model_copy(update={"policy": PolicyInfo(name=name, options=options)})


def test_who_does_better_stands_higher(played: dict[str, Record]) -> None:
    board = records_leaderboard(played.values(), "closed")
    rows = {one.method: one for one in board.standings}
    assert [one.method for one in board.standings] == ["solver", "baseline", "nothing"]
    assert rows["solver"].best_aup == pytest.approx(1.0)
    # The baseline is 1 where the reference is 10; tau_max is 1.1.
    assert rows["baseline"].best_aup == pytest.approx(0.1 / 1.1)
    assert rows["nothing"].best_aup == board.setting.floor == pytest.approx((1.1 - math.log10(10.5)) / 1.1)
    assert (rows["solver"].pass_at_1, rows["baseline"].pass_at_1) == (1.0, 0.0)
    assert rows["nothing"].mean_normalized == -1.0 and rows["nothing"].best_scores == {"synth-ml/TinyLine-v0": None}
    assert rows["baseline"].best_scores == {"synth-ml/TinyLine-v0": played["baseline"].info.raw_score}
    assert board.setting.notes == ("episodes that a fault or a cancellation ended, left out: 1",)


def test_the_scale_is_the_challenges_own(played: dict[str, Record]) -> None:
    for mode in ("frozen", "closed"):
        few = records_leaderboard([played["baseline"]], mode)  # type: ignore[arg-type]
        all_of_them = records_leaderboard(played.values(), mode)  # type: ignore[arg-type]
        assert few.setting.pool == ("stated baseline", "stated reference")
        assert few.standings[0].best_aup == {one.method: one for one in all_of_them.standings}["baseline"].best_aup
    assert records_leaderboard(played.values(), "compat").setting.pool[-1] == "stated baseline"


def test_a_baseline_that_is_stated_rounded_still_ties_with_itself(played: dict[str, Record]) -> None:
    stated = played["baseline"].metric.model_copy(update={"baseline": 5.15496})
    assert played["baseline"].info.raw_score != stated.baseline
    record = played["baseline"].model_copy(update={"metric": stated})
    standing = records_leaderboard([record], "closed").standings[0]
    assert standing.best_aup == pytest.approx(0.1 / 1.1)
    assert standing.pass_at_1 == 0.0


def test_unequal_attempts_are_said(played: dict[str, Record]) -> None:
    board = records_leaderboard([played["solver"], played["baseline"], played["baseline"]], "closed")
    assert board.setting.notes == ("attempts per policy and challenge differ: 1 to 2",)
    assert board.setting.k == 2


def test_two_versions_of_a_challenge_are_not_ranked_together(played: dict[str, Record], tmp_path: Path) -> None:
    other = played["solver"].model_copy(update={"challenge_hash": "sha256:0"})
    with pytest.raises(SynthGymError, match="two versions of synth-ml/TinyLine-v0"):
        records_leaderboard([played["baseline"], other], "closed")


def test_without_a_finished_episode_there_is_nothing_to_rank(played: dict[str, Record]) -> None:
    with pytest.raises(NoEpisodesError, match="synth-gym rollout"):
        records_leaderboard([played["crash"]], "closed")


def test_models_behind_one_policy_are_told_apart(played: dict[str, Record]) -> None:
    students = [
        renamed(played["solver"], "local", model="/a/student"),
        renamed(played["nothing"], "local", model="/b/student"),
    ]
    board = records_leaderboard(students, "closed")
    assert [one.title for one in board.standings] == ["local:a/student", "local:b/student"]


def test_method_lines() -> None:
    assert method_of(PolicyInfo(name="noop")) == "noop"
    assert method_of(PolicyInfo(name="llm", options={"model": "m", "agent": "a.yaml"})) == "llm:m (agent=a.yaml)"
    titles = short_titles(
        ["llm:m (agent=a.yaml)", "llm:m (agent=b.yaml)", "trained:/runs/x/student", "noop", "quick (depth=1)"]
    )
    assert list(titles.values()) == ["llm:m (agent=a.yaml)", "llm:m (agent=b.yaml)", "trained", "noop", "quick"]


def test_evaluate_plays_ranks_and_resumes(tiny_suite: Path, tmp_path: Path, cli: Any) -> None:
    suite = Path(shutil.copytree(tiny_suite, tmp_path / "tiny"))
    arguments = (
        "evaluate",
        "--suite",
        suite,
        "--policy",
        "noop",
        "idle=noop",
        "baseline",
        "--seeds",
        2,
        "--out",
        tmp_path / "out",
    )
    result = cli.json(*arguments)
    assert result["episodes"] == 6 and result["faults"] == []
    assert [row["title"] for row in result["rows"]] == ["baseline", "noop", "idle"]
    written = json.loads((tmp_path / "out" / "leaderboard.json").read_text(encoding="utf-8"))
    assert written["rows"] == result["rows"] and written["setting"] == result["rows"][0]["setting"]
    before = {file: file.stat().st_mtime_ns for file in (tmp_path / "out").rglob("*.traj")}
    again = cli(*arguments)
    assert again.returncode == 0 and "baseline" in again.stdout and "leaderboard.json" in again.stdout
    assert {file: file.stat().st_mtime_ns for file in (tmp_path / "out").rglob("*.traj")} == before
    assert len(before) == 6
