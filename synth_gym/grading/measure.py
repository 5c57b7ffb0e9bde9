"""A challenge's own scripts, really run: in a sandbox, over seeds, and graded on both splits."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from synth_gym.challenge import Challenge, Scores
from synth_gym.grading import Grade, Grader, Split
from synth_gym.sandbox import make_sandbox
from synth_gym.sandbox.base import CommandResult, SandboxConfig

BASELINE = "workspace/baseline.py"
REFERENCE = "solution/solution.py"

MAX_SUBMISSION_BYTES = 64 * 2**20
DIGITS = 6
"""Significant digits kept of a measured score: what differs beyond them between processors is not kept."""


@dataclass(frozen=True)
class Run:
    """One run of a script with one seed."""

    seed: int
    result: CommandResult
    submission: bytes | None
    """The file that it wrote, or None."""
    public: Grade
    private: Grade

    @property
    def failure(self) -> str:
        """Why the run earned no score; empty when it did."""
        if self.result.exit_code != 0:
            why = "it ran out of time" if self.result.timed_out else f"exit code {self.result.exit_code}"
            return f"{why}: {_last_line(self.result.output)}"
        return next((grade.message for grade in (self.public, self.private) if grade.score is None), "")


def run_script(challenge: Challenge, script: str, seeds: Sequence[int], sandbox: str = "bubblewrap") -> list[Run]:
    """Run a script of the challenge once for each seed, each time in a fresh copy of the workspace.

    Args:
        challenge: whose workspace, limits and grader are used.
        script: `BASELINE`, `REFERENCE`, or another path in the challenge folder. What lies beside it is copied into the
            workspace too.
        seeds: each is given to the script as `SEED`.
        sandbox: name of the sandbox back-end.
    """
    return [_run(challenge, script, seed, sandbox) for seed in seeds]


def grade_file(challenge: Challenge, submission: Path, split: Split, sandbox: str = "bubblewrap") -> Grade:
    """Grade a file that already lies somewhere, such as the sample submission."""
    with tempfile.TemporaryDirectory(prefix="synth-gym-grade-") as scratch:
        return Grader(challenge, sandbox=sandbox, scratch=Path(scratch)).grade(submission, split)


def scores_of(runs: Sequence[Run], command: str = "python baseline.py") -> Scores:
    """The scores of runs that all succeeded, as `challenge.yaml` keeps them."""
    public = tuple(_rounded(run.public.score) for run in runs if run.public.score is not None)
    private = tuple(_rounded(run.private.score) for run in runs if run.private.score is not None)
    return Scores.measured(command, tuple(run.seed for run in runs), public, private)


def command_of(script: str) -> str:
    """The command line that runs a script of the challenge in its workspace."""
    return f"python {Path(script).name}"


def _run(challenge: Challenge, script: str, seed: int, sandbox: str) -> Run:
    with tempfile.TemporaryDirectory(prefix="synth-gym-measure-") as name:
        scratch = Path(name)
        workspace, artefact = scratch / "workspace", scratch / "artefact"
        shutil.copytree(challenge.workspace, workspace)
        shutil.copytree((challenge.path / script).parent, workspace, dirs_exist_ok=True)
        result, submission = _execute(challenge, workspace, command_of(script), seed, sandbox)
        artefact.write_bytes(submission or b"")
        grader = Grader(challenge, sandbox=sandbox, scratch=scratch)
        if submission is None:
            missing = Grade(None, f"{challenge.spec.submission.path} was not written")
            return Run(seed, result, None, missing, missing)
        return Run(seed, result, submission, grader.grade(artefact, "public"), grader.grade(artefact, "private"))


def _execute(
    challenge: Challenge, workspace: Path, command: str, seed: int, sandbox: str
) -> tuple[CommandResult, bytes | None]:
    """Run one command; gives its result and the submission that it left."""
    limits = challenge.spec.limits
    environment = {"SEED": str(seed), "PYTHONHASHSEED": str(seed)}
    config = SandboxConfig(workspace, limits, environment=environment, hide=challenge.spec.dataset.hide)
    running = make_sandbox(sandbox, config)
    try:
        running.start()
        result = running.execute(command, timeout=limits.command_seconds)
        try:
            return result, running.read(challenge.spec.submission.path, limit=MAX_SUBMISSION_BYTES)
        except OSError:
            return result, None
    finally:
        running.close()


def _rounded(score: float) -> float:
    return float(f"{score:.{DIGITS}g}")


def _last_line(output: str) -> str:
    lines = output.strip().splitlines()
    return lines[-1] if lines else "(no output)"
