"""Where drafts are run and gated: worker processes, replaced when they die."""

from __future__ import annotations

import asyncio
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from types import TracebackType
from typing import Self

from synth_gym.errors import SandboxDiedError, SynthGymError
from synth_gym.policies.client import one_line
from synth_gym.synthesis.draft import Candidate
from synth_gym.synthesis.making import Rejection, make_challenge
from synth_gym.synthesis.workers import pool

MAX_DEATHS = 3
"""Workers that one draft may have lost before it is taken to be the cause."""


class Workshop:
    """Makes challenges in worker processes.

    Args:
        out: the suite's folder.
        sandbox: back-end that scripts run in.
        workers: processes.
    """

    def __init__(self, out: Path, sandbox: str, workers: int) -> None:
        self._out = out
        self._sandbox = sandbox
        self._workers = workers
        self._pool: ProcessPoolExecutor = pool(workers)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._pool.shutdown(wait=error is None, cancel_futures=True)

    async def make(self, candidate: Candidate) -> Rejection | None:
        """The challenge in the suite, or why there is none; one that an interrupted run has finished is kept."""
        if (self._out / f"{candidate.id}-v0" / "challenge.yaml").exists():
            return None
        for _ in range(MAX_DEATHS):
            used = self._pool
            try:
                future = used.submit(make_challenge, candidate, self._out, self._sandbox, True)
                return await asyncio.wrap_future(future)
            except BrokenProcessPool:
                # Every draft in the pool sees this; the first one replaces it.
                if self._pool is used:
                    self._pool = pool(self._workers)
            except (SynthGymError, SandboxDiedError):
                raise
            except Exception as error:
                # Of a stranger's code: whatever it makes us trip over is the draft's fault.
                return Rejection("draft cannot be made", f"{type(error).__name__}: {one_line(error)}")
        return Rejection("worker dies", f"{MAX_DEATHS} worker processes died over it")
