"""Processes that do one job after another.

They die with their parent, whatever ends it, and one that crashes does not take the others' work along: its job is
given to a new process. Workers are plain Python processes rather than `multiprocessing`'s, so that a caller's script
needs no `__main__` guard, Ctrl-C reaches the parent alone, and stdout stays the parent's.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, Generic, TypeVar

from synth_gym.errors import SynthGymError

Job = TypeVar("Job")
Result = TypeVar("Result")

MAX_ATTEMPTS = 3
"""How often one job is begun before its crash is reported."""
MAX_CRASHES_IN_A_ROW = 6
"""Crashes without one finished job between them after which all is given up: something is wrong with the machine."""
_GOODBYE_SECONDS = 5.0
_STDERR = 2
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Done(Generic[Job, Result]):
    """A job and what came of it."""

    job: Job
    result: Result | None
    """None when it crashed at every attempt."""
    crash: str = ""
    """The last crash, on one line."""


def run_jobs(function: Callable[[Job], Result], jobs: Iterable[Job], *, workers: int) -> Iterator[Done[Job, Result]]:
    """Call a function on every job in worker processes; results come as they are finished.

    Args:
        function: defined at the top level of a module; it, the jobs and the results are pickled. What it keeps in its
            module stays in the worker for the next job.
        jobs: what to do; begun in this order.
        workers: processes at a time.

    Raises:
        SynthGymError: the function raised one (a user's mistake ends everything), or workers crash one after the other.
    """
    waiting = deque((job, 1) for job in jobs)
    crew: list[_Worker] = []
    crashes = 0
    try:
        while waiting or any(worker.busy for worker in crew):
            needed = min(workers, len(waiting) + sum(worker.busy for worker in crew))
            crew += [_Worker(function) for _ in range(needed - len(crew))]
            for worker in crew:
                if waiting and not worker.busy:
                    worker.begin(*waiting.popleft())
            for worker in _ready(crew):
                job, attempt = worker.task
                result, crash = worker.finish()
                crashes = crashes + 1 if crash else 0
                if crashes >= MAX_CRASHES_IN_A_ROW:
                    raise SynthGymError(f"worker processes crash one after the other, the last one with: {crash}")
                if worker.dead:
                    crew.remove(worker)
                if crash and attempt < MAX_ATTEMPTS:
                    waiting.append((job, attempt + 1))
                else:
                    yield Done(job, result, crash)
    finally:
        for worker in crew:
            worker.end()


def serve(descriptor: int, parent: int) -> None:
    """What a worker process does: receive a function, then jobs, until the parent closes its end."""
    os.set_inheritable(descriptor, False)
    _die_with(parent)
    connection = Connection(descriptor)
    with suppress(EOFError):
        function = connection.recv()
        while True:
            connection.send(_attempt(function, connection.recv()))


class _Worker:
    """The parent's side of one worker process."""

    def __init__(self, function: Callable[[Any], Any]) -> None:
        self.connection, theirs = Pipe()
        descriptor = theirs.fileno()
        main = f"from {__name__} import serve; serve({descriptor}, {os.getpid()})"
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}; {main}"],
            pass_fds=[descriptor],
            stdin=subprocess.DEVNULL,
            stdout=_STDERR,
            start_new_session=True,
        )
        theirs.close()
        self.busy = self.dead = False
        self._send(function)

    def begin(self, job: Any, attempt: int) -> None:
        self.task = (job, attempt)
        self.busy = True
        self._send(job)

    def finish(self) -> tuple[Any, str]:
        """The result of the job, or the crash on one line.

        Raises:
            SynthGymError: the job raised one.
        """
        self.busy = False
        try:
            kind, value = self.connection.recv()
        except (EOFError, OSError):
            self.end()
            return None, _last_words(self.process.wait())
        if kind == "mistake":
            raise SynthGymError(value)
        return (None, value) if kind == "crash" else (value, "")

    def end(self) -> None:
        """An idle worker leaves by itself; one at work is killed, and with it all that it started."""
        self.dead = True
        self.connection.close()
        if not self.busy:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_GOODBYE_SECONDS)
        self.process.kill()
        self.process.wait()

    def _send(self, what: Any) -> None:
        # A worker that died is noticed when its answer is read.
        with suppress(OSError):
            self.connection.send(what)


def _ready(crew: list[_Worker]) -> list[_Worker]:
    """Workers that have answered or died; waits for the first."""
    ready = wait([worker.connection for worker in crew if worker.busy])
    return [worker for worker in crew if worker.connection in ready]


def _attempt(function: Callable[[Any], Any], job: Any) -> tuple[str, Any]:
    try:
        return "done", function(job)
    except SynthGymError as error:
        return "mistake", str(error)
    except Exception as error:
        traceback.print_exc()
        return "crash", f"{type(error).__name__}: {error}"


def _die_with(parent: int) -> None:
    """Ask the kernel to kill this process when its parent ends."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we could ask
        os._exit(1)


def _last_words(status: int) -> str:
    if status < 0:
        return f"the worker process was killed by {signal.Signals(-status).name}"
    return f"the worker process ended with exit code {status}"
