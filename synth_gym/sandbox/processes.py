"""Processes as Linux shows them under /proc: who started what, and when."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_PROC = Path("/proc")
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Process:
    """One live process."""

    pid: int
    parent: int
    started: int
    """Clock ticks after boot."""


class Moment(NamedTuple):
    """A point in time that processes can be told apart by, finer than the kernel's tick of 10 ms."""

    tick: int
    last_pid: int
    """The process id given last. Ids are given in ascending order, so it decides within one tick."""

    @classmethod
    def now(cls) -> Moment:
        # Read without a file object: it is done for every command.
        averages = os.open("/proc/loadavg", os.O_RDONLY | os.O_CLOEXEC)
        try:
            last_pid = int(os.read(averages, 128).split()[-1])
        finally:
            os.close(averages)
        return cls(int(time.clock_gettime(time.CLOCK_BOOTTIME) * _TICKS), last_pid)

    @classmethod
    def first(cls) -> Moment:
        """Before every process."""
        return cls(0, 0)

    def before(self, process: Process) -> bool:
        """Whether the process was started after this moment."""
        return (process.started, process.pid) > self


def scan() -> dict[int, Process]:
    """Every live process (zombies left out), by process id."""
    found = (_read(int(entry.name)) for entry in _PROC.iterdir() if entry.name.isdigit())
    return {process.pid: process for process in found if process}


def _read(pid: int) -> Process | None:
    try:
        # The name in parentheses may itself hold blanks and parentheses.
        state, parent, *fields = (_PROC / str(pid) / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
    except OSError:
        return None
    return None if state in "ZX" else Process(pid, int(parent), int(fields[17]))


def children(processes: dict[int, Process]) -> dict[int, list[Process]]:
    """The processes by their parent's id."""
    by_parent: dict[int, list[Process]] = {}
    for process in processes.values():
        by_parent.setdefault(process.parent, []).append(process)
    return by_parent


def descendants(root: int, by_parent: dict[int, list[Process]]) -> Iterator[Process]:
    """Everything that a process started, itself left out."""
    stack = list(by_parent.get(root, ()))
    while stack:
        process = stack.pop()
        yield process
        stack.extend(by_parent.get(process.pid, ()))


def inner_pid(pid: int) -> int | None:
    """The id that a process has in its own process-id namespace."""
    with contextlib.suppress(OSError):
        for line in (_PROC / str(pid) / "status").read_text("utf-8", "replace").splitlines():
            if line.startswith("NSpid:"):
                return int(line.split()[-1])
    return None


def with_environment(entry: bytes, processes: Iterable[Process]) -> list[Process]:
    """The processes that were started with `entry` (`b"NAME=value"`) in their environment."""
    found = []
    for process in processes:
        with contextlib.suppress(OSError):
            if entry in (_PROC / str(process.pid) / "environ").read_bytes().split(b"\0"):
                found.append(process)
    return found


def kill(pids: Iterable[int]) -> None:
    """SIGKILL, to those that still live."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
