"""What runs in the grader's process. It never imports or runs anything that an agent wrote.

The job, JSON on stdin, holds the content of the grader's files as the host read them before the agent's first command.
"""

from __future__ import annotations

import contextlib
import csv
import json
import math
import os
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from synth_gym.grading.faults import LabelsUnusable, SubmissionRejected

_MAX_MESSAGE = 2000
"""Characters."""
_MAX_FILE_BYTES = 2**27


def main(result_descriptor: int) -> None:
    """Read the job, grade every one of its tasks, write the outcomes to the descriptor as one line, and exit.

    An outcome is `{"score": x}`, `{"rejected": why}` or `{"failed": why}`.
    """
    job = json.load(sys.stdin.buffer)
    _limit(job["seconds"], job["memory_mb"])
    outcomes = [_outcome(job | task) for task in job["tasks"]]
    with os.fdopen(result_descriptor, "wb") as results:
        results.write(json.dumps(outcomes).encode() + b"\n")
    # A custom grader may have left threads or exit handlers behind; the result is out, they do not matter.
    os._exit(0)


def _limit(seconds: float, memory_mb: int) -> None:
    """Bound this process: memory, time (SIGALRM ends it), size of files; no core."""
    resource.setrlimit(resource.RLIMIT_AS, (memory_mb * 2**20,) * 2)
    resource.setrlimit(resource.RLIMIT_CPU, (math.ceil(seconds) + 1,) * 2)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_MAX_FILE_BYTES,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.setitimer(signal.ITIMER_REAL, seconds)


def _outcome(job: dict[str, Any]) -> dict[str, Any]:
    try:
        score = _play(job) if job["kind"] == "program" else _score_predictions(job)
    except SubmissionRejected as rejection:
        return {"rejected": str(rejection)[:_MAX_MESSAGE]}
    except LabelsUnusable as fault:
        return {"failed": str(fault)[:_MAX_MESSAGE]}
    except Exception as error:
        return {"failed": f"{type(error).__name__}: {error}"[:_MAX_MESSAGE]}
    return {"score": score}


def _score_predictions(job: dict[str, Any]) -> float:
    from synth_gym.grading.labels import parse_labels
    from synth_gym.grading.metrics import compute
    from synth_gym.grading.submission import Format, read_predictions

    layout = Format.from_plain(job["submission"])
    labels = parse_labels(job["labels"], layout)
    predicted = read_predictions(Path(job["artefact"]), layout, labels.ids)
    rows = labels.indices(job["split"])
    if job["custom"] is not None:
        return _score_custom(job["custom"], {layout.id_column: labels.ids, **predicted}, [labels.rows[i] for i in rows])
    metric = job["metric"]
    truth, prediction = (
        [[side[name][index] for index in rows] for name in layout.columns] for side in (labels.columns, predicted)
    )
    return compute(metric["name"], truth, prediction, metric["parameters"])


def _score_custom(source: str, predicted: dict[str, list[Any]], labels: list[dict[str, str]]) -> float:
    """Run the challenge's own `grade.py` from its source, on a clean copy of what was read from the submission.

    The copy has plain fields and the rows in the order of the labels: a custom grader need not know every way to write
    CSV.
    """
    namespace: dict[str, Any] = {"__name__": "grade"}
    exec(compile(source, "grader/grade.py", "exec"), namespace)
    if not callable(namespace.get("score")):
        raise LabelsUnusable("grader/grade.py defines no function score(submission, labels)")
    with _clean_copy(predicted) as submission:
        score = namespace["score"](submission, labels)
    if isinstance(score, bool) or not hasattr(score, "__float__") or not math.isfinite(score):
        raise LabelsUnusable(f"grader/grade.py gave {score!r}, which is not a finite number")
    return float(score)


@contextlib.contextmanager
def _clean_copy(columns: dict[str, list[Any]]) -> Iterator[Path]:
    """Columns as a CSV file in memory, with a path to open it by."""
    descriptor = os.memfd_create("submission.csv")
    try:
        with os.fdopen(os.dup(descriptor), "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns)
            writer.writerows(zip(*columns.values(), strict=True))
        yield Path(f"/proc/self/fd/{descriptor}")
    finally:
        os.close(descriptor)


def _play(job: dict[str, Any]) -> float:
    from synth_gym.grading.protocols import start
    from synth_gym.grading.protocols.player import Player, run

    player = Player(job["to_program"], job["from_program"], job["name"], job["program_seconds"])
    return run(start(job["protocol"], job["config"], job["split"]), player)
