"""Statistics over a table of runs: normalised scores, pass@k, ranks, bootstrap intervals.

Shapes: M methods, T tasks, K attempts at most, B bootstrap samples. A missing score is NaN.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from synth_gym.evaluation.scores import Table

Array = NDArray[np.float64]
Indices = NDArray[np.int64]

_CHUNK = 100
"""Bootstrap samples that are drawn together; bounds the memory."""
TIE = 1e-3
"""Normalised scores nearer to 0 than this equal the baseline's: challenges state their baseline rounded."""
FAILURE = -1.0
"""Normalised score of an attempt without a valid submission, and the least of any attempt: the reward's own floor."""


def normalise(scores: Array, signs: Array, baseline: Array, reference: Array) -> Array:
    """Scores on the scale where 0 is the baseline and 1 the reference.

    Args:
        scores: (..., T).
        signs: (T,), +1 where more is better.
        baseline: (T,).
        reference: (T,).
    """
    return np.asarray(signs * (scores - baseline) / np.abs(reference - baseline))


def attempt_rewards(table: Table) -> Array:
    """Normalised last score of every attempt: (M, T, K), cut below at `FAILURE`; NaN where no attempt was made.

    At a task whose baseline is unknown every attempt counts as equal to it.
    """
    columns = (table.signs[:, None], table.baseline[:, None], table.reference[:, None])
    rewards = np.fmax(normalise(table.last, *columns), FAILURE)
    rewards = np.where(np.isnan(table.baseline)[:, None], 0.0, rewards)
    return np.where(_made(table), rewards, np.nan)


def mean_reward(rewards: Array) -> Array:
    """Mean over attempts, then over tasks: (..., T, K) to (...). A task without an attempt counts as failed."""
    made = ~np.isnan(rewards)
    counts = made.sum(axis=-1)
    means = np.where(made, rewards, 0.0).sum(axis=-1) / np.maximum(counts, 1)
    return np.asarray(np.where(counts > 0, means, FAILURE).mean(axis=-1))


def pass_at_k(attempts: int, passes: int, k: int) -> float:
    """The chance that at least one of k attempts, drawn from those made, passes.

    The unbiased estimator 1 - C(n - c, k) / C(n, k) of Chen et al., 2021 (https://arxiv.org/abs/2107.03374).

    >>> round(pass_at_k(attempts=4, passes=1, k=2), 3)
    0.5
    """
    if not 1 <= k <= attempts:
        raise ValueError(f"pass@{k} needs at least {k} attempts, not {attempts}")
    failures = attempts - passes
    missed = np.prod([1.0 - k / number for number in range(failures + 1, attempts + 1)]) if failures >= k else 0.0
    return float(1.0 - missed)


def beaten(table: Table) -> NDArray[np.bool_]:
    """Which attempts' last scores are better than the baseline: (M, T, K)."""
    signs, baseline = table.signs[:, None], table.baseline[:, None]
    if table.scale == "raw":
        return np.asarray(signs * table.last > signs * baseline)
    return np.asarray(normalise(table.last, signs, baseline, table.reference[:, None]) >= TIE)


def beats_baseline(table: Table, k: int) -> Array:
    """pass@k of a last score better than the baseline, over the tasks with at least k attempts: (M,), NaN for none."""
    passes = beaten(table).sum(axis=-1)
    rates = np.full(len(table.methods), np.nan)
    for method in range(len(table.methods)):
        cells = zip(table.attempts[method].tolist(), passes[method].tolist(), strict=True)
        chances = [pass_at_k(made, passed, k) for made, passed in cells if made >= k]
        rates[method] = np.mean(chances) if chances else np.nan
    return rates


def ranks(scores: Array, signs: Array) -> Array:
    """Ranks per task, from 1, the best: (M, T). Ties share the mean of their places; missing scores share the last."""
    oriented = np.where(np.isnan(scores), -np.inf, signs * scores)
    better = (oriented[None, :, :] > oriented[:, None, :]).sum(axis=1)
    equal = (oriented[None, :, :] == oriented[:, None, :]).sum(axis=1)
    return np.asarray(better + (equal + 1) / 2)


def resample(table: Table, samples: int, seed: int) -> Iterator[tuple[Indices, Indices]]:
    """Bootstrap samples, some at a time: which tasks, and which attempts of each method at each task.

    Tasks are drawn with replacement, the same for all methods; within a task the attempts of each method are drawn with
    replacement.

    Yields:
        task indices (b, 1, T) and attempt indices (b, M, T, K), the latter in the table's own order of tasks; b adds up
        to `samples`.
    """
    random = np.random.default_rng(seed)
    width = len(table.tasks)
    for first in range(0, samples, _CHUNK):
        count = min(_CHUNK, samples - first)
        tasks = random.integers(width, size=(count, 1, width))
        runs = random.random((count, *table.best.shape)) * np.maximum(table.attempts, 1)[..., None]
        yield tasks, runs.astype(np.int64)


def interval(samples: Array, level: float = 0.95) -> tuple[Array, Array]:
    """The percentile interval over the first axis: (B, ...) to two arrays (...)."""
    tail = (1.0 - level) / 2
    low, high = np.quantile(samples, [tail, 1.0 - tail], axis=0)
    return low, high


def _made(table: Table) -> NDArray[np.bool_]:
    return np.asarray(np.arange(table.best.shape[-1]) < table.attempts[..., None])
