"""Leaderboards of a published benchmark: anyone's scores placed in the published pool."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

from synth_gym.errors import SynthGymError, did_you_mean
from synth_gym.evaluation.benchmark import BASELINE, Benchmark
from synth_gym.evaluation.leaderboard import Leaderboard, make_leaderboard
from synth_gym.evaluation.scale import Mode, Pool, cells_of
from synth_gym.evaluation.scores import Attempt, Task, read_scores, tabulate, tasks_named


def benchmark_leaderboard(
    benchmark: Benchmark,
    mode: Mode,
    *,
    scores: Path | None = None,
    methods: Sequence[str] | None = None,
    tasks: Sequence[str] | None = None,
) -> Leaderboard:
    """Scores placed in the published pool of a benchmark.

    A published method that the file holds is taken from the file; the others are taken from the published figures.

    Args:
        benchmark: tasks and published figures.
        mode: how AUP is computed.
        scores: a JSON Lines file, see `read_scores`.
        methods: exactly these; by default the published pool and every other method of the file that is not excluded.
        tasks: only these.

    Raises:
        SynthGymError: the file is faulty, or a name is unknown.
    """
    given = read_scores(scores, benchmark.directions) if scores else []
    own = {attempt.method for attempt in given}
    if BASELINE in own:
        raise SynthGymError(f"{scores}: {BASELINE!r} is the row of the benchmark's own baseline; rename the method")
    attempts = given + [attempt for attempt in benchmark.published_attempts() if attempt.method not in own]
    names = _chosen_methods(benchmark, attempts, methods)
    baselines = _recorded_baselines(benchmark, attempts, names) if mode == "compat" else _stored_baselines(benchmark)
    chosen = tasks_named(benchmark.scored_tasks(baselines), tasks)
    table = tabulate([*attempts, *benchmark.baseline_attempts(baselines)], [*names, BASELINE], chosen)
    return make_leaderboard(
        table,
        mode,
        title=benchmark.title,
        pool=_published_pool(benchmark, chosen),
        titles=benchmark.methods,
        k=max(table.best.shape[-1], benchmark.attempts) if set(names) - own else None,
        notes=_notes(benchmark, own, names),
    )


def _notes(benchmark: Benchmark, own: set[str], ranked: Sequence[str]) -> list[str]:
    """What a reader of the table must know of its methods."""
    figures = [benchmark.methods[name] for name in ranked if name not in own]
    notes = [f"{name} is left out. {why}" for name, why in benchmark.excluded.items() if name in own - set(ranked)]
    if figures:
        notes.append(
            f"published figures (the best of {benchmark.attempts} runs) stand for {', '.join(figures)}: their pass@1 "
            "and normalised mean are those of that best run, and their intervals know no luck of runs"
        )
    return notes + [f"not earned: {entry.method} on {entry.task}. {entry.why}" for entry in benchmark.unearned]


def _published_pool(benchmark: Benchmark, tasks: Sequence[Task]) -> Pool:
    """The published methods and the stored baseline, with the published figures alone."""
    names = [*benchmark.methods, BASELINE]
    attempts = [*benchmark.published_attempts(), *benchmark.baseline_attempts(_stored_baselines(benchmark))]
    return Pool(tuple(names), cells_of(tabulate(attempts, names, tasks)))


def _stored_baselines(benchmark: Benchmark) -> dict[str, float]:
    return {task.id: task.baseline for task in benchmark.tasks}


def _recorded_baselines(benchmark: Benchmark, attempts: Sequence[Attempt], methods: Sequence[str]) -> dict[str, float]:
    """What MLGym takes for the baseline: the first one that the pool's runs recorded, in the pool's order, or NaN."""
    order = {name: index for index, name in enumerate(methods)}
    baselines = {task.id: math.nan for task in benchmark.tasks}
    pool = sorted(
        (attempt for attempt in attempts if attempt.method in order), key=lambda attempt: order[attempt.method]
    )
    for attempt in pool:
        if math.isnan(baselines[attempt.task]):
            baselines[attempt.task] = attempt.baseline
    return baselines


def _chosen_methods(benchmark: Benchmark, attempts: Sequence[Attempt], wanted: Sequence[str] | None) -> list[str]:
    present = dict.fromkeys([*benchmark.methods, *(attempt.method for attempt in attempts)])
    if wanted is None:
        return [name for name in present if name not in benchmark.excluded]
    for name in wanted:
        if name not in present:
            raise SynthGymError(f"no scores of method {name!r}{did_you_mean(name, present)}")
    return list(dict.fromkeys(wanted))
