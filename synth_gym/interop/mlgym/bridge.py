"""Challenge directories of MLGym's tasks, made from a checkout in a folder of the user's.

`compat` is MLGym's contract: its files, its evaluation script over the agent's own workspace. `strict` keeps the test
labels out of the workspace, scores with untouched files in a clean place, and has a private split.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from pathlib import Path
from typing import get_args

import synth_gym
from synth_gym.challenge import Challenge, Dataset, Evaluator, Limits, Metric, Provenance, Scores, Spec, content_hash
from synth_gym.challenge import write_spec as write_challenge_file
from synth_gym.files import check_writable
from synth_gym.grading.evaluator import PRISTINE
from synth_gym.interop.mlgym.checkout import Checkout, MLGymTask, load_checkout
from synth_gym.interop.mlgym.graders import grader_files, submission_of
from synth_gym.interop.mlgym.instruction import ScoringMode, write_instruction
from synth_gym.interop.mlgym.materials import workspace_files, write_files
from synth_gym.interop.mlgym.notes import BASELINES, benchmark, published
from synth_gym.interop.mlgym.obstacles import obstacles
from synth_gym.interop.mlgym.table import VERSION
from synth_gym.suite import Suite, register_suite

MODES: tuple[ScoringMode, ...] = get_args(ScoringMode)
_MADE = "2026-11-26"
"""Date of this module's rules; the day of the making would make every challenge another one."""
_NOTHING_TO_DO = "# The files of the task, as they lie here, are the baseline.\n"
_SECONDS = 4 * 3600.0
"""MLGym limits commands and steps, not the whole episode."""


def prepare(checkout: Checkout, folder: Path, mode: ScoringMode) -> list[Challenge]:
    """Make a challenge directory of every task that can run here; what is there already and the same is left alone.

    Args:
        checkout: the user's.
        folder: gets one challenge directory for each task.
        mode: how they are scored.

    Raises:
        SynthGymError: the folder cannot be written, or a file of the checkout is not what it must be.
    """
    check_writable(folder)
    revision = checkout.revision
    return [_make(task, folder, mode, revision) for task in checkout.tasks if not obstacles(task)]


def register(path: str | Path, mode: ScoringMode = "strict") -> Suite:
    """Make the tasks of a checkout known to Gymnasium as `synth-ml/MLGym-<Task>-v0`. The files go into a cache.

    Raises:
        SynthGymError: as `load_checkout` and `prepare`.
    """
    folder = cache_folder() / f"mlgym-{mode}"
    prepare(load_checkout(path), folder, mode)
    return register_suite(folder)


def cache_folder() -> Path:
    """`synth-gym` in `XDG_CACHE_HOME` or `~/.cache`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "synth-gym"


def _make(task: MLGymTask, folder: Path, mode: ScoringMode, revision: str) -> Challenge:
    target = folder / f"{task.name}-v{VERSION}"
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as scratch:
        made = Path(scratch) / target.name
        _write(task, made, mode, revision, target / "grader")
        if not target.exists() or content_hash(target) != content_hash(made):
            shutil.rmtree(target, ignore_errors=True)
            made.replace(target)
    return Challenge.load(target)


def _write(task: MLGymTask, folder: Path, mode: ScoringMode, revision: str, earlier: Path) -> None:
    files = workspace_files(task)
    hidden = {task.notes.labels.file} if task.notes.labels and mode == "strict" else set()
    shown = {name: content for name, content in files.items() if name not in hidden}
    write_files(shown | {"instruction.md": write_instruction(task, mode, list(shown)).encode()}, folder / "workspace")
    if "baseline.py" not in files:
        (folder / "workspace" / "baseline.py").write_text(_baseline(task), encoding="utf-8")
    write_files(grader_files(task, files, earlier), folder / "grader")
    if mode == "strict":
        write_files(files, folder / "grader" / PRISTINE)
    write_challenge_file(_spec(task, mode, files, revision), folder)


def _baseline(task: MLGymTask) -> str:
    script = task.notes.baseline_script
    return (BASELINES / script).read_text(encoding="utf-8") if script else _NOTHING_TO_DO


def _spec(task: MLGymTask, mode: ScoringMode, files: dict[str, bytes], revision: str) -> Spec:
    notes = task.notes
    assert task.baseline is not None
    return Spec(
        id=task.name,
        version=VERSION,
        title=task.file.name,
        family="benchmark-predictions" if notes.labels else "benchmark-program",
        tags=("mlgym", mode),
        dataset=_dataset(task, files, revision),
        metric=Metric(name=task.metric, direction=task.direction, optimum=notes.optimum, worst=notes.worst),
        submission=submission_of(task),
        limits=_limits(task),
        requirements=notes.modules,
        evaluator=_evaluator(task, mode),
        baseline=_stated("stored by MLGym", task.baseline),
        reference=_stated("best published score that was earned", _best(task)),
        provenance=Provenance(
            generator="mlgym", target=task.id, seed=0, created=_MADE, tool_version=synth_gym.__version__
        ),
    )


def _limits(task: MLGymTask) -> Limits:
    steps = benchmark().steps
    return Limits(
        steps=steps, seconds=_SECONDS, command_seconds=float(task.file.seconds), validations=steps, memory_mb=4096
    )


def _evaluator(task: MLGymTask, mode: ScoringMode) -> Evaluator:
    arguments = ("--submission_file", task.notes.submission) if task.file.task_entrypoint.startswith("CSV") else ()
    command = ("python3", task.file.evaluator, *arguments)
    return Evaluator(command=command, metric=task.metric, seconds=float(task.file.seconds), decides=mode == "compat")


def _dataset(task: MLGymTask, files: dict[str, bytes], revision: str) -> Dataset:
    digest = hashlib.sha256()
    for name, content in files.items():
        digest.update(f"{name}\0{hashlib.sha256(content).hexdigest()}\n".encode())
    return Dataset(
        source="mlgym",
        id=task.id,
        revision=revision,
        licence="CC-BY-NC-4.0",
        url="https://github.com/facebookresearch/MLGym",
        content_hash=f"sha256:{digest.hexdigest()}",
    )


def _best(task: MLGymTask) -> float:
    """What counts as 1 on the normalised scale: the best published score that was earned, or else the optimum."""
    known = published(task.id)
    if known is None:
        return task.notes.optimum
    scored = benchmark().scored_tasks({one.id: one.baseline for one in benchmark().tasks})
    return next(one.reference for one in scored if one.name == known.id)


def _stated(source: str, score: float) -> Scores:
    return Scores.measured(source, (0,), (score,), (score,))
