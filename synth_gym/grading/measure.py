"""A challenge's own scripts, really run: in a sandbox, over seeds, and graded on both splits."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from synth_gym.challenge import Challenge, Scores
from synth_gym.grading import Grade, Grader, Split
from synth_gym.grading.usage import Usage, metered, read_usage
from synth_gym.sandbox import make_sandbox
from synth_gym.sandbox.base import CommandResult, Sandbox, SandboxConfig

BASELINE = "workspace/baseline.py"
REFERENCE = "solution/solution.py"

MAX_SUBMISSION_BYTES = 64 * 2**20
DIGITS = 6
"""Significant digits kept of a measured score: what differs beyond them between processors is not kept."""


@dataclass(frozen=True)
class Ran:
    """What a script did and left."""

    result: CommandResult
    usage: Usage | None
    """None when the script was ended from outside, or ran as a fork of a process that does not end."""
    submission: bytes | None
    """The file that it wrote, or None."""


@dataclass(frozen=True)
class Run:
    """One run of a script with one seed."""

    seed: int
    result: CommandResult
    submission: bytes | None
    """The file that it wrote, or None."""
    public: Grade
    private: Grade
    usage: Usage | None = None
    """See `Ran`."""

    @property
    def failure(self) -> str:
        """Why the run earned no score; empty when it did."""
        if self.result.exit_code != 0:
            why = "it ran out of time" if self.result.timed_out else f"exit code {self.result.exit_code}"
            return f"{why}: {_last_line(self.result.output)}"
        return next((grade.message for grade in (self.public, self.private) if grade.score is None), "")


def run_script(challenge: Challenge, script: str, seeds: Sequence[int], sandbox: str = "bubblewrap") -> list[Run]:
    """Run a script of the challenge once for each seed, each time as an agent would in its first step.

    Args:
        challenge: whose workspace, limits and grader are used.
        script: `BASELINE`, `REFERENCE`, or another path in the challenge folder. What lies beside it is copied into the
            workspace too.
        seeds: each is given to the script as `SEED`.
        sandbox: name of the sandbox back-end.
    """
    return [graded(challenge, seed, _run(challenge, script, seed, sandbox), sandbox) for seed in seeds]


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


def graded(challenge: Challenge, seed: int, ran: Ran, sandbox: str) -> Run:
    """What a script's submission earns."""
    if ran.submission is None:
        missing = Grade(None, f"{challenge.spec.submission.path} was not written")
        return Run(seed, ran.result, None, missing, missing, ran.usage)
    with tempfile.TemporaryDirectory(prefix="synth-gym-measure-") as scratch:
        artefact = Path(scratch) / "artefact"
        artefact.write_bytes(ran.submission)
        grader = Grader(challenge, sandbox=sandbox, scratch=Path(scratch))
        public, private = (grader.grade(artefact, split) for split in get_args(Split))
    return Run(seed, ran.result, ran.submission, public, private, ran.usage)


def submission_in(running: Sandbox, challenge: Challenge) -> bytes | None:
    """The submission that lies in a sandbox's workspace, or None."""
    try:
        return running.read(challenge.spec.submission.path, limit=MAX_SUBMISSION_BYTES)
    except OSError:
        return None


def _run(challenge: Challenge, script: str, seed: int, sandbox: str) -> Ran:
    with tempfile.TemporaryDirectory(prefix="synth-gym-measure-") as scratch:
        workspace = Path(scratch) / "workspace"
        shutil.copytree(challenge.workspace, workspace)
        shutil.copytree((challenge.path / script).parent, workspace, dirs_exist_ok=True)
        limits, hide = challenge.spec.limits, challenge.spec.dataset.hide
        environment = {"SEED": str(seed), "PYTHONHASHSEED": str(seed)}
        config = SandboxConfig(
            workspace, limits, environment=environment, hide=hide, image_folder=challenge.image_folder
        )
        running = make_sandbox(sandbox, config)
        try:
            running.start()
            result = running.execute(metered(command_of(script)), timeout=limits.command_seconds)
            return Ran(result, read_usage(running, workspace), submission_in(running, challenge))
        finally:
            running.close()


def _rounded(score: float) -> float:
    return float(f"{score:.{DIGITS}g}")


def _last_line(output: str) -> str:
    lines = output.strip().splitlines()
    return lines[-1] if lines else "(no output)"
