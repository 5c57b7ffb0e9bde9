"""A rollout on this machine: worker processes, episodes in their threads, slots for the commands."""

from __future__ import annotations

import functools
import math
import os
import resource
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from synth_gym.errors import SynthGymError
from synth_gym.rollout.folder import digest
from synth_gym.rollout.plan import Job
from synth_gym.rollout.pool import Done, run_jobs
from synth_gym.rollout.slots import MAX_SLOTS, SharedSlots
from synth_gym.rollout.worker import Summary, Unpaid, play

_FILES_PER_EPISODE, _OTHER_FILES = 12, 64
"""Descriptors: an episode at rest has six open, its model's connection included; a start and a grading take more."""


def play_here(
    jobs: Iterable[Job],
    *,
    out: Path,
    scratch: Path,
    workers: int | None = None,
    concurrency: int | None = None,
    slots: int | None = None,
) -> Generator[Done[Job, Summary | Unpaid]]:
    """Play every job.

    Args:
        jobs: begun in this order.
        out: folder of the records; names the slots.
        scratch: folder for everything temporary.
        workers: processes at most; one per CPU by default.
        concurrency: episodes at a time in all of them together; one in each by default.
        slots: commands at a time; one per CPU by default.

    Raises:
        SynthGymError: at once, if more is asked for than the kernel grants; see also `run_jobs`.
    """
    cpus = len(os.sched_getaffinity(0))
    workers, slots = workers or cpus, slots or cpus
    concurrency = concurrency or workers
    if slots > MAX_SLOTS:
        raise SynthGymError(f"--slots {slots}: can be {MAX_SLOTS:,} at most")
    files = math.ceil(concurrency / workers) * _FILES_PER_EPISODE + _OTHER_FILES
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and files > hard:
        raise SynthGymError(
            f"every worker process needs {files:,} open files and may have {hard:,}: raise the limit (ulimit -Hn), or "
            "take a lower --concurrency or more --workers"
        )

    def played() -> Generator[Done[Job, Summary | Unpaid]]:
        with _open_files(files), SharedSlots.opened(slots, int(digest(out), 16) & 0x7FFFFFFF) as shared:
            function = functools.partial(play, scratch, slots=shared)
            yield from run_jobs(function, jobs, workers=workers, concurrency=concurrency)

    return played()


@contextmanager
def _open_files(needed: int) -> Iterator[None]:
    """Let the processes that are started meanwhile open so many files."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, needed), hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
