"""Runs the gates and writes the certificates."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from synth_gym import __version__
from synth_gym.certificate import Certificate, GateResult, read_certificate, write_certificate
from synth_gym.certification.case import Case
from synth_gym.certification.gates import FIRST
from synth_gym.certification.inputs import DEFAULT, Inputs
from synth_gym.certification.judge import judge_all
from synth_gym.challenge import Challenge, content_hash
from synth_gym.errors import InvalidFileError, SynthGymError
from synth_gym.requirements import check_requirements
from synth_gym.rollout.pool import run_jobs
from synth_gym.sandbox import make_sandbox
from synth_gym.sandbox.base import SandboxConfig

UNWRITTEN = 0
"""Version of a result that stands in no certificate."""
_SCRATCH = "synth-gym-certify-"


@dataclass(frozen=True)
class Certified:
    """A challenge folder and its certificate."""

    folder: Path
    certificate: Certificate
    fresh: bool
    """False when every gate's earlier result still held."""


def check_machine(folders: Sequence[Path], sandbox: str) -> None:
    """Say what this machine lacks before any work is done.

    Raises:
        SandboxUnavailableError: the sandbox cannot be started.
        MissingExtraError: a challenge's scripts need a package that is not installed.
        SynthGymError: certificates cannot be written.
    """
    for folder in folders:
        if not os.access(folder, os.W_OK):
            raise SynthGymError(f"{folder} cannot be written: copy the suite to a folder of your own first")
    with tempfile.TemporaryDirectory(prefix=_SCRATCH) as workspace:
        probe = make_sandbox(sandbox, SandboxConfig(Path(workspace)))
        try:
            probe.start()
        finally:
            probe.close()
    for folder in folders:
        with contextlib.suppress(InvalidFileError):
            check_requirements(Challenge.load(folder))


def certify_all(folders: Sequence[Path], inputs: Inputs = DEFAULT, *, jobs: int = 1) -> Iterator[Certified]:
    """Certify challenges, each by itself, several at a time; they come as they are finished.

    Args:
        folders: challenge directories, broken ones too.
        inputs: sandbox and lists.
        jobs: processes. With one, the work is done in this process.
    """
    if jobs == 1 or len(folders) < 2:
        yield from (certify(folder, inputs) for folder in folders)
        return
    for done in run_jobs(partial(certify, inputs=inputs), folders, workers=min(jobs, len(folders))):
        yield done.result or _crashed(done.job, done.crash)


def certify(folder: Path, inputs: Inputs = DEFAULT) -> Certified:
    """Measure one challenge and write its certificate; results that still hold are kept.

    A result holds while the challenge's content, the gate's version and whatever else it depends on are the same: a new
    gate measures itself alone.

    Raises:
        SandboxUnavailableError: this machine has no such sandbox.
    """
    earlier = read_certificate(folder)
    found = _hash(folder)
    kept = earlier if earlier and earlier.content_hash == found else None
    with tempfile.TemporaryDirectory(prefix=_SCRATCH) as scratch:
        case = Case(folder, inputs, Path(scratch))
        gates, measured = judge_all(case, kept.gates if kept else {})
    if kept and not measured:
        return Certified(folder, kept, fresh=False)
    approaches = (kept.approaches if kept else {}) | case.approaches
    certificate = Certificate(
        version=2, tool_version=__version__, content_hash=found, gates=gates, approaches=approaches
    )
    try:
        write_certificate(folder, certificate)
    except OSError as error:
        return Certified(folder, _unwritten(certificate, f"its certificate cannot be written: {error.strerror}"), True)
    return Certified(folder, certificate, fresh=True)


def _hash(folder: Path) -> str:
    """The content's hash; one that no content has where it cannot be read."""
    try:
        return content_hash(folder)
    except (OSError, UnicodeError) as error:
        return f"unreadable: {error}"


def _crashed(folder: Path, crash: str) -> Certified:
    """What is said of a challenge that took its process down."""
    nothing = Certificate.model_construct(version=2, tool_version=__version__, content_hash=_hash(folder), gates={})
    return Certified(folder, _unwritten(nothing, f"certifying crashed: {crash}"), fresh=True)


def _unwritten(certificate: Certificate, why: str) -> Certificate:
    """A certificate that fails and is not written, so that the challenge is tried again."""
    result = GateResult(status="failed", message=why, seconds=0.0, cpu_seconds=0.0, version=UNWRITTEN)
    return certificate.model_copy(update={"gates": certificate.gates | {FIRST.name: result}})
