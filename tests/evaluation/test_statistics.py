"""Statistics against counting by hand."""

from __future__ import annotations

import math
from itertools import combinations

import numpy as np
import pytest

from synth_gym.evaluation import statistics
from synth_gym.evaluation.leaderboard import make_leaderboard
from synth_gym.evaluation.scores import Attempt, Table, Task, tabulate

TASKS = [
    Task("up", "Up", "accuracy", "maximize", baseline=0.5, reference=1.0),
    Task("down", "Down", "error", "minimize", baseline=4.0, reference=2.0),
]


def table(*attempts: tuple[str, str, float], methods: tuple[str, ...] = ("a", "b")) -> Table:
    return tabulate([Attempt(method, task, score, score) for method, task, score in attempts], methods, TASKS)


@pytest.mark.parametrize(
    ("attempts", "passes", "k"), [(5, 2, 1), (5, 2, 3), (5, 4, 2), (6, 0, 3), (6, 6, 3), (4, 1, 4)]
)
def test_pass_at_k_is_the_share_of_draws_with_a_pass(attempts: int, passes: int, k: int) -> None:
    draws = list(combinations([True] * passes + [False] * (attempts - passes), k))
    assert statistics.pass_at_k(attempts, passes, k) == pytest.approx(sum(map(any, draws)) / len(draws))


def test_pass_at_k_needs_k_attempts() -> None:
    with pytest.raises(ValueError, match="at least 3 attempts"):
        statistics.pass_at_k(2, 1, 3)


def test_beating_the_baseline_is_strict_and_knows_the_direction() -> None:
    scores = table(("a", "up", 0.5), ("a", "up", 0.6), ("a", "down", 3.0), ("a", "down", 5.0), ("b", "up", math.nan))
    rates = statistics.beats_baseline(scores, 1)
    assert rates[0] == pytest.approx(0.5)
    assert rates[1] == 0.0
    assert math.isnan(statistics.beats_baseline(scores, 2)[1])


def test_failures_cost_as_much_as_the_worst_reward() -> None:
    scores = table(("a", "up", 1.0), ("a", "up", math.nan), ("a", "down", 100.0), ("b", "up", 0.75))
    rewards = statistics.attempt_rewards(scores)
    assert rewards[0].tolist()[0] == [1.0, -1.0]
    assert rewards[0, 1, 0] == -1.0 and math.isnan(rewards[0, 1, 1])
    # a: (1 - 1) / 2 and -1; b: 0.5, and a task without an attempt
    assert statistics.mean_reward(rewards).tolist() == [-0.5, -0.25]


def test_an_unknown_baseline_neither_rewards_nor_punishes() -> None:
    unknown = Task("new", "New", "score", "maximize", reference=1.0)
    rewards = statistics.attempt_rewards(tabulate([Attempt("a", "new", 0.3, 0.3)], ["a"], [unknown]))
    assert rewards.tolist() == [[[0.0]]]


def test_ranks_share_ties_and_put_missing_scores_last() -> None:
    scores = np.array([[3.0, 1.0], [3.0, 2.0], [1.0, math.nan], [math.nan, math.nan]])
    ranks = statistics.ranks(scores, np.array([1.0, -1.0]))
    assert ranks.tolist() == [[1.5, 1.0], [1.5, 2.0], [3.0, 3.5], [4.0, 3.5]]


def test_resampling_stays_within_the_attempts_that_were_made() -> None:
    scores = table(*(("a", "up", float(run)) for run in range(3)), ("b", "down", 1.0))
    for tasks, runs in statistics.resample(scores, 250, seed=1):
        assert tasks.min() == 0 and tasks.max() == 1
        assert runs[:, 0, 0].max() == 2 and runs[:, 1].max() == 0
    assert sum(tasks.shape[0] for tasks, _ in statistics.resample(scores, 250, seed=1)) == 250


def test_the_interval_covers_a_mean_as_often_as_it_says() -> None:
    random = np.random.default_rng(3)
    covered = 0
    for _ in range(400):
        sample = random.normal(size=40)
        means = random.choice(sample, size=(200, 40)).mean(axis=1)
        low, high = statistics.interval(means)
        covered += low <= 0 <= high
    assert 0.89 <= covered / 400 <= 0.97


def test_intervals_are_seeded_and_shrink_with_agreement() -> None:
    random = np.random.default_rng(0)
    noisy = [("a", task.name, float(random.uniform(0.5, 1))) for task in TASKS[:1] for _ in range(6)]
    steady = [("b", "up", 0.8)] * 6 + [("b", "down", 3.0)] * 6
    boards = [
        make_leaderboard(table(*noisy, *steady), "compat", title="", samples=200, seed=seed) for seed in (1, 1, 2)
    ]
    assert boards[0] == boards[1]
    assert boards[0].standings != boards[2].standings
    spread = {one.method: np.ptp(one.mean_normalized_interval) for one in boards[0].standings}
    assert spread["a"] > spread["b"]
    for one in boards[0].standings:
        assert one.mean_normalized_interval[0] <= one.mean_normalized <= one.mean_normalized_interval[1]
