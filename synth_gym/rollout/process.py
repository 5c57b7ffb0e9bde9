"""One worker process, seen from both of its ends.

Workers are plain Python processes rather than `multiprocessing`'s, so that a caller's script needs no `__main__` guard,
Ctrl-C reaches the parent alone, and stdout stays the parent's. They die with their parent, whatever ends it.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
import os
import signal
import subprocess
import sys
import threading
import traceback
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.connection import Connection, Pipe, wait
from typing import Any, NamedTuple

from synth_gym.errors import SynthGymError

_GOODBYE_SECONDS = 5.0
_STDERR = 2
_PR_SET_PDEATHSIG = 1


class Task(NamedTuple):
    """One attempt at a job."""

    job: Any
    attempt: int


class Ended(NamedTuple):
    """A task that is over: its result, or what ended it, on one line."""

    task: Task | None
    """None for a crash that no task was there to see."""
    result: Any
    crash: str


class WorkerProcess:
    """The parent's side of one worker process; a `pool.Worker`.

    Args:
        function: called there with every job; it, the jobs and the results are pickled.
    """

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
        self.tasks: dict[int, Task] = {}
        self.ready, self.dead = True, False
        self._numbers = itertools.count()
        self._send(function)

    def begin(self, task: Task) -> None:
        """Start a task beside those that run."""
        number = next(self._numbers)
        self.tasks[number] = task
        self._send((number, task.job))

    def finish(self) -> list[Ended]:
        """What is over: one task, or all of them if the process has died.

        Raises:
            SynthGymError: the task raised one.
        """
        try:
            number, kind, value = self.connection.recv()
        except (EOFError, OSError):
            tasks, self.tasks = list(self.tasks.values()), {}
            self.end()
            crash = _last_words(self.process.wait())
            return [Ended(task, None, crash) for task in tasks]
        return [ended(self.tasks.pop(number), kind, value)]

    def end(self) -> None:
        """An idle worker leaves by itself; one at work is killed, and with it all that it started."""
        self.dead = True
        self.connection.close()
        if not self.tasks:
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(_GOODBYE_SECONDS)
        self.process.kill()
        self.process.wait()

    def _send(self, what: Any) -> None:
        # A worker that died is noticed when its answer is read.
        with suppress(OSError):
            self.connection.send(what)


def ended(task: Task, kind: str, value: Any) -> Ended:
    """What `attempt` says of a task.

    Raises:
        SynthGymError: the task raised one.
    """
    if kind == "mistake":
        raise SynthGymError(value)
    return Ended(task, None, value) if kind == "crash" else Ended(task, value, "")


def wait_for_processes(workers: list[WorkerProcess]) -> list[WorkerProcess]:
    """Those that have answered or died; waits for the first."""
    ready = wait([worker.connection for worker in workers])
    return [worker for worker in workers if worker.connection in ready]


def serve(descriptor: int, parent: int) -> None:
    """What a worker process does: receive a function, then jobs, each for a thread, until the parent closes its end."""
    os.set_inheritable(descriptor, False)
    _die_with(parent)
    connection, answering = Connection(descriptor), threading.Lock()
    with suppress(EOFError):
        function = connection.recv()
        while True:
            number, job = connection.recv()
            arguments = (connection, answering, number, functools.partial(attempt, function, job))
            threading.Thread(target=_answer, args=arguments, daemon=True).start()


def _answer(
    connection: Connection, answering: threading.Lock, number: int, work: Callable[[], tuple[str, Any]]
) -> None:
    try:
        kind, value = work()
        with answering:
            connection.send((number, kind, value))
    except BaseException:
        # The parent would wait for this answer for ever; it does notice a death.
        traceback.print_exc()
        os._exit(1)


def attempt(function: Callable[[Any], Any], job: Any) -> tuple[str, Any]:
    """Call the function.

    Returns:
        `done` and the result, `mistake` and the user's mistake, or `crash` and what was raised, on one line.
    """
    try:
        return "done", function(job)
    except SynthGymError as error:
        return "mistake", str(error)
    except SystemExit as error:
        return "crash", f"SystemExit: {error}"
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
