"""Engines on this machine: a bash as a child process, and how all that it started is ended."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable
from typing import Protocol

from synth_gym.sandbox.cgroups import ControlGroup
from synth_gym.sandbox.processes import Moment, Process, children, descendants, inner_pid, kill, scan

_MOST_ROUNDS = 100
_PATIENCE = 5.0
"""Seconds that a process whose pipes are closed may take to end."""


class Holder(Protocol):
    """A process together with everything that it starts."""

    root: int
    """Process id of the first one inside."""

    def strays(self, processes: dict[int, Process]) -> Iterable[Process]:
        """Those of `processes` that were started inside and no longer descend from the root."""

    def held(self) -> bool:
        """Whether the process that holds them runs."""

    def killed(self) -> bool:
        """Now that the first one is gone: whether something outside ended it."""

    def kill(self) -> None:
        """End them all."""

    def remark(self) -> str:
        """What the kernel did to them since the last call, if anything."""


class Contained:
    """The processes of a namespace: none leaves it, and the kernel ends them with the first.

    Args:
        process: what holds the namespace (`bwrap`).
        root: the first process inside.
        group: which they all are in.
    """

    def __init__(self, process: subprocess.Popen[bytes], root: int, group: ControlGroup) -> None:
        self.process = process
        self.root = root
        self._root = _opened(root)
        self._group = group

    def poll(self) -> int | None:
        return self.process.poll()

    def wait(self, timeout: float | None = None) -> int:
        return self.process.wait(timeout)

    def strays(self, processes: dict[int, Process]) -> Iterable[Process]:
        return ()

    def held(self) -> bool:
        """A `bwrap` that is killed while it starts leaves its first process behind, and that goes on."""
        return self.process.poll() is None

    def killed(self) -> bool:
        """The first process heeds no fatal signal from inside, and `bwrap` itself cannot be seen there."""
        return exit_code_of(self.process) in (-signal.SIGKILL, 128 + signal.SIGKILL)

    def kill(self) -> None:
        if self._root is not None:
            with contextlib.suppress(ProcessLookupError):
                signal.pidfd_send_signal(self._root, signal.SIGKILL)
            os.close(self._root)
            self._root = None
        if self.process.poll() is None:
            kill([self.process.pid])
        self.process.wait()
        self._group.remove()

    def remark(self) -> str:
        return self._group.memory_kills.remark()


class Tree:
    """A process and what descends from it, in no namespace.

    Args:
        process: the first one.
        strays: finds those that no longer descend from it.
    """

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        strays: Callable[[dict[int, Process]], Iterable[Process]] = lambda processes: (),
    ) -> None:
        self.process = process
        self.root = process.pid
        self.strays = strays

    def poll(self) -> int | None:
        return self.process.poll()

    def wait(self, timeout: float | None = None) -> int:
        return self.process.wait(timeout)

    def held(self) -> bool:
        return self.process.poll() is None

    def killed(self) -> bool:
        """A command may have done it, too: nothing is isolated, so nobody can tell."""
        return exit_code_of(self.process) == -signal.SIGKILL

    def kill(self) -> None:
        kill_all(self._everything)
        self.process.wait()

    def remark(self) -> str:
        return ""

    def _everything(self) -> list[Process]:
        processes = scan()
        if self.process.poll() is not None or self.root not in processes:
            return list(self.strays(processes))
        return [processes[self.root], *descendants(self.root, children(processes)), *self.strays(processes)]


class LocalEngine:
    """A bash on this machine.

    Args:
        holder: whose root it is.
        pipes: descriptors of this side's ends of its stdin, stdout and stderr; they become the engine's.
    """

    def __init__(self, holder: Holder, pipes: tuple[int, int, int]) -> None:
        self._holder = holder
        self.stdin, self.stdout, self.stderr = pipes
        self.remark = holder.remark
        self.held = holder.held
        self.killed = holder.killed

    def end_command(self, shell: int, since: Moment) -> None:
        kill_all(lambda: self._of_command(shell, since))

    def end(self) -> None:
        try:
            self._holder.kill()
        finally:
            for pipe in (self.stdin, self.stdout, self.stderr):
                os.close(pipe)

    def _of_command(self, shell: int, since: Moment) -> Collection[Process]:
        """The shell, and what was started since; what older processes start is theirs.

        The shell comes first: it must not live to see, and to say, that its children are killed.
        """
        processes = scan()
        by_parent = children(processes)
        doomed = deque(process for process in self._holder.strays(processes) if since.before(process))
        stack = list(by_parent.get(self._holder.root, ()))
        while stack:
            process = stack.pop()
            if process.parent == self._holder.root and inner_pid(process.pid) == shell:
                doomed.appendleft(process)
            elif since.before(process):
                doomed.append(process)
            else:
                continue
            stack.extend(by_parent.get(process.pid, ()))
        return doomed


def exit_code_of(process: subprocess.Popen[bytes]) -> int | None:
    """The exit code of a process that is about to end; None if it does not."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        return process.wait(_PATIENCE)
    return None


def _opened(pid: int) -> int | None:
    """A descriptor that means this very process, whatever becomes of its id; None if it has ended."""
    with contextlib.suppress(ProcessLookupError):
        return os.pidfd_open(pid)
    return None


def own_pipes(process: subprocess.Popen[bytes]) -> tuple[int, int, int]:
    """The descriptors of a process's three pipes, which the `Popen` object no longer closes."""
    assert process.stdin and process.stdout and process.stderr
    stdin, stdout, stderr = (os.dup(pipe.fileno()) for pipe in (process.stdin, process.stdout, process.stderr))
    for pipe in (process.stdin, process.stdout, process.stderr):
        pipe.close()
    return stdin, stdout, stderr


def kill_all(find: Callable[[], Collection[Process]]) -> None:
    """Kill until none is found: a process may start another between the look and the blow."""
    for _ in range(_MOST_ROUNDS):
        found = find()
        if not found:
            return
        kill(process.pid for process in found)
        time.sleep(0.001)
