"""Reads a checkout of MLGym: its task, dataset and agent files."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

from synth_gym.errors import InvalidFileError, SynthGymError, did_you_mean
from synth_gym.interop.mlgym.notes import Notes, notes_of, published
from synth_gym.interop.mlgym.schema import AgentFile, DatasetFile, TaskFile
from synth_gym.schema import load

CLONE = "git clone https://github.com/facebookresearch/MLGym"
PREFIX = "MLGym-"


@dataclass(frozen=True)
class MLGymTask:
    """One task of a checkout."""

    checkout: Path
    file: TaskFile
    datasets: tuple[DatasetFile, ...]

    @property
    def id(self) -> str:
        return self.file.id

    @property
    def name(self) -> str:
        """Name of the challenge, without its version."""
        return challenge_name(self.id)

    @property
    def notes(self) -> Notes:
        return notes_of(self.id)

    @property
    def metric(self) -> str:
        """The key that counts in what the evaluator prints; empty when it is not known."""
        known = published(self.id)
        return known.metric if known else self.notes.metric

    @property
    def direction(self) -> str:
        """`maximize` or `minimize`; empty when it is not known."""
        known = published(self.id)
        return known.direction if known else self.notes.direction or ""

    @property
    def baseline(self) -> float | None:
        """The stored score of the baseline."""
        return self.file.stored_baseline.get(self.metric, self.notes.baseline)

    @property
    def instruction(self) -> str:
        """The text for the agent, the data sets' descriptions filled in as MLGym does."""
        docs = "\n\n".join(f"{one.name.upper()}:\n{one.description}" for one in self.datasets)
        return self.file.description.replace("{dataset_docs}", docs)


@dataclass(frozen=True)
class Checkout:
    """A checkout that was read."""

    path: Path
    tasks: tuple[MLGymTask, ...]
    """Sorted by id."""
    agents: dict[str, AgentFile]
    """By file name without suffix."""
    faults: tuple[str, ...]
    """Task files that cannot be read, one line each."""

    def task(self, task_id: str) -> MLGymTask:
        """One task by its id.

        Raises:
            SynthGymError: no such task.
        """
        for task in self.tasks:
            if task.id == task_id:
                return task
        raise SynthGymError(f"{self.path}: no task {task_id!r}{did_you_mean(task_id, [one.id for one in self.tasks])}")

    @property
    def revision(self) -> str:
        """The commit, or `unknown`."""
        if not (self.path / ".git").exists():
            return "unknown"
        command = ["git", "-C", str(self.path), "rev-parse", "HEAD"]
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        return found.stdout.strip() or "unknown"


def challenge_name(task_id: str) -> str:
    """`battleOfSexes` -> `MLGym-BattleOfSexes`."""
    return PREFIX + task_id[0].upper() + task_id[1:]


def load_checkout(path: str | Path) -> Checkout:
    """Read a checkout. A task file that is broken, as some are upstream, is reported and left out.

    Of two files with the same id the one counts whose name is the id, or else the first: MLGym's variants without a
    baseline file keep the id of the task that they vary.

    Raises:
        SynthGymError: the folder is no checkout of MLGym.
    """
    path = Path(path).expanduser().resolve()
    files = sorted((path / "configs" / "tasks").glob("*.yaml"))
    if not files:
        raise SynthGymError(f"{path}: is no checkout of MLGym (it has no configs/tasks/*.yaml); make one with: {CLONE}")
    tasks: dict[str, MLGymTask] = {}
    faults: list[str] = []
    for file in files:
        try:
            task = _read_task(path, file)
        except InvalidFileError as error:
            faults.append(str(error))
            continue
        if task.id not in tasks or file.stem == task.id:
            tasks[task.id] = task
    agents = {file.stem: load(file, AgentFile) for file in sorted((path / "configs" / "agents").glob("*.yaml"))}
    return Checkout(path, tuple(sorted(tasks.values(), key=lambda task: task.id)), agents, tuple(faults))


def _read_task(checkout: Path, file: Path) -> MLGymTask:
    task = load(file, TaskFile)
    datasets = tuple(load(checkout / "configs" / name, DatasetFile) for name in task.dataset_configs)
    return MLGymTask(checkout, task, datasets)
