"""A table of scores into a leaderboard: AUP, its uncertainty, and the setting without which it means nothing."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_gym.evaluation import aup
from synth_gym.evaluation.scale import Cells, Mode, Pool, Scale, cells_of, resampled_cells
from synth_gym.evaluation.scores import Table
from synth_gym.evaluation.statistics import (
    attempt_rewards,
    beats_baseline,
    interval,
    mean_reward,
    ranks,
    resample,
)

Array = NDArray[np.float64]
Interval = tuple[float, float]

SAMPLES = 1000
"""Bootstrap samples behind each interval."""


@dataclass(frozen=True)
class Setting:
    """Everything that an AUP depends on besides the method's own scores."""

    title: str
    mode: Mode
    pool: tuple[str, ...]
    tau_max: float
    floor: float
    """The best-column AUP of a method that fails every task."""
    tasks: tuple[str, ...]
    k: int
    """The number of runs that a score is the best of; the largest in the table."""
    attempts: int
    """All attempts in the table."""
    samples: int
    seed: int
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Standing:
    """One method's row.

    Intervals are 95 % bootstrap percentile intervals over tasks and runs. The scale (best, worst, tau_max) is held
    fixed. The best of resampled runs never exceeds the best of all runs, so where a score is a best of several, the
    interval leans to the low side.
    """

    method: str
    title: str
    best_aup: float
    """AUP of the best score of each run."""
    best_aup_interval: Interval
    last_aup: float
    """AUP of the last score of each run."""
    last_aup_interval: Interval
    mean_normalized: float
    """Mean over runs, then tasks, of the normalised last score; an attempt without one counts -1, none counts less."""
    mean_normalized_interval: Interval
    mean_rank: float
    pass_at_1: float | None
    """The chance that one attempt's last score beats the baseline."""
    pass_at_k: float | None
    attempts: int
    scored: int
    """Attempts with at least one score."""
    best_scores: dict[str, float | None]
    last_scores: dict[str, float | None]
    profile: list[tuple[float, float]]
    """Where the performance profile of the best column rises: (log10 ratio, share of tasks)."""


@dataclass(frozen=True)
class Leaderboard:
    """Standings, the best first, and their setting."""

    setting: Setting
    standings: tuple[Standing, ...]

    def rows(self) -> list[dict[str, Any]]:
        """One JSON object per method; each repeats the setting, so that no AUP travels without it."""
        return [asdict(standing) | {"setting": asdict(self.setting)} for standing in self.standings]


def describe_setting(setting: Mapping[str, Any]) -> list[str]:
    """The setting of a leaderboard's rows, in sentences."""
    pool, tasks = setting["pool"], setting["tasks"]
    return [
        f"AUP mode {setting['mode']}, tau_max {setting['tau_max']:g}, best of {setting['k']}; "
        f"failing every task gives {setting['floor']:.3f}.",
        f"Pool of {len(pool)}: {', '.join(pool)}.",
        f"{len(tasks)} tasks, {setting['attempts']} attempts: {', '.join(tasks)}.",
        f"Intervals: 95 %, bootstrap over tasks and runs ({setting['samples']} samples, seed {setting['seed']}).",
        *(f"Note: {note.rstrip('.')}." for note in setting["notes"]),
    ]


def make_leaderboard(
    table: Table,
    mode: Mode,
    *,
    title: str,
    pool: Pool | None = None,
    titles: Mapping[str, str] | None = None,
    k: int | None = None,
    samples: int = SAMPLES,
    seed: int = 0,
    notes: Sequence[str] = (),
) -> Leaderboard:
    """Rank the methods of a table by the AUP of their best scores.

    Args:
        table: the scores.
        mode: see `synth_gym.evaluation.scale.MODES`.
        title: what is ranked.
        pool: the reference pool; every mode but `compat` needs one.
        titles: display names of methods.
        k: how many runs a score is the best of, when the table's attempts are themselves the best of several.
        samples: bootstrap samples.
        seed: of the bootstrap.
        notes: what a reader must know.
    """
    cells = cells_of(table, propagate_nan=mode == "compat")
    scale = Scale.of(table, cells, mode, pool)
    rounded = aup.upstream_round if mode == "compat" else float
    rows = _Rows(table, cells, scale, _spread(table, scale, samples, seed))
    standings = [
        rows.standing(row, (titles or {}).get(method, method), rounded) for row, method in enumerate(table.methods)
    ]
    standings.sort(key=lambda standing: (-standing.best_aup, -standing.mean_normalized))
    setting = Setting(
        title=title,
        mode=mode,
        pool=scale.pool,
        tau_max=scale.tau_max,
        floor=rounded(scale.floor),
        tasks=tuple(task.name for task in table.tasks),
        k=k or table.best.shape[-1],
        attempts=int(table.attempts.sum()),
        samples=samples,
        seed=seed,
        notes=(*notes, *_notes(table, cells, scale)),
    )
    return Leaderboard(setting, tuple(standings))


