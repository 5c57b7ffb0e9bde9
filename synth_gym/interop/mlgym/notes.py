"""What is known of MLGym's tasks beside their own files: `tasks.yaml` and `benchmarks/mlgym.yaml`."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Literal

from pydantic import Field

from synth_gym.evaluation.benchmark import Benchmark, BenchmarkTask, Gameable, load_benchmark
from synth_gym.schema import Strict, parse, read_yaml

_FILE = Path(__file__).with_name("tasks.yaml")
BASELINES = Path(__file__).with_name("baselines")
"""Baseline scripts of our own, for tasks that bring none."""


class Labels(Strict):
    """Where the true values of a predictions task lie, and what they look like."""

    file: str
    """In the workspace that MLGym gives its agents."""
    id_column: str
    column: str
    type: Literal["category", "integer", "number"]
    minimum: float | None = None
    maximum: float | None = None


class Split(Strict):
    """A table that the checkout holds whole: the parts are drawn from it, as MLGym's helper script draws them."""

    source: str
    labels: str
    """File name of the test labels."""
    id_column: str
    target: str


class Notes(Strict):
    """Facts about one task."""

    title: str = ""
    metric: str = ""
    direction: Literal["maximize", "minimize"] | None = None
    baseline: float | None = None
    gameable: Gameable | None = None
    submission: str = ""
    """What is handed in; empty when the task cannot be played here anyway."""
    function: str = ""
    """For a program: the function that the evaluator calls."""
    optimum: float = 0.0
    worst: float | None = None
    labels: Labels | None = None
    split: Split | None = None
    baseline_script: str = ""
    """A file of `BASELINES`."""
    modules: tuple[str, ...] = ()
    """What its scripts import and the extra `ml` installs."""
    packages: dict[str, str] = Field(default_factory=dict)
    """Distributions and the versions that work together."""
    obstacles: tuple[str, ...] = ()
    """Why it cannot run anywhere, or not in our sandboxes."""


@functools.cache
def all_notes() -> dict[str, Notes]:
    """The notes of every task that there are notes of, by task id."""
    return {name: parse(data, Notes, source=f"{_FILE}: {name}") for name, data in read_yaml(_FILE).items()}


def notes_of(task_id: str) -> Notes:
    """The notes of one task; empty ones for a task that nothing is known of."""
    return all_notes().get(task_id, Notes())


@functools.cache
def benchmark() -> Benchmark:
    """The published benchmark."""
    return load_benchmark("mlgym")


def published(task_id: str) -> BenchmarkTask | None:
    """What was published of a task."""
    return next((task for task in benchmark().tasks if task.id == task_id), None)
