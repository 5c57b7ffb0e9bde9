"""AUP on numbers small enough to check by hand, and against its definition written out naively."""

from __future__ import annotations

import math

import numpy as np
import pytest

from synth_gym.evaluation import aup

UP, DOWN = 1.0, -1.0


def array(*rows: list[float]) -> np.ndarray:
    return np.array(rows, dtype=float)


def naive_aup(ratios: list[float], tau_max: float) -> float:
    """Rectangles under the profile, one after the other."""
    grid = [float(tau) for tau in np.linspace(0, tau_max, 500)]
    heights = [sum(math.log10(ratio) <= tau for ratio in ratios) / len(ratios) for tau in grid]
    return sum((grid[i + 1] - grid[i]) * heights[i] for i in range(499))


def test_ratios_by_hand() -> None:
    # Columns: more is better (baseline 10), less is better (baseline 8). Rows: best, feasible, worse than the baseline.
    scores = array([40.0, 2.0], [20.0, 4.0], [5.0, 9.0])
    signs, baseline = np.array([UP, DOWN]), np.array([10.0, 8.0])
    pool = aup.reference(scores, signs, baseline)
    assert pool.best.tolist() == [40.0, 2.0]
    assert pool.worst_ratio.tolist() == [2.0, 2.0]
    assert aup.ratios(scores, signs, baseline, pool).tolist() == [[1.0, 1.0], [2.0, 2.0], [2.1, 2.1]]
    # ceil(1.05 * 2) = 3, log10(3) = 0.477, rounded up to one decimal
    assert aup.tau_limit(pool) == 0.5


def test_tau_max_is_shared_and_the_largest() -> None:
    near, far = aup.Reference(np.array([1.0]), np.array([1.2])), aup.Reference(np.array([1.0]), np.array([25.3]))
    assert aup.tau_limit(near) == 0.4
    assert aup.tau_limit(near, far) == aup.tau_limit(far) == 1.5


def test_who_ties_with_the_baseline_is_feasible() -> None:
    scores = array([3.0], [3.0 - 1e-12])
    assert aup.feasible(scores, np.array([UP]), np.array([3.0])).tolist() == [[True], [False]]
    assert aup.feasible(scores, np.array([DOWN]), np.array([3.0])).tolist() == [[True], [True]]


@pytest.mark.parametrize("score", [-1.0, 0.0, math.nan])
def test_negative_zero_and_missing_scores_are_infeasible(score: float) -> None:
    scores = array([score], [2.0], [1.0])
    signs, baseline = np.array([UP]), np.array([-5.0])
    pool = aup.reference(scores, signs, baseline)
    assert pool.worst_ratio.tolist() == [2.0]
    assert aup.ratios(scores, signs, baseline, pool)[:, 0].tolist() == [2.1, 1.0, 2.0]


def test_an_unknown_baseline_refuses_nobody() -> None:
    scores = array([1.0], [4.0], [math.nan])
    pool = aup.reference(scores, np.array([UP]), np.array([math.nan]))
    assert aup.ratios(scores, np.array([UP]), np.array([math.nan]), pool)[:, 0].tolist() == [4.0, 1.0, 4.2]


def test_a_task_that_nobody_solves_is_equally_bad_for_all() -> None:
    scores = array([math.nan], [-1.0])
    signs, baseline = np.array([UP]), np.array([0.5])
    pool = aup.reference(scores, signs, baseline)
    assert aup.ratios(scores, signs, baseline, pool).tolist() == [[1.05], [1.05]]
    assert math.isfinite(aup.tau_limit(pool))


def test_outsiders_stay_within_the_scale_of_the_pool() -> None:
    signs, baseline = np.array([UP]), np.array([1.0])
    pool = aup.reference(array([4.0], [2.0]), signs, baseline)
    outside = aup.ratios(array([400.0], [1.0], [0.5]), signs, baseline, pool)[:, 0]
    assert outside.tolist() == [1.0, 2.1, 2.1]  # better than the best, worse than the worst, infeasible


def test_the_area_is_the_left_sum_of_the_definition() -> None:
    random = np.random.default_rng(0)
    for tau_max in (0.4, 1.5, 2.0):
        ratios = np.concatenate([[1.0], 10 ** random.uniform(0, tau_max, 12)])
        assert aup.grid_area(ratios, tau_max) == pytest.approx(naive_aup(ratios.tolist(), tau_max), abs=1e-13)


def test_the_closed_form_is_the_limit_of_the_sum_and_lies_between_0_and_1() -> None:
    ratios = np.array([1.0, 1.5, 3.0, 30.0])
    exact = aup.exact_area(ratios, 1.5)
    by_hand = (1.5 + (1.5 - math.log10(1.5)) + (1.5 - math.log10(3.0)) + (1.5 - math.log10(30.0))) / 4 / 1.5
    assert exact == pytest.approx(by_hand)
    assert 0 < exact * 1.5 - aup.grid_area(ratios, 1.5) < 1.5 / 499
    assert aup.exact_area(np.ones(3), 1.5) == 1.0
    assert aup.exact_area(np.full(3, 1e9), 1.5) == 0.0


def test_the_profile_rises_where_the_ratios_lie() -> None:
    taus, shares = aup.profile(np.array([10.0, 1.0, 10.0, 100.0]))
    assert taus.tolist() == [0.0, 1.0, 2.0]
    assert shares.tolist() == [0.25, 0.75, 1.0]


def test_positive_scores_do_not_depend_on_the_unit_of_the_metric() -> None:
    assert aup.positive(np.array([0.0, 1.0, 0.5])).tolist() == [1.0, 10.0, 5.5]


def test_rounding_is_numpys() -> None:
    assert aup.upstream_round(0.8855) == 0.886 != round(0.8855, 3)
    assert aup.upstream_round(0.0625) == 0.062