class _Rows:
    """Everything that rows are cut from, computed once for all methods."""

    def __init__(self, table: Table, cells: Cells, scale: Scale, spread: tuple[Array, Array]) -> None:
        self.table, self.cells, self.scale, self.spread = table, cells, scale, spread
        self.best_aup, self.last_aup = scale.areas(cells)
        self.profiles = scale.best_ratios(cells)
        self.rewards = mean_reward(attempt_rewards(table))
        self.ranks = ranks(cells.best, table.signs).mean(axis=1)
        self.pass_at_1, self.pass_at_k = beats_baseline(table, 1), beats_baseline(table, table.best.shape[-1])

    def standing(self, row: int, title: str, rounded: Callable[[float], float]) -> Standing:
        """One method's row."""
        taus, shares = aup.profile(self.profiles[row])
        # MLGym's own tables round the baseline's cells as Python does, all others as numpy does.
        compat_baseline = self.scale.mode == "compat" and self.table.methods[row] == "baseline"
        cell = functools.partial(round, ndigits=3) if compat_baseline else rounded
        return Standing(
            method=self.table.methods[row],
            title=title,
            best_aup=rounded(self.best_aup[row]),
            best_aup_interval=self._interval(0, row),
            last_aup=rounded(self.last_aup[row]),
            last_aup_interval=self._interval(1, row),
            mean_normalized=float(self.rewards[row]),
            mean_normalized_interval=self._interval(2, row),
            mean_rank=float(self.ranks[row]),
            pass_at_1=_known(self.pass_at_1[row]),
            pass_at_k=_known(self.pass_at_k[row]),
            attempts=int(self.table.attempts[row].sum()),
            scored=int(self.table.scored[row].sum()),
            best_scores=self._scores(self.cells.best[row], cell),
            last_scores=self._scores(self.cells.last[row], cell),
            profile=list(zip(taus.tolist(), shares.tolist(), strict=True)),
        )

    def _interval(self, statistic: int, row: int) -> Interval:
        low, high = self.spread
        return float(low[statistic, row]), float(high[statistic, row])

    def _scores(self, scores: Array, rounded: Callable[[float], float]) -> dict[str, float | None]:
        known = (_known(score) for score in scores)
        return {
            task.name: None if score is None else rounded(score)
            for task, score in zip(self.table.tasks, known, strict=True)
        }


def _spread(table: Table, scale: Scale, samples: int, seed: int) -> tuple[Array, Array]:
    """Intervals of (best AUP, last AUP, mean normalised score): two arrays (3, M)."""
    rewards = attempt_rewards(table)
    draws = []
    for tasks, runs in resample(table, samples, seed):
        best, last = scale.areas(resampled_cells(table, runs), tasks)
        drawn = np.take_along_axis(np.broadcast_to(rewards, runs.shape), runs, -1)
        chosen = np.take_along_axis(drawn, tasks[..., None], -2)
        draws.append(np.stack([best, last, mean_reward(chosen)], axis=1))
    return interval(np.concatenate(draws))


def _notes(table: Table, cells: Cells, scale: Scale) -> list[str]:
    """What the numbers do not say of themselves."""
    return [
        f"{table.methods[row]} scored exactly 0 on {table.tasks[column].title}: it has no ratio and is infeasible"
        for row, column in np.argwhere(scale.zeros(cells))
    ]


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)
