"""A quota on a folder of an ordinary file system, kept by looking."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

_SHARE = 10
"""The time between two measurements is at least so many times as long as the last one took."""


class QuotaExceededError(Exception):
    """The folder has outgrown its limit."""


class Quota:
    """Tells when a folder has outgrown its limit.

    File systems keep quotas for users, if at all, so the folder is measured; but only when the free space of its file
    system has shrunk by enough since the last time, which one system call tells.

    Args:
        folder: what is measured; what symbolic links in it lead to does not count.
        megabytes: on disk (2^20 bytes).
    """

    def __init__(self, folder: Path, megabytes: int) -> None:
        self.megabytes = megabytes
        self._folder = folder
        self._limit = self._allowed = megabytes << 20
        self._measured = 0
        self._free = self._free_bytes()
        self._next = 0.0

    def check(self) -> None:
        """Measure, if there is reason to.

        Raises:
            QuotaExceededError: too big, and bigger than when that was last said: cleaning up must stay possible.
        """
        free, started = self._free_bytes(), time.monotonic()
        if started < self._next or self._free - free < (self._allowed - self._measured) // 2:
            return
        allowed = self._allowed
        self.settle()
        self._next = started + (1 + _SHARE) * (time.monotonic() - started)
        if self._measured > allowed:
            raise QuotaExceededError

    def settle(self) -> None:
        """Take the size as it is: what is too big must only not grow."""
        self._free, self._measured = self._free_bytes(), size_on_disk(self._folder)
        self._allowed = max(self._limit, self._measured)

    def _free_bytes(self) -> int:
        status = os.statvfs(self._folder)
        return status.f_bfree * status.f_frsize


def size_on_disk(folder: Path) -> int:
    """Bytes that a folder takes up on disk; what vanishes meanwhile is not counted."""
    total = 0
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                total += entry.stat(follow_symlinks=False).st_blocks * 512
            if entry.is_dir(follow_symlinks=False):
                total += size_on_disk(Path(entry.path))
    return total
