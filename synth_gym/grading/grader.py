"""Scores submissions of one challenge."""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from synth_gym.challenge import Challenge, Predictions, Program
from synth_gym.errors import GraderFailedError, InvalidFileError, SandboxDiedError
from synth_gym.grading.artefact import open_artefact
from synth_gym.grading.evaluator import evaluate_apart, run_evaluator
from synth_gym.grading.faults import SubmissionRejected
from synth_gym.grading.process import run_worker
from synth_gym.sandbox import make_sandbox
from synth_gym.sandbox.base import Sandbox, SandboxConfig

Split = Literal["public", "private"]

PREDICTIONS_SECONDS = 60.0
"""Wall-clock limit of grading a predictions file."""
START_SECONDS = 30.0
"""Room for a program's sandbox to start, besides the program's own seconds."""
MAX_PROGRAM_BYTES = 2**20
_DRIVER = Path(__file__).with_name("driver.py")


@dataclass(frozen=True)
class Grade:
    """The verdict on one submission."""

    score: float | None
    """In the metric's own unit; None when the submission was rejected."""
    message: str
    """Why it was rejected, in one line for its author; empty otherwise."""


class Grader:
    """Scores submissions of one challenge, each in a process of its own.

    The grader's files are read here, once: what happens to them later does not matter.

    Args:
        challenge: the challenge.
        sandbox: back-end in which a program submission runs.
        scratch: a folder for short-lived files that no agent can see.

    Raises:
        InvalidFileError: the challenge's grader is incomplete or contradicts itself.
    """

    def __init__(self, challenge: Challenge, *, sandbox: str, scratch: Path) -> None:
        self._challenge = challenge
        self._backend = sandbox
        self._scratch = scratch
        self._job = _job_of(challenge)

    def grade(self, artefact: Path, split: Split) -> Grade:
        """Score a copy of a submission.

        Args:
            artefact: the file, out of the agent's reach.
            split: whose true values count; a predictions file must hold the rows of both.

        Raises:
            GraderFailedError: there is no verdict, and the submission is not to blame.
        """
        return self.grade_all([artefact], split)[0]

    def grade_all(self, artefacts: Sequence[Path], split: Split) -> list[Grade]:
        """Score several submissions; predictions share one process, which is much faster than one each.

        Raises:
            GraderFailedError: as `grade`, for any of them.
        """
        submission = self._challenge.spec.submission
        if isinstance(submission, Program):
            outcomes = [self._grade_program(artefact, split, submission) for artefact in artefacts]
        else:
            tasks = [{"artefact": str(artefact.absolute()), "split": split} for artefact in artefacts]
            outcomes = run_worker(self._job, tasks, seconds=PREDICTIONS_SECONDS)
        return [_as_grade(outcome, submission.path) for outcome in outcomes]

    def evaluate(self, artefact: Path, running: Sandbox) -> float | None:
        """What the published benchmark's own evaluator says of a submission; None if it gives no number.

        Args:
            artefact: a copy of the submission.
            running: the agent's sandbox, where an evaluator that decides is run over whatever lies there.

        Raises:
            GraderFailedError: a sandbox was lost.
        """
        evaluator = self._challenge.spec.evaluator
        assert evaluator is not None
        try:
            if evaluator.decides:
                return run_evaluator(running, evaluator)
            return evaluate_apart(self._challenge, evaluator, artefact, self._backend, self._scratch)
        except SandboxDiedError as error:
            raise GraderFailedError(f"the evaluator's sandbox was lost: {error}") from None

    def _grade_program(self, artefact: Path, split: Split, program: Program) -> dict[str, Any]:
        try:
            with open_artefact(artefact, MAX_PROGRAM_BYTES) as file:
                source = file.read()
        except SubmissionRejected as rejection:
            return {"rejected": str(rejection)}
        with self._running(source, program) as (to_program, from_program):
            task = {"split": split, "to_program": to_program, "from_program": from_program}
            descriptors = (to_program, from_program)
            return run_worker(self._job, [task], seconds=program.seconds + START_SECONDS, descriptors=descriptors)[0]

    @contextlib.contextmanager
    def _running(self, source: bytes, program: Program) -> Iterator[tuple[int, int]]:
        """Run a program's driver in a fresh sandbox that holds nothing else; gives the ends of the pipes to and
        from it.
        """
        workspace = Path(tempfile.mkdtemp(prefix="program-", dir=self._scratch))
        try:
            target = workspace / program.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source)
            shutil.copyfile(_DRIVER, workspace / _DRIVER.name)
            with self._started(workspace, ["python3", _DRIVER.name, program.path, program.entry]) as ends:
                yield ends
        except SandboxDiedError as error:
            raise GraderFailedError(f"the program's sandbox was lost: {error}") from None
        finally:
            shutil.rmtree(workspace, ignore_errors=True)

    @contextlib.contextmanager
    def _started(self, workspace: Path, argv: list[str]) -> Iterator[tuple[int, int]]:
        spec = self._challenge.spec
        environment = {"SEED": "0", "PYTHONHASHSEED": "0"}
        hide, image = spec.dataset.hide, self._challenge.image_folder
        config = SandboxConfig(workspace, spec.limits, environment=environment, hide=hide, image_folder=image)
        sandbox = make_sandbox(self._backend, config)
        with contextlib.ExitStack() as stack:
            stack.callback(sandbox.close)
            sandbox.start()
            (stdin, to_program), (from_program, stdout) = os.pipe(), os.pipe()
            stack.callback(os.close, to_program)
            stack.callback(os.close, from_program)
            try:
                process = sandbox.popen(argv, stdin=stdin, stdout=stdout)
            finally:
                os.close(stdin)
                os.close(stdout)
            stack.callback(process.kill)
            yield to_program, from_program


def _as_grade(outcome: dict[str, Any], name: str) -> Grade:
    if "rejected" in outcome:
        return Grade(None, f"{name}: {outcome['rejected']}")
    return Grade(outcome["score"], "")


def _job_of(challenge: Challenge) -> dict[str, Any]:
    """What the grader's process needs, but for the artefact and the split."""
    submission = challenge.spec.submission
    if isinstance(submission, Program):
        return _program_job(challenge, submission)
    return _predictions_job(challenge, submission)


def _predictions_job(challenge: Challenge, submission: Predictions) -> dict[str, Any]:
    from synth_gym.grading.metrics import find_misuse

    metric, custom = challenge.spec.metric, challenge.grader / "grade.py"
    if not custom.is_file():
        types = [column.type for column in submission.columns.values()]
        misuse = find_misuse(metric.name, metric.direction, metric.parameters, types)
        if misuse:
            raise InvalidFileError(f"{challenge.path / 'challenge.yaml'}: metric: {misuse}")
    return {
        "kind": "predictions",
        "submission": submission.model_dump(include={"id_column", "columns"}),
        "labels": _read(challenge.grader / "labels.csv"),
        "metric": {"name": metric.name, "parameters": metric.parameters},
        "custom": _read(custom) if custom.is_file() else None,
    }


def _program_job(challenge: Challenge, program: Program) -> dict[str, Any]:
    from synth_gym.grading.protocols import read_config

    return {
        "kind": "program",
        "protocol": program.protocol,
        "config": read_config(program.protocol, challenge.grader),
        "name": program.path,
        "program_seconds": program.seconds,
    }


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InvalidFileError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InvalidFileError(f"{path}: is not UTF-8 text") from None
