"""Slots for commands: hundreds of episodes wait for a model, a few at a time run a command."""

from __future__ import annotations

import ctypes
import errno
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol

from synth_gym.errors import SynthGymError

MAX_SLOTS = 32_767
"""The largest value of a System V semaphore."""

# <sys/ipc.h>, <sys/sem.h>
_IPC_CREAT, _IPC_EXCL, _IPC_RMID = 0o1000, 0o2000, 0
_SETVAL, _SEM_UNDO = 16, 0x1000
_OWNER_ALONE = 0o600
_LIBC = ctypes.CDLL(None, use_errno=True)  # releases Python's lock while a call waits


class _Operation(ctypes.Structure):
    """`struct sembuf`."""

    _fields_ = (("number", ctypes.c_ushort), ("change", ctypes.c_short), ("flags", ctypes.c_short))


class Slots(Protocol):
    """A number of slots."""

    def take(self) -> None:
        """Wait for a slot."""

    def give_back(self) -> None:
        """Leave it to the next."""


class OwnSlots:
    """Slots of one process."""

    def __init__(self, number: int) -> None:
        self._semaphore = threading.Semaphore(number)

    def take(self) -> None:
        self._semaphore.acquire()

    def give_back(self) -> None:
        self._semaphore.release()


@dataclass(frozen=True)
class SharedSlots:
    """Slots of several processes of this machine, to which it is pickled.

    They are one System V semaphore, because the kernel gives back what a process held when it ends, however it ends.
    """

    semaphore: int
    """The kernel's id of it."""

    @classmethod
    @contextmanager
    def opened(cls, number: int, key: int) -> Iterator[SharedSlots]:
        """Slots that are there until the block ends.

        Args:
            number: how many.
            key: the semaphore's name on this machine (31 bits). What a killed process left under it is replaced.
        """
        if (left := _LIBC.semget(key, 0, 0)) >= 0:
            _LIBC.semctl(left, 0, _IPC_RMID)
        semaphore = _checked(_LIBC.semget(key, 1, _IPC_CREAT | _IPC_EXCL | _OWNER_ALONE))
        try:
            _checked(_LIBC.semctl(semaphore, 0, _SETVAL, number))
            yield cls(semaphore)
        finally:
            _LIBC.semctl(semaphore, 0, _IPC_RMID)

    def take(self) -> None:
        self._change(-1)

    def give_back(self) -> None:
        self._change(1)

    def _change(self, number: int) -> None:
        operation = _Operation(0, number, _SEM_UNDO)
        while _LIBC.semop(self.semaphore, ctypes.byref(operation), 1) < 0:
            if ctypes.get_errno() != errno.EINTR:
                _checked(-1)


class Turnstile:
    """One episode's way to a slot and back: a context manager, entered once for every command.

    Args:
        slots: shared with other episodes; None lets everybody through at once.
    """

    def __init__(self, slots: Slots | None) -> None:
        self._slots = slots
        self.waited = 0.0
        """Seconds, all in all."""

    def __enter__(self) -> None:
        if self._slots:
            began = time.monotonic()
            self._slots.take()
            self.waited += time.monotonic() - began

    def __exit__(self, *_: object) -> None:
        if self._slots:
            self._slots.give_back()


def _checked(result: int) -> int:
    if result < 0:
        reason = os.strerror(ctypes.get_errno())
        raise SynthGymError(f"the kernel gives no semaphore for the command slots ({reason}): see ipcs -s")
    return result
