"""The scale that a leaderboard measures on: a pool, the units in which ratios are taken, and how areas are computed.

Two kinds of units. Tables of MLGym take ratios of the scores themselves (`raw`). Tables of our own suites take them on
the scale of `synth_gym.evaluation.aup.positive` (`decade`), on which the challenge's baseline is 1 and its reference
solution 10.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from synth_gym.errors import SynthGymError
from synth_gym.evaluation import aup
from synth_gym.evaluation.scores import Table, best_of
from synth_gym.evaluation.statistics import TIE, normalise

Array = NDArray[np.float64]
Mode = Literal["compat", "frozen", "closed"]

MODES: dict[str, str] = {
    "compat": "MLGym's own AUP: the pool is every method of the table; the area is not divided by tau_max",
    "frozen": "the same, with best, worst and tau_max of a reference pool: adding a method moves nobody",
    "closed": "frozen, with the exact integral divided by tau_max: in [0, 1]",
}


_STATED_BASELINE = {"raw": "baseline", "decade": "stated baseline"}
"""Its name in a pool. MLGym's tables hold it as a row of its own; in our suites a policy may be called `baseline`."""


@dataclass(frozen=True)
class Cells:
    """One score per method and task in two columns."""

    best: Array
    """(M, T), over the runs' best scores."""
    last: Array
    """(M, T), over the runs' last scores."""


@dataclass(frozen=True)
class Pool:
    """Named scores that fix the scale, in the table's units."""

    names: tuple[str, ...]
    cells: Cells
    """Of P methods on the table's T tasks."""


def cells_of(table: Table, *, propagate_nan: bool = False) -> Cells:
    """The best over each method's attempts, in both columns.

    Args:
        table: the scores.
        propagate_nan: MLGym's rule that a last score of NaN in a run that has another score voids the method's whole
        cell. Otherwise
            such a run has no last score.
    """
    last_counts = table.scored if propagate_nan else ~np.isnan(table.last)
    return Cells(best_of(table.best, table.scored, table.signs), best_of(table.last, last_counts, table.signs))


def resampled_cells(table: Table, runs: NDArray[np.int64]) -> Cells:
    """The same over resampled attempts, given as indices (..., M, T, K): cells (..., M, T)."""
    best, last = (
        np.take_along_axis(np.broadcast_to(column, runs.shape), runs, -1) for column in (table.best, table.last)
    )
    return Cells(best_of(best, ~np.isnan(best), table.signs), best_of(last, ~np.isnan(last), table.signs))


@dataclass(frozen=True)
class Scale:
    """Units, reference and tau_max of one leaderboard; turns cells into areas."""

    table: Table
    mode: Mode
    pool: tuple[str, ...]
    best: aup.Reference
    last: aup.Reference
    tau_max: float

    @classmethod
    def of(cls, table: Table, cells: Cells, mode: Mode, pool: Pool | None) -> Scale:
        """The scale of a table in a mode.

        In mode `compat` the pool is the table's own methods and its stated baseline.
        """
        if mode == "compat":
            stated = table.baseline[None, :]
            pool = Pool(
                tuple(dict.fromkeys([*table.methods, _STATED_BASELINE[table.scale]])),
                Cells(np.vstack([cells.best, stated]), np.vstack([cells.last, stated])),
            )
        if pool is None:
            raise SynthGymError(f"mode {mode!r} needs a reference pool")
        best, last = (
            aup.reference(_units(table, scores), *_direction(table)) for scores in (pool.cells.best, pool.cells.last)
        )
        return cls(table, mode, pool.names, best, last, aup.tau_limit(best, last))

    def areas(self, cells: Cells, tasks: NDArray[np.int64] | None = None) -> tuple[Array, Array]:
        """AUP of both columns, (..., M) each; `tasks` (indices (..., 1, T), repeats allowed) selects what counts."""
        best, last = self.best_ratios(cells), self._ratios(cells.last, self.last)
        if tasks is not None:
            best, last = np.take_along_axis(best, tasks, -1), np.take_along_axis(last, tasks, -1)
        return self._area(best), self._area(last)

    def best_ratios(self, cells: Cells) -> Array:
        """Performance ratios of the best column: (..., M, T)."""
        return self._ratios(cells.best, self.best)

    @property
    def floor(self) -> float:
        """The best-column AUP of a method that fails every task."""
        return float(self._area(self.best.worst_ratio * aup.PENALTY))

    def zeros(self, cells: Cells) -> NDArray[np.bool_]:
        """(M, T): scores of exactly 0 that only for want of a ratio are infeasible."""
        scores, (signs, baseline) = _units(self.table, cells.best), _direction(self.table)
        return (scores == 0) & ~(signs * scores < signs * baseline)

    def _ratios(self, scores: Array, reference: aup.Reference) -> Array:
        return aup.ratios(_units(self.table, scores), *_direction(self.table), reference)

    def _area(self, ratio: Array) -> Array:
        return (aup.exact_area if self.mode == "closed" else aup.grid_area)(ratio, self.tau_max)


def _units(table: Table, scores: Array) -> Array:
    """Scores in the units in which ratios are taken."""
    if table.scale == "raw":
        return scores
    normalised = normalise(scores, table.signs, table.baseline, table.reference)
    return aup.positive(np.where(np.abs(normalised) < TIE, 0.0, normalised))


def _direction(table: Table) -> tuple[Array, Array]:
    """Signs and baseline in those units."""
    return (
        (table.signs, table.baseline)
        if table.scale == "raw"
        else (np.ones(len(table.tasks)), np.ones(len(table.tasks)))
    )
