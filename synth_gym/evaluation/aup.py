"""AUP, the area under the performance profile, over plain arrays.

A performance profile (Dolan and Moré, 2002, https://arxiv.org/abs/cs/0102001) says for how many tasks a method lies
within a factor of the best one; AUP is the area under it on a logarithmic axis (AutoML Decathlon,
https://arxiv.org/abs/2112.07644). MLGym (https://arxiv.org/abs/2502.14499) adds a rule for methods that fail. In its
notation, with methods m and tasks t:

    feasible    the score s exists, is positive, and is not worse than the baseline
    r[m, t]     best / s when more is better, s / best when less is; best is taken over the feasible methods of a pool
    W[t]        the worst ratio of the pool; who is infeasible gets r = 1.05 W
    tau_max     log10 of the largest ceil(1.05 W) of all tasks and both columns (best, last), rounded up to one decimal
    rho_m(tau)  the share of tasks with log10 r[m, t] <= tau
    AUP_m       the integral of rho_m from 0 to tau_max

AUP is not an absolute number: it depends on the pool through best, W and tau_max, and a method that fails everything
does not get 0. So whoever prints one must also print the pool, tau_max and the tasks; `floor` is what failing
everything earns.

Shapes: M methods, T tasks; leading axes (`...`) are batches, such as bootstrap samples. A missing score is NaN. Signs
are +1 where more is better and -1 where less is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

PENALTY = 1.05
"""What an infeasible method's ratio is, in units of the worst feasible one."""
GRID_POINTS = 500
"""Points of the grid on which MLGym integrates."""


@dataclass(frozen=True)
class Reference:
    """What a pool of methods fixes for one column of scores."""

    best: Array
    """(T,) the best feasible score; NaN where no method of the pool is feasible."""
    worst_ratio: Array
    """(T,) the largest ratio of a feasible method, at least 1; 1 where there is none."""


def feasible(scores: Array, signs: Array, baseline: Array) -> NDArray[np.bool_]:
    """Which scores count: (..., M, T).

    A baseline of NaN refuses nobody. A score of exactly 0 has no ratio to any other, so it is infeasible; MLGym's own
    code stops with an OverflowError there.

    Args:
        scores: (..., M, T).
        signs: (T,).
        baseline: (T,).
    """
    return (scores > 0) & ~(signs * scores < signs * baseline)


def reference(scores: Array, signs: Array, baseline: Array) -> Reference:
    """Best score and worst ratio of a pool.

    Args:
        scores: (M, T), the pool's scores in one column.
        signs: (T,).
        baseline: (T,).
    """
    oriented = np.where(feasible(scores, signs, baseline), signs * scores, -np.inf)
    best = np.max(oriented, axis=-2, initial=-np.inf)
    best = np.where(np.isfinite(best), signs * best, np.nan)
    raw = _ratio(scores, signs, best)
    worst = np.max(np.where(np.isfinite(oriented), raw, 1.0), axis=-2, initial=1.0)
    return Reference(best, worst)


def ratios(scores: Array, signs: Array, baseline: Array, pool: Reference) -> Array:
    """Performance ratios (..., M, T), each in [1, 1.05 W].

    Within the pool that is MLGym's definition. A method from outside that beats the pool's best has ratio 1, and one
    that is feasible but worse than the pool's worst gets no less than an infeasible one.
    """
    penalty = PENALTY * pool.worst_ratio
    counted = feasible(scores, signs, baseline) & np.isfinite(pool.best)
    ratio = np.where(counted, _ratio(scores, signs, pool.best), penalty)
    return np.clip(ratio, 1.0, penalty)


def tau_limit(*columns: Reference) -> float:
    """tau_max, in log10 units, shared by all the columns."""
    bound = max(math.ceil(worst * PENALTY) for column in columns for worst in column.worst_ratio.tolist())
    return float(np.ceil(np.log10(bound) * 10) / 10)


def grid_area(ratio: Array, tau_max: float) -> Array:
    """MLGym's AUP (..., M), in log10 units from 0 to tau_max and not divided by it.

    The original adds rectangles under the profile on 500 points, each as high as the profile at its left edge. Task by
    task this is the distance from the first grid point at or after log10 r to tau_max, which is what is added here.
    """
    grid = np.linspace(0, tau_max, num=GRID_POINTS)
    first = np.searchsorted(grid, np.log10(ratio), side="left")
    reached = grid[np.minimum(first, GRID_POINTS - 1)]
    return np.asarray(np.mean(tau_max - reached, axis=-1))


def exact_area(ratio: Array, tau_max: float) -> Array:
    """The integral in closed form, divided by tau_max: (..., M), in [0, 1].

    AUP_m = (1/T) sum_t max(0, tau_max - log10 r[m, t]) / tau_max
    """
    return np.asarray(np.mean(np.maximum(0.0, tau_max - np.log10(ratio)), axis=-1) / tau_max)


def profile(ratio: Array) -> tuple[Array, Array]:
    """The profile of one method as a staircase.

    Args:
        ratio: (T,).

    Returns:
        the values of tau where it rises, ascending, and the share of tasks reached at each.
    """
    taus, counts = np.unique(np.log10(ratio), return_counts=True)
    return taus, np.cumsum(counts) / ratio.size


def positive(normalised: Array) -> Array:
    """Scores with a meaningful ratio from normalised ones: 1 at the baseline, 10 at the reference, linear everywhere.

    Metrics may be negative, zero at their best, or have no natural zero (R², log loss, rewards), and then best / s
    means nothing. On this scale a ratio does not change with the metric's unit, sign or offset: the reference solution
    stands one decade above the baseline, and every score that is not worse than the baseline is at least 1.
    """
    return 1.0 + 9.0 * normalised


def upstream_round(value: Any) -> float:
    """Three decimals as numpy rounds them (scale, round half to even, unscale): 0.8855 becomes 0.886, not 0.885."""
    return float(np.round(np.float64(value), 3))


def _ratio(scores: Array, signs: Array, best: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(signs > 0, best / scores, scores / best)
