"""Scores of many runs as plain data: tasks, attempts, and the table of arrays that statistics are computed on."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from synth_gym.errors import InvalidFileError, SynthGymError, did_you_mean

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Task:
    """What the scores of one task mean."""

    name: str
    title: str
    metric: str
    direction: Literal["maximize", "minimize"]
    baseline: float = math.nan
    """The score to beat; NaN when unknown."""
    reference: float = math.nan
    """The score that counts as 1 on the normalised scale; NaN when unknown."""

    @property
    def sign(self) -> float:
        return 1.0 if self.direction == "maximize" else -1.0


@dataclass(frozen=True)
class Attempt:
    """One run of one method on one task. A run without any score still counts as an attempt."""

    method: str
    task: str
    best: float = math.nan
    """The best score that was reached in the run; NaN for none."""
    last: float = math.nan
    """The score of its last submission; NaN for none."""
    baseline: float = math.nan
    """The baseline's score as the run recorded it; NaN for none."""


@dataclass(frozen=True)
class Table:
    """The scores of M methods on T tasks in at most K attempts each."""

    methods: tuple[str, ...]
    tasks: tuple[Task, ...]
    best: Array
    """(M, T, K), NaN where there is no score or no attempt."""
    last: Array
    """(M, T, K), likewise."""
    attempts: NDArray[np.int64]
    """(M, T), how many attempts were made; the first so many entries of the last axis."""
    scale: Literal["raw", "decade"] = "raw"
    """The units in which performance ratios are taken; see `synth_gym.evaluation.scale`."""

    @property
    def signs(self) -> Array:
        return np.array([task.sign for task in self.tasks])

    @property
    def baseline(self) -> Array:
        return np.array([task.baseline for task in self.tasks])

    @property
    def reference(self) -> Array:
        return np.array([task.reference for task in self.tasks])

    @property
    def scored(self) -> NDArray[np.bool_]:
        """(M, T, K), which attempts have a score."""
        return ~np.isnan(self.best)


def tabulate(
    attempts: Iterable[Attempt],
    methods: Sequence[str],
    tasks: Sequence[Task],
    *,
    scale: Literal["raw", "decade"] = "raw",
) -> Table:
    """Attempts as arrays, in the given order of methods and tasks; attempts at anything else are left out."""
    rows = {name: index for index, name in enumerate(methods)}
    columns = {task.name: index for index, task in enumerate(tasks)}
    cells: dict[tuple[int, int], list[Attempt]] = {}
    for attempt in attempts:
        if attempt.method in rows and attempt.task in columns:
            cells.setdefault((rows[attempt.method], columns[attempt.task]), []).append(attempt)
    shape = (len(methods), len(tasks), max(map(len, cells.values()), default=1))
    best, last, counts = np.full(shape, np.nan), np.full(shape, np.nan), np.zeros(shape[:2], dtype=np.int64)
    for cell, found in cells.items():
        counts[cell] = len(found)
        best[cell][: len(found)] = [attempt.best for attempt in found]
        last[cell][: len(found)] = [attempt.last for attempt in found]
    return Table(tuple(methods), tuple(tasks), best, last, counts, scale)


def best_of(runs: Array, scored: NDArray[np.bool_], signs: Array) -> Array:
    """The best of K runs: (..., T), NaN where no run is scored.

    Args:
        runs: (..., T, K).
        scored: (..., T, K), which runs count. A NaN among those makes the result NaN, as in MLGym.
        signs: (T,).
    """
    oriented = np.max(np.where(scored, signs[:, None] * runs, -np.inf), axis=-1)
    return np.where(np.isneginf(oriented), np.nan, signs * oriented)


def tasks_named(tasks: Sequence[Task], wanted: Sequence[str] | None) -> list[Task]:
    """The tasks of these names, or all of them for None, in their own order.

    Raises:
        SynthGymError: no such task, with a did-you-mean.
    """
    known = [task.name for task in tasks]
    for name in wanted or ():
        if name not in known:
            raise SynthGymError(f"no task {name!r}{did_you_mean(name, known) or '; known: ' + ', '.join(known)}")
    return [task for task in tasks if wanted is None or task.name in wanted]


def read_scores(path: Path, directions: dict[str, str]) -> list[Attempt]:
    """Attempts from a JSON Lines file, one run per line.

    Each line is an object with `model` (or `method`), `task` and `values`: the scores of the run in the order in which
    they were given, the last one being the final submission's. Optional: `run`, a number that orders a method's runs,
    and `baseline`.

    Args:
        path: the file.
        directions: `"maximize"` or `"minimize"` of every known task; lines of other tasks are refused.

    Raises:
        InvalidFileError: names the line and what is wrong with it.
    """
    rows = list(_read_lines(path))
    if not rows:
        raise InvalidFileError(
            f"{path}: holds no scores; each line must be an object with 'model', 'task' and 'values'"
        )
    attempts = [(_run_number(row), _attempt(row, directions, where)) for where, row in rows]
    return [attempt for _, attempt in sorted(attempts, key=lambda pair: pair[0])]


def _read_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise InvalidFileError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidFileError(f"{path}: is not UTF-8 text") from None
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{path} line {number}"
        try:
            row = json.loads(line)
        except json.JSONDecodeError as error:
            raise InvalidFileError(f"{where}: is not JSON: {error.msg}") from None
        if not isinstance(row, dict):
            raise InvalidFileError(f"{where}: must be an object with 'model', 'task' and 'values'")
        yield where, row


def _run_number(row: dict[str, Any]) -> float:
    run = row.get("run")
    return float(run) if isinstance(run, int | float) else 0.0


def _attempt(row: dict[str, Any], directions: dict[str, str], where: str) -> Attempt:
    method, task, values = row.get("model", row.get("method")), row.get("task"), row.get("values")
    if not isinstance(method, str) or not isinstance(task, str) or not isinstance(values, list):
        raise InvalidFileError(f"{where}: needs 'model' and 'task' (text) and 'values' (a list of numbers)")
    if task not in directions:
        raise InvalidFileError(f"{where}: unknown task {task!r}{did_you_mean(task, directions)}")
    numbers = [_number(value, where) for value in values]
    ranked = [number for number in numbers if not math.isnan(number)]
    best = (max if directions[task] == "maximize" else min)(ranked, default=math.nan)
    return Attempt(method, task, best, numbers[-1] if ranked else math.nan, _number(row.get("baseline"), where))


def _number(value: Any, where: str) -> float:
    if value is None:
        return math.nan
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise InvalidFileError(f"{where}: {value!r} is not a number")
