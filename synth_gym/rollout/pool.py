"""Jobs for workers, one or many at a time in each.

A worker that crashes does not take the others' work along: its jobs are given to other workers, and the last attempt at
a job is made alone in its worker, so that no job answers for another one's crash.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar

from synth_gym.errors import SynthGymError
from synth_gym.rollout.process import Ended, Task, WorkerProcess, wait_for_processes

Job = TypeVar("Job")
Result = TypeVar("Result")

MAX_ATTEMPTS = 3
"""How often one job is begun before its crash is reported."""
MAX_CRASHES_IN_A_ROW = 6
"""Crashes without one finished job between them after which all is given up: something is wrong with the machine."""


@dataclass(frozen=True)
class Done(Generic[Job, Result]):
    """A job and what came of it."""

    job: Job
    result: Result | None
    """None when it crashed at every attempt."""
    crash: str = ""
    """The last crash, on one line."""


class Worker(Protocol):
    """Does several tasks at a time."""

    tasks: dict[int, Task]
    """Those that run, by number."""
    ready: bool
    """Whether it takes tasks yet."""
    dead: bool

    def begin(self, task: Task) -> None:
        """Start a task beside those that run."""

    def finish(self) -> list[Ended]:
        """What is over: a task, all of them if the worker has died, or nothing if it has only become ready.

        Raises:
            SynthGymError: the task raised one.
        """

    def end(self) -> None:
        """Leave, and end what still runs."""


WorkerType = TypeVar("WorkerType", bound=Worker)


def run_jobs(
    function: Callable[[Job], Result], jobs: Iterable[Job], *, workers: int, concurrency: int | None = None
) -> Iterator[Done[Job, Result]]:
    """Call a function on every job in worker processes; results come as they are finished.

    Args:
        function: defined at the top level of a module; it, the jobs and the results are pickled. What it keeps in its
            module stays in the worker for the next job.
        jobs: what to do; begun in this order, and asked for only when there is a place for one more.
        workers: processes at a time.
        concurrency: jobs at a time in all of them together, each in a thread of its own; one per process by default.

    Raises:
        SynthGymError: the function raised one (a user's mistake ends everything), or workers crash one after the other.
    """
    return run_crew(jobs, lambda: WorkerProcess(function), wait_for_processes, workers, concurrency or workers)


def run_crew(
    jobs: Iterable[Any],
    hire: Callable[[], WorkerType],
    wait: Callable[[list[WorkerType]], list[WorkerType]],
    workers: int,
    concurrency: int,
) -> Iterator[Done[Any, Any]]:
    """`run_jobs` with workers of any kind.

    Args:
        jobs: what to do.
        hire: a new worker.
        wait: gives those workers that have something to finish; waits for the first.
        workers: at most.
        concurrency: jobs at a time in all of them together.
    """
    queue, crew = _Queue(jobs), _Crew(hire, workers, concurrency)
    crashes = 0
    try:
        while crew.take_from(queue):
            for ended in crew.finish(wait):
                crashes = crashes + 1 if ended[0].crash else 0
                if crashes >= MAX_CRASHES_IN_A_ROW:
                    raise SynthGymError(f"workers crash one after the other, the last one with: {ended[0].crash}")
                for task, result, crash in ended:
                    if task is None:
                        continue
                    if crash and task.attempt < MAX_ATTEMPTS:
                        queue.put_back(Task(task.job, task.attempt + 1))
                    else:
                        yield Done(task.job, result, crash)
    finally:
        crew.dismiss()


class _Queue:
    """What is to be begun: new jobs, then second attempts, then last ones."""

    def __init__(self, jobs: Iterable[Any]) -> None:
        self._new = iter(jobs)
        self._again: deque[Task] = deque()
        self._last: deque[Task] = deque()

    def next(self) -> Task | None:
        with suppress(StopIteration):
            return Task(next(self._new), 1)
        again = self._again or self._last
        return again.popleft() if again else None

    def put_back(self, task: Task) -> None:
        (self._last if _alone(task) else self._again).append(task)


class _Crew(Generic[WorkerType]):
    """The workers; a new one is hired when all others are at work."""

    def __init__(self, hire: Callable[[], WorkerType], size: int, concurrency: int) -> None:
        self._hire, self._size, self._concurrency = hire, min(size, concurrency), concurrency
        self._in_each = math.ceil(concurrency / self._size)
        self._workers: list[WorkerType] = []
        self._next: Task | None = None
        """Taken from the queue, with no place for it yet."""

    def take_from(self, queue: _Queue) -> bool:
        """Begin as much as there is room for; false when nothing is left to wait for."""
        while self._any_room() and (task := self._next or queue.next()):
            self._next = task
            if not (worker := self._place_for(task)):
                break
            worker.begin(task)
            self._next = None
        return self._next is not None or self._running() > 0

    def finish(self, wait: Callable[[list[WorkerType]], list[WorkerType]]) -> Iterator[list[Ended]]:
        """What the workers that answered or died have ended."""
        for worker in wait([worker for worker in self._workers if worker.tasks or not worker.ready]):
            ended = worker.finish()
            if worker.dead:
                self._workers.remove(worker)
            if ended:
                yield ended

    def dismiss(self) -> None:
        for worker in self._workers:
            worker.end()

    def _any_room(self) -> bool:
        hands = len(self._workers) < self._size or any(self._room_of(worker) for worker in self._workers)
        return hands and self._running() < self._concurrency

    def _running(self) -> int:
        return sum(len(worker.tasks) for worker in self._workers)

    def _place_for(self, task: Task) -> WorkerType | None:
        """An idle worker, a new one, or the one with the fewest tasks; none if there is no room."""
        if idle := [worker for worker in self._workers if worker.ready and not worker.tasks]:
            return idle[0]
        while len(self._workers) < self._size:  # those that are not ready at once make ready together
            self._workers.append(self._hire())
            if self._workers[-1].ready:
                return self._workers[-1]
        free = [worker for worker in self._workers if self._room_of(worker)]
        return None if _alone(task) or not free else min(free, key=lambda worker: len(worker.tasks))

    def _room_of(self, worker: WorkerType) -> int:
        """How many more tasks a worker takes."""
        busy_alone = any(_alone(task) for task in worker.tasks.values())
        return 0 if busy_alone or not worker.ready else self._in_each - len(worker.tasks)


def _alone(task: Task) -> bool:
    """Whether nothing else may run in the same process."""
    return task.attempt == MAX_ATTEMPTS
