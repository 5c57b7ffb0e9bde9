"""Child processes that end with this process, not with the thread that happened to start them.

`bwrap --die-with-parent` asks the kernel for a signal at its parent's death, and to the kernel the parent is a thread:
a sandbox that was started by a worker thread would die with the worker. So one thread, which lives as long as the
process, starts them all.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor

_starter = ThreadPoolExecutor(1, "synth-gym-spawn")


def _renew() -> None:
    global _starter
    _starter = ThreadPoolExecutor(1, "synth-gym-spawn")


# A forked child has the object but not its thread.
os.register_at_fork(after_in_child=_renew)


def spawn(
    argv: Sequence[str],
    *,
    environment: Mapping[str, str],
    stdin: int = subprocess.PIPE,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
    pass_fds: Sequence[int] = (),
    directory: str | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, with this environment alone and unbuffered pipes."""

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            argv,
            env=environment,
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            pass_fds=pass_fds,
            cwd=directory,
            bufsize=0,
            start_new_session=True,
        )

    return _starter.submit(start).result()


class Pipe:
    """Both ends of a pipe; what is still open is closed in the end.

    Args:
        unbreakable: who has the writing end may read there, too, and so can write when nobody else is left to read.
    """

    def __init__(self, *, unbreakable: bool = False) -> None:
        self._unbreakable = unbreakable

    def __enter__(self) -> Pipe:
        self.reader, self.writer = os.pipe()
        if self._unbreakable:
            both = os.open(f"/proc/self/fd/{self.writer}", os.O_RDWR | os.O_CLOEXEC)
            os.close(self.writer)
            self.writer = both
        self._open = {self.reader, self.writer}
        return self

    def __exit__(self, *exception: object) -> None:
        for end in self._open:
            os.close(end)

    def close_writer(self) -> None:
        self._open.remove(self.writer)
        os.close(self.writer)

    def read_all(self) -> bytes:
        """Everything until the last writer has closed."""
        parts = []
        while part := os.read(self.reader, 65_536):
            parts.append(part)
        return b"".join(parts)
