"""Starts the grader's process and takes its result.

The process shares nothing with the agent's: a clean environment, its own session, limits on memory, time and files. The
job goes in as JSON on stdin; the result comes back as JSON on a descriptor of its own, so that nothing printed can be
taken for a score.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

from synth_gym.errors import GraderFailedError

MEMORY_MB = 4096
_GRACE_SECONDS = 5.0
_STDERR_BYTES = 2000
_PIECE_BYTES = 2**16
_ROOT = Path(__file__).resolve().parents[1]

# The packages' own __init__ modules are stepped over: they import what no grading needs, and would double its time.
_BOOTSTRAP = """\
import sys, types
root, sys.path[:] = sys.argv[1], sys.argv[3:]
for name, path in (("synth_gym", root), ("synth_gym.grading", root + "/grading")):
    package = sys.modules[name] = types.ModuleType(name)
    package.__path__ = [path]
from synth_gym.grading.worker import main
main(int(sys.argv[2]))
"""


def run_worker(
    job: dict[str, Any], tasks: Sequence[dict[str, Any]], *, seconds: float, descriptors: Sequence[int] = ()
) -> list[dict[str, Any]]:
    """Grade in a process of its own.

    Args:
        job: what `synth_gym.grading.worker` needs for every task; plain data.
        tasks: what differs from task to task.
        seconds: wall-clock limit of all of them.
        descriptors: open descriptors that the process keeps, under the same numbers.

    Returns:
        for each task `{"score": float}` or `{"rejected": message}`.

    Raises:
        GraderFailedError: the process crashed, took too long, cannot be started because this machine is short of
            something, or says that the challenge is at fault.
    """
    try:
        return _run(job, tasks, seconds, descriptors)
    except OSError as error:
        raise GraderFailedError(f"the grader's process cannot be run: {error.strerror}") from None


def _run(
    job: dict[str, Any], tasks: Sequence[dict[str, Any]], seconds: float, descriptors: Sequence[int]
) -> list[dict[str, Any]]:
    work = json.dumps(job | {"tasks": list(tasks), "seconds": seconds, "memory_mb": MEMORY_MB}).encode()
    receiver, sender = os.pipe()
    with os.fdopen(receiver, "rb", buffering=0) as results, tempfile.TemporaryFile() as stderr:
        try:
            process = _start(sender, stderr, descriptors)
        finally:
            os.close(sender)
        result, returncode = _exchange(process, work, results, time.monotonic() + seconds + _GRACE_SECONDS)
        return _outcomes(result, returncode, stderr, seconds)


def _start(sender: int, stderr: BinaryIO, descriptors: Sequence[int]) -> subprocess.Popen[bytes]:
    library = [path for path in sys.path if Path(path).is_absolute()]
    return subprocess.Popen(
        [sys.executable, "-I", "-S", "-c", _BOOTSTRAP, str(_ROOT), str(sender), *library],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        pass_fds=(sender, *descriptors),
        # One thread: numpy starts faster, and sums in the same order everywhere.
        env={"PATH": os.defpath, "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
        cwd="/",
        start_new_session=True,
    )


def _exchange(
    process: subprocess.Popen[bytes], work: bytes, results: io.FileIO, deadline: float
) -> tuple[bytes, int | None]:
    """Hand the job over and wait for the result or the end; whatever happens, nothing of the process is left.

    Returns:
        the line that it wrote, empty if it wrote none, and then its exit code, None if it had to be ended.
    """
    assert process.stdin
    try:
        with contextlib.suppress(BrokenPipeError), process.stdin as stdin:
            stdin.write(work)
        line = _read_line(results, deadline)
        returncode = None if line else process.wait(max(0.0, deadline - time.monotonic()))
        return line, returncode
    except subprocess.TimeoutExpired:
        return b"", None
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _read_line(results: io.FileIO, deadline: float) -> bytes:
    """A whole line, or nothing at the end of the pipe or of the time. Children may hold the pipe open for ever."""
    line = b""
    while not line.endswith(b"\n"):
        ready, _, _ = select.select([results], [], [], max(0.0, deadline - time.monotonic()))
        piece = results.read(_PIECE_BYTES) if ready else b""
        if not piece:
            return b""
        line += piece
    return line


def _outcomes(result: bytes, returncode: int | None, stderr: BinaryIO, seconds: float) -> list[dict[str, Any]]:
    if not result:
        if returncode in (None, -signal.SIGALRM, -signal.SIGXCPU):
            raise GraderFailedError(f"the grader did not finish within {seconds:g} s")
        raise GraderFailedError(f"the grader ended with exit code {returncode} and no result{_last_words(stderr)}")
    outcomes: list[dict[str, Any]] = json.loads(result)
    for outcome in outcomes:
        if "failed" in outcome:
            raise GraderFailedError(outcome["failed"] + _last_words(stderr))
    return outcomes


def _last_words(stderr: BinaryIO) -> str:
    stderr.seek(max(0, stderr.seek(0, os.SEEK_END) - _STDERR_BYTES))
    text = stderr.read().decode("utf-8", "replace").strip()
    return f": {text}" if text else ""
