"""Runs the gates and writes the certificates."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from synth_gym import __version__
from synth_gym.certification.case import Case
from synth_gym.certification.certificate import Certificate, GateResult, read_certificate, write_certificate
from synth_gym.certification.gate import Finding, Gate, failed, not_applicable
from synth_gym.certification.gates import FIRST, GATE_SET, GATES
from synth_gym.challenge import Challenge, content_hash
from synth_gym.errors import (
    GraderFailedError,
    InvalidFileError,
    SandboxDiedError,
    SandboxUnavailableError,
    SynthGymError,
)
from synth_gym.grading.faults import LabelsUnusable
from synth_gym.requirements import check_requirements
from synth_gym.sandbox import make_sandbox
from synth_gym.sandbox.base import SandboxConfig

DEFAULT_SANDBOX = "bubblewrap"


@dataclass(frozen=True)
class Certified:
    """A challenge folder and its certificate."""

    folder: Path
    certificate: Certificate
    fresh: bool
    """False when an earlier certificate still held."""


def check_machine(folders: Sequence[Path], sandbox: str) -> None:
    """Say what this machine lacks before any work is done.

    Raises:
        SandboxUnavailableError: the sandbox cannot be started.
        MissingExtraError: a challenge's scripts need a package that is not installed.
    """
    with tempfile.TemporaryDirectory(prefix="synth-gym-certify-") as workspace:
        probe = make_sandbox(sandbox, SandboxConfig(Path(workspace)))
        try:
            probe.start()
        finally:
            probe.close()
    for folder in folders:
        with contextlib.suppress(InvalidFileError):
            check_requirements(Challenge.load(folder))


def certify_all(folders: Sequence[Path], *, workers: int = 1, sandbox: str = DEFAULT_SANDBOX) -> Iterator[Certified]:
    """Certify challenges, several at a time; they come as they are finished.

    Args:
        folders: challenge directories, broken ones too.
        workers: challenges at a time. Threads: the work is done by the processes that the gates start.
        sandbox: back-end.
    """
    with ThreadPoolExecutor(workers) as pool:
        pending = [pool.submit(certify, folder, sandbox) for folder in folders]
        try:
            yield from (done.result() for done in as_completed(pending))
        finally:
            pool.shutdown(cancel_futures=True)


def certify(folder: Path, sandbox: str = DEFAULT_SANDBOX) -> Certified:
    """Measure one challenge and write its certificate; one that still holds is kept.

    Raises:
        SandboxUnavailableError: this machine has no such sandbox.
    """
    found = content_hash(folder)
    kept = read_certificate(folder)
    if kept and (kept.content_hash, kept.gate_set) == (found, GATE_SET):
        return Certified(folder, kept, fresh=False)
    with tempfile.TemporaryDirectory(prefix="synth-gym-certify-") as scratch:
        results = _measure(Case(folder, sandbox, Path(scratch)))
    certificate = Certificate(tool_version=__version__, gate_set=GATE_SET, content_hash=found, gates=results)
    write_certificate(folder, certificate)
    return Certified(folder, certificate, fresh=True)


def _measure(case: Case) -> dict[str, GateResult]:
    """Every gate's result, by name; where the first one fails the others have nothing to measure."""
    results: dict[str, GateResult] = {}
    for gate in GATES:
        broken = gate is not FIRST and results[FIRST.name].status == "failed"
        began = time.monotonic()
        finding = not_applicable(f"the gate {FIRST.name!r} failed") if broken else _judge(gate, case)
        results[gate.name] = GateResult(
            status=finding.status,
            figure=finding.figure,
            threshold=finding.threshold,
            message=case.without_paths(finding.message),
            seconds=round(time.monotonic() - began, 3),
        )
    return results


def _judge(gate: Gate, case: Case) -> Finding:
    """A gate's finding; whatever it trips over is a fault of the challenge, unless it is this machine's."""
    try:
        return gate.check(case)
    except SandboxUnavailableError:
        raise
    except SandboxDiedError as error:
        return failed(f"the sandbox was lost: {error}")
    except (SynthGymError, GraderFailedError, LabelsUnusable) as error:
        return failed(str(error))
    except Exception as error:
        return failed(f"{type(error).__name__}: {error}")
