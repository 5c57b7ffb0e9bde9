"""Benchmarks that others publish: tasks, baselines, flags and scores, as `benchmarks/<name>.yaml` states them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from synth_gym.content import content
from synth_gym.errors import SynthGymError, did_you_mean
from synth_gym.evaluation.scores import Attempt, Task
from synth_gym.schema import Strict, load

BASELINE = "baseline"
"""The name of the row that holds the baseline's own scores."""


class Gameable(Strict):
    """How a task's score can be had without doing the task."""

    kind: Literal["self-reported", "runs-agent-code", "labels-readable"]
    why: str


class Published(Strict):
    """Published scores of one task, per method: the best over its runs. A method without any score is left out."""

    best: dict[str, float]
    """Of the best score of each run."""
    last: dict[str, float]
    """Of the last score of each run."""


class BenchmarkTask(Strict):
    """One task."""

    id: str
    title: str
    metric: str
    direction: Literal["maximize", "minimize"]
    baseline: float
    seconds: int = Field(gt=0)
    """Time limit of one training command."""
    gameable: Gameable | None = None
    published: Published


class Unearned(Strict):
    """A published score that was not earned."""

    method: str
    task: str
    why: str


class Benchmark(Strict):
    """The content of one file in `benchmarks/`."""

    name: str
    title: str
    source: str
    """Where the figures come from."""
    attempts: int = Field(gt=0)
    """Runs per method and task behind each published figure."""
    steps: int = Field(gt=0)
    """Steps per run."""
    methods: dict[str, str]
    """The published pool: id and display name, in the published order."""
    excluded: dict[str, str] = Field(default_factory=dict)
    """Methods that stay out of the pool unless asked for, and why."""
    unearned: tuple[Unearned, ...] = ()
    tasks: tuple[BenchmarkTask, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _known_names(self) -> Benchmark:
        names = {task.id for task in self.tasks}
        scored = {
            method for task in self.tasks for scores in (task.published.best, task.published.last) for method in scores
        }
        for method in sorted(scored | {entry.method for entry in self.unearned}):
            if method not in self.methods:
                raise ValueError(f"method {method!r} is not among methods{did_you_mean(method, self.methods)}")
        for task in self.tasks:
            if task.published.best.keys() != task.published.last.keys():
                raise ValueError(f"task {task.id!r}: best and last must name the same methods")
        for entry in self.unearned:
            if entry.task not in names:
                raise ValueError(f"unearned: unknown task {entry.task!r}{did_you_mean(entry.task, names)}")
        return self

    @property
    def directions(self) -> dict[str, str]:
        return {task.id: task.direction for task in self.tasks}

    def published_attempts(self) -> Iterator[Attempt]:
        """The published figures as if each were one attempt; NaN where a method has none."""
        for task in self.tasks:
            best, last = task.published.best, task.published.last
            for method in self.methods:
                yield Attempt(method, task.id, best.get(method, math.nan), last.get(method, math.nan), task.baseline)

    def baseline_attempts(self, baselines: dict[str, float]) -> Iterator[Attempt]:
        """The row that the baseline's own scores make."""
        for task in self.tasks:
            yield Attempt(BASELINE, task.id, baselines[task.id], baselines[task.id])

    def scored_tasks(self, baselines: dict[str, float]) -> list[Task]:
        """The tasks with the baselines that apply. Normalised, the best published score that was earned is 1."""
        return [
            Task(task.id, task.title, task.metric, task.direction, baselines[task.id], self._best_earned(task))
            for task in self.tasks
        ]

    def _best_earned(self, task: BenchmarkTask) -> float:
        unearned = {entry.method for entry in self.unearned if entry.task == task.id}
        scores = [score for method, score in task.published.best.items() if method not in unearned]
        return (max if task.direction == "maximize" else min)(scores)


def load_benchmark(name: str) -> Benchmark:
    """A shipped benchmark by name, or one of the user's by the path of its YAML file.

    Raises:
        SynthGymError: no such benchmark; or the file is not valid, with every fault on one line.
    """
    if Path(name).suffix == ".yaml":
        return load(Path(name), Benchmark)
    known = {path.stem: path for path in content("benchmarks").glob("*.yaml")}
    if name not in known:
        hint = did_you_mean(name, known) or f"; known: {', '.join(sorted(known))}"
        raise SynthGymError(f"no benchmark {name!r}{hint}")
    return load(known[name], Benchmark)
