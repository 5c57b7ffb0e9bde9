"""The judge of one episode: answers `validate` and `submit`, keeps the budget of validations and the best submission.

The agent only ever sends one of two words. The judge copies the artefact out of the workspace, has the grader score it
in a process of its own, and answers with text.
"""

from __future__ import annotations

import errno
import hashlib
import shutil
from dataclasses import dataclass, field
from pathlib import Path

from synth_gym.challenge import Challenge
from synth_gym.errors import GraderFailedError
from synth_gym.grading import Grade, Grader, Split
from synth_gym.sandbox.base import Reply, Sandbox

MAX_SUBMISSION_BYTES = 64 * 2**20
_SHORTAGES = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EIO)
"""What this machine lacks when a file cannot be read that has nothing wrong."""


@dataclass(frozen=True)
class Validation:
    """One artefact that was scored on the public split."""

    step: int
    digest: str
    score: float
    artefact: Path


@dataclass
class Judge:
    """State and behaviour of the grading desk during one episode."""

    challenge: Challenge
    grader: Grader
    sandbox: Sandbox
    scratch: Path
    """Folder of this episode for copies of artefacts; the agent cannot see it."""
    validations_allowed: int

    step: int = 0
    """The step under way, told by the session."""
    validations: int = 0
    latest: Validation | None = None
    best: Validation | None = None
    submitted: bool = False
    final: Grade | None = None
    """The private-split grade, once there is one."""
    scores: dict[str, float] = field(default_factory=dict)
    """Of the final submission to a published benchmark's task: `compat` (its own evaluator's) and `strict` (the
    grader's), where there is one."""
    failure: GraderFailedError | None = None
    """Set when the grader itself failed; the session ends the episode as an infrastructure fault."""

    @property
    def validations_left(self) -> int:
        return self.validations_allowed - self.validations

    def answer(self, request: str) -> Reply:
        """The reply to one request from inside the sandbox."""
        answers = {"validate": self._validate, "submit": self._submit}
        if request not in answers:
            return Reply(f"Unknown request {request!r}.\n", exit_code=2)
        if self.submitted:
            return Reply("The final submission was already made.\n", exit_code=1)
        try:
            return answers[request]()
        except GraderFailedError as error:
            self.failure = error
            return Reply("The grader failed; this is not the submission's fault. The episode ends.\n", exit_code=1)

    def grade_kept(self) -> None:
        """At a limit: grade the best validated submission, or what lies in the workspace if none was validated."""
        # A benchmark's own evaluator scores what lies in the workspace, however it came there.
        artefact = self.best.artefact if self.best and not self._evaluator_decides else self._capture()
        if isinstance(artefact, Path):
            self.final = self._grade(artefact, "private")

    def _validate(self) -> Reply:
        artefact = self._capture()
        if isinstance(artefact, Reply):
            return artefact
        if self.latest and self.latest.digest == artefact.name and not self._evaluator_decides:
            note = f"The submission is unchanged since the validation in step {self.latest.step}.\n"
            return Reply(note + self._report(self.latest))
        if self.validations_left <= 0:
            return Reply("No validations are left; use submit.\n", exit_code=1)
        grade = self._grade(artefact, "public")
        if grade.score is None:
            return _rejected(grade.message)
        self.validations += 1
        self.latest = Validation(self.step, artefact.name, grade.score, artefact)
        if self.best is None or self.challenge.spec.metric.better(grade.score, self.best.score):
            self.best = self.latest
        return Reply(self._report(self.latest))

    def _submit(self) -> Reply:
        """Hand in the artefact as it lies; a rejected one ends the episode too, the best validated one in its place."""
        artefact = self._capture()
        grade = None if isinstance(artefact, Reply) else self._grade(artefact, "private")
        self.submitted = True
        if grade is None or grade.score is None:
            message = artefact.text if isinstance(artefact, Reply) else _rejected(grade.message if grade else "").text
            return Reply(message + "The episode has ended.\n", exit_code=1)
        self.final = grade
        return Reply("Submitted. The episode has ended.\n")

    @property
    def _evaluator_decides(self) -> bool:
        evaluator = self.challenge.spec.evaluator
        return evaluator is not None and evaluator.decides

    def _grade(self, artefact: Path, split: Split) -> Grade:
        """The verdict that counts: the grader's, or that of a published benchmark's own evaluator.

        Of the final submission both are kept; before, only the one that counts is worth its time.
        """
        evaluator = self.challenge.spec.evaluator
        if evaluator is None or (split == "public" and not evaluator.decides):
            return self.grader.grade(artefact, split)
        theirs = self.grader.evaluate(artefact, self.sandbox)
        ours = self.grader.grade(artefact, split) if split == "private" else Grade(None, "")
        if split == "private":
            both = {"compat": theirs, "strict": ours.score}
            self.scores = {name: score for name, score in both.items() if score is not None}
        if not evaluator.decides:
            return ours
        return Grade(theirs, "" if theirs is not None else f"its evaluation printed no {evaluator.metric!r} as JSON")

    def _capture(self) -> Path | Reply:
        """Copy the artefact out of the workspace; the copy is named by its digest."""
        name = self.challenge.spec.submission.path
        try:
            data = self.sandbox.read(name, limit=MAX_SUBMISSION_BYTES)
        except FileNotFoundError:
            return _rejected(f"{name} does not exist in the workspace")
        except OSError as error:
            if error.errno in _SHORTAGES:
                raise GraderFailedError(f"{name} cannot be read: {error.strerror}") from None
            return _rejected(str(error))
        target = self.scratch / hashlib.sha256(data).hexdigest()
        try:
            target.write_bytes(data)
        except OSError as error:
            raise GraderFailedError(f"{target} cannot be written: {error.strerror}") from None
        return target

    def _report(self, validation: Validation) -> str:
        metric = self.challenge.spec.metric
        best = self.best or validation
        better = "higher" if metric.sign > 0 else "lower"
        lines = (
            f"Public score ({metric.name}, {better} is better): {validation.score:.6g}",
            f"Baseline: {self.challenge.spec.baseline.public_mean:.6g}",
            f"Best so far: {best.score:.6g}",
            f"Validations left: {self.validations_left}",
        )
        return "\n".join(lines) + "\n"

    def fork(self, grader: Grader, sandbox: Sandbox, scratch: Path) -> Judge:
        """The same state at another desk; kept artefacts are copied."""
        shutil.copytree(self.scratch, scratch, dirs_exist_ok=True)
        twin = Judge(self.challenge, grader, sandbox, scratch, self.validations_allowed, self.step, self.validations)
        twin.latest, twin.best = _moved(self.latest, scratch), _moved(self.best, scratch)
        return twin


def _moved(validation: Validation | None, folder: Path) -> Validation | None:
    if validation is None:
        return None
    return Validation(validation.step, validation.digest, validation.score, folder / validation.digest)


def _rejected(message: str) -> Reply:
    return Reply(f"Submission rejected: {message}\n", exit_code=1)
