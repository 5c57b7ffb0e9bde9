"""Worker processes that do not outlive the process that started them, even when that one is killed."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import ProcessPoolExecutor

_POLL_SECONDS = 0.5


def pool(workers: int) -> ProcessPoolExecutor:
    """A pool of fresh interpreters (no forked threads or locks)."""
    context = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, context, initializer=_follow, initargs=(os.getpid(),))


def _follow(parent: int) -> None:
    # An interrupt from the keyboard reaches the whole group; the parent decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_POLL_SECONDS)
    os._exit(1)
