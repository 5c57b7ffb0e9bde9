"""Runs a published benchmark's own evaluation script in a sandbox; see `synth_gym.challenge.Evaluator`."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from synth_gym.challenge import Challenge, Evaluator
from synth_gym.grading.printed import last_number
from synth_gym.sandbox import make_sandbox
from synth_gym.sandbox.base import Sandbox, SandboxConfig

PRISTINE = "evaluator"
"""Folder of `grader/` with the files that the script runs over."""
_MAX_PRINTED = 2**20


def run_evaluator(sandbox: Sandbox, evaluator: Evaluator) -> float | None:
    """The number that the script prints in a sandbox's workspace; None if it prints none in time.

    It runs beside the sandbox's shell, over the same files: it sees what was done to them, but no function or variable
    of the shell.
    """
    receiver, sender = os.pipe()
    nothing = os.open(os.devnull, os.O_RDONLY)
    try:
        process = sandbox.popen(evaluator.command, stdin=nothing, stdout=sender)
    except BaseException:
        os.close(receiver)
        raise
    finally:
        os.close(sender)
        os.close(nothing)
    try:
        printed = _read(receiver, time.monotonic() + evaluator.seconds)
    finally:
        process.kill()
        os.close(receiver)
    return last_number(printed, evaluator.metric)


def evaluate_apart(
    challenge: Challenge, evaluator: Evaluator, artefact: Path, backend: str, scratch: Path
) -> float | None:
    """The same over untouched files and a copy of a submission, in a sandbox of its own."""
    with _pristine(challenge, artefact, backend, scratch) as sandbox:
        return run_evaluator(sandbox, evaluator)


@contextlib.contextmanager
def _pristine(challenge: Challenge, artefact: Path, backend: str, scratch: Path) -> Iterator[Sandbox]:
    workspace = Path(tempfile.mkdtemp(prefix="evaluator-", dir=scratch))
    try:
        shutil.copytree(challenge.grader / PRISTINE, workspace, dirs_exist_ok=True)
        shutil.copyfile(artefact, workspace / challenge.spec.submission.path)
        sandbox = make_sandbox(backend, SandboxConfig(workspace, challenge.spec.limits))
        try:
            sandbox.start()
            yield sandbox
        finally:
            sandbox.close()
    finally:
        shutil.rmtree(workspace, ignore_errors=True)


def _read(descriptor: int, deadline: float) -> str:
    """Everything up to the end of the pipe, the time or the bound, whatever comes first."""
    printed = b""
    while len(printed) < _MAX_PRINTED:
        ready, _, _ = select.select([descriptor], [], [], max(0.0, deadline - time.monotonic()))
        piece = os.read(descriptor, 2**16) if ready else b""
        if not piece:
            break
        printed += piece
    return printed.decode("utf-8", "replace")
