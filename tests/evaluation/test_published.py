"""Every figure of the published MLGym tables, and what the published pool does to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from synth_gym.errors import SynthGymError
from synth_gym.evaluation.benchmark import Benchmark
from synth_gym.evaluation.leaderboard import Leaderboard, Standing
from synth_gym.evaluation.published import benchmark_leaderboard

TableReader = Callable[[str], dict[str, dict[str, str]]]
FIRST_FIVE = ["claude-35-sonnet-new", "gemini-15-pro", "gpt4o2", "gpt-o1", "llama3-405b-tools"]
CPU_TASKS = ["regressionKaggleHousePrice", "3SATTime", "battleOfSexes", "prisonersDilemma", "blotto"]


def by_method(board: Leaderboard) -> dict[str, Standing]:
    return {standing.method: standing for standing in board.standings}


@pytest.fixture(scope="module")
def compat(mlgym: Benchmark, published_scores: Path) -> Leaderboard:
    return benchmark_leaderboard(mlgym, "compat", scores=published_scores)


def test_every_aup(compat: Leaderboard, published_table: TableReader) -> None:
    ours = {name: (one.best_aup, one.last_aup) for name, one in by_method(compat).items()}
    theirs = {
        name: (float(row["Best AUP"]), float(row["Last AUP"])) for name, row in published_table("aup_scores").items()
    }
    assert len(theirs) == 13
    assert ours == theirs


@pytest.mark.parametrize("column", ["best", "last"])
def test_every_score_cell(compat: Leaderboard, mlgym: Benchmark, published_table: TableReader, column: str) -> None:
    table = published_table(f"{column}_scores")
    compared = 0
    for task in mlgym.tasks:
        for method, cell in table[task.title].items():
            score = getattr(by_method(compat)[method], f"{column}_scores")[task.id]
            assert score == (float(cell) if cell else None), (task.id, method)
            compared += 1
    assert compared == 13 * 13


def test_the_setting_is_stated(compat: Leaderboard, mlgym: Benchmark) -> None:
    setting = compat.setting
    assert (setting.mode, setting.tau_max, setting.k, setting.floor) == ("compat", 1.5, 4, 1.201)
    assert setting.pool == (*mlgym.methods, "baseline")
    assert setting.tasks == tuple(task.id for task in mlgym.tasks)
    assert any("gemini-20-pro is left out" in note for note in setting.notes)
    assert any("opponent file" in note for note in setting.notes)


@pytest.mark.parametrize(
    ("methods", "tasks", "tau_max", "expected"),
    [
        (
            FIRST_FIVE,
            None,
            1.2,
            {"gpt-o1": 1.143, "claude-35-sonnet-new": 1.103, "gemini-15-pro": 1.141, "baseline": 0.917},
        ),
        (
            None,
            CPU_TASKS,
            1.5,
            {"gpt-o1": 1.413, "claude-35-sonnet-new": 1.471, "gemini-15-pro": 1.407, "baseline": 1.143},
        ),
    ],
)
def test_smaller_pools(
    mlgym: Benchmark,
    published_scores: Path,
    methods: list[str] | None,
    tasks: list[str] | None,
    tau_max: float,
    expected: dict[str, float],
) -> None:
    # The first five models' runs hold no MountainCar baseline: an older key. Then every non-negative score is feasible.
    board = benchmark_leaderboard(mlgym, "compat", scores=published_scores, methods=methods, tasks=tasks)
    assert board.setting.tau_max == tau_max
    assert {name: by_method(board)[name].best_aup for name in expected} == expected


def test_an_excluded_method_moves_the_others(mlgym: Benchmark, published_scores: Path, compat: Leaderboard) -> None:
    pool = [*mlgym.methods, "gemini-20-pro"]
    board = by_method(benchmark_leaderboard(mlgym, "compat", scores=published_scores, methods=pool))
    assert (board["gpt-o1"].best_aup, board["baseline"].best_aup) == (1.419, 1.217)
    assert by_method(compat)["gpt-o1"].best_aup == 1.423


def test_the_shipped_figures_alone_give_the_same_table(mlgym: Benchmark, compat: Leaderboard) -> None:
    board = benchmark_leaderboard(mlgym, "compat")
    assert board.setting.k == 4
    for name, standing in by_method(board).items():
        full = by_method(compat)[name]
        assert (standing.best_aup, standing.last_aup) == (full.best_aup, full.last_aup)
        assert (standing.best_scores, standing.last_scores) == (full.best_scores, full.last_scores)


def write_scores(path: Path, model: str, scores: dict[str, list[float]]) -> Path:
    lines = [json.dumps({"model": model, "task": task, "values": values}) for task, values in scores.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_score_of_exactly_0_does_not_crash(mlgym: Benchmark, tmp_path: Path) -> None:
    board = benchmark_leaderboard(
        mlgym, "compat", scores=write_scores(tmp_path / "mine.jsonl", "mine", {"blotto": [0.0]})
    )
    assert board.setting.tau_max == 1.5
    assert by_method(board)["mine"].best_aup == board.setting.floor == 1.201
    assert any("mine scored exactly 0 on Blotto" in note for note in board.setting.notes)


@pytest.mark.parametrize("score", [0.001, 0.9])
def test_only_compat_lets_a_newcomer_move_the_others(mlgym: Benchmark, tmp_path: Path, score: float) -> None:
    scores = write_scores(tmp_path / "mine.jsonl", "mine", {"blotto": [score]})
    before, after = benchmark_leaderboard(mlgym, "compat"), benchmark_leaderboard(mlgym, "compat", scores=scores)
    assert by_method(before)["gpt-o1"].best_aup != by_method(after)["gpt-o1"].best_aup
    for mode in ("frozen", "closed"):
        alone, with_mine = benchmark_leaderboard(mlgym, mode), benchmark_leaderboard(mlgym, mode, scores=scores)
        assert len(with_mine.standings) == len(alone.standings) + 1
        for name, standing in by_method(alone).items():
            other = by_method(with_mine)[name]
            assert (standing.best_aup, standing.last_aup) == (other.best_aup, other.last_aup)
        assert with_mine.setting.floor <= by_method(with_mine)["mine"].best_aup


def test_closed_is_frozen_made_exact_and_divided(mlgym: Benchmark) -> None:
    frozen, closed = benchmark_leaderboard(mlgym, "frozen"), benchmark_leaderboard(mlgym, "closed")
    for name, standing in by_method(closed).items():
        assert 0 <= standing.best_aup <= 1
        # The grid of 500 points falls short of the integral by less than one of its steps.
        assert 0 <= standing.best_aup * 1.5 - by_method(frozen)[name].best_aup < 1.5 / 499


def test_a_method_that_fails_everything_is_far_from_0(mlgym: Benchmark, tmp_path: Path) -> None:
    scores = write_scores(tmp_path / "mine.jsonl", "mine", {task.id: [] for task in mlgym.tasks})
    mine = by_method(benchmark_leaderboard(mlgym, "compat", scores=scores))["mine"]
    assert (mine.best_aup, mine.scored, mine.attempts, mine.mean_normalized) == (1.201, 0, 13, -1.0)


def test_names_that_cannot_be_used(mlgym: Benchmark, tmp_path: Path) -> None:
    with pytest.raises(SynthGymError, match="rename the method"):
        benchmark_leaderboard(mlgym, "compat", scores=write_scores(tmp_path / "x.jsonl", "baseline", {"blotto": [0.1]}))


def test_unknown_names_are_refused(mlgym: Benchmark, published_scores: Path) -> None:
    with pytest.raises(SynthGymError, match=r"no scores of method 'gpt-01' \(did you mean 'gpt-o1'\?\)"):
        benchmark_leaderboard(mlgym, "compat", scores=published_scores, methods=["gpt-01"])
    with pytest.raises(SynthGymError, match=r"no task 'bloto' \(did you mean 'blotto'\?\)"):
        benchmark_leaderboard(mlgym, "compat", tasks=["bloto"])
