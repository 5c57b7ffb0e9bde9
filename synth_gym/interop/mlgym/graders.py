"""What grades a task strictly: hidden labels, or the evaluator with the submission at arm's length."""

from __future__ import annotations

import csv
import hashlib
import io
import secrets
from pathlib import Path, PurePosixPath

from synth_gym.challenge import Column, Predictions, Program
from synth_gym.errors import InvalidFileError
from synth_gym.grading.protocols.evaluator.config import FILE, Config
from synth_gym.interop.mlgym.checkout import MLGymTask
from synth_gym.interop.mlgym.notes import Labels
from synth_gym.schema import load, to_yaml

_GRADING_SECONDS = 600.0
"""A hundred thousand calls over a pipe take seconds, on a busy machine a minute."""


def submission_of(task: MLGymTask) -> Predictions | Program:
    """The form of what is handed in."""
    notes = task.notes
    if notes.labels is None:
        return Program(
            kind="program",
            path=notes.submission,
            protocol="evaluator",
            entry=notes.function,
            seconds=_GRADING_SECONDS,
        )
    labels = notes.labels
    column = Column(type=labels.type, minimum=labels.minimum, maximum=labels.maximum)
    return Predictions(
        kind="predictions", path=notes.submission, id_column=labels.id_column, columns={labels.column: column}
    )


def grader_files(task: MLGymTask, files: dict[str, bytes], earlier: Path) -> dict[str, bytes]:
    """The grader's files by path in `grader/`.

    Args:
        task: what is graded.
        files: of MLGym's workspace.
        earlier: the `grader/` folder that was made before, if there is one; it keeps its opponents.
    """
    if task.notes.labels:
        return {"labels.csv": _labels(task, files, task.notes.labels)}
    return {FILE: _evaluator(task, files, _seeds(earlier))}


def _seeds(earlier: Path) -> dict[str, int]:
    """Drawn by chance where nothing was made before: seeds that stood here could be read by anyone, agents too."""
    file = earlier / FILE
    if file.is_file():
        return load(file, Config).seeds.model_dump()
    return {split: secrets.randbelow(2**31) for split in ("public", "private")}


def _evaluator(task: MLGymTask, files: dict[str, bytes], seeds: dict[str, int]) -> bytes:
    scripts = {name: content.decode() for name, content in files.items() if PurePosixPath(name).suffix == ".py"}
    submission = task.notes.submission
    others = {name: text for name, text in scripts.items() if name not in (submission, task.file.evaluator)}
    plain = {
        "script": scripts[task.file.evaluator],
        "modules": {name.removesuffix(".py"): text for name, text in others.items() if "/" not in name},
        "submission": submission.removesuffix(".py"),
        "function": task.notes.function,
        "metric": task.metric,
        "seeds": seeds,
    }
    return to_yaml(plain).encode()


def _labels(task: MLGymTask, files: dict[str, bytes], labels: Labels) -> bytes:
    if labels.file not in files:
        raise InvalidFileError(f"{task.checkout}: {task.id}: {labels.file} is missing among its data")
    rows = list(csv.DictReader(io.StringIO(files[labels.file].decode())))
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([labels.id_column, labels.column, "split"])
    for row in rows:
        identity = row[labels.id_column]
        writer.writerow([identity, row[labels.column], _half(task.id, identity)])
    return text.getvalue().encode()


def _half(task_id: str, identity: str) -> str:
    """Which half a row belongs to: by a hash, so that it depends on neither the order nor the label."""
    return "private" if hashlib.sha256(f"{task_id}\0{identity}".encode()).digest()[0] % 2 else "public"
