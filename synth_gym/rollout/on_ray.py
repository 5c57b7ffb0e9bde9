"""A rollout on a Ray cluster: actors are the workers, each with the resources of one command.

The cluster is the one that `RAY_ADDRESS` names, or is made on this machine. Records go straight to their files, so
`--out`, the challenges and the Python environment must be the same on all nodes.
"""

from __future__ import annotations

import functools
import itertools
import math
import os
import sys
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

from synth_gym.challenge import Challenge, Limits
from synth_gym.errors import MissingExtraError, SynthGymError
from synth_gym.policies.spending import VARIABLE
from synth_gym.rollout.plan import Job
from synth_gym.rollout.pool import Done, run_crew
from synth_gym.rollout.process import Ended, Task, attempt, ended
from synth_gym.rollout.slots import OwnSlots
from synth_gym.rollout.worker import Summary, Unpaid, play

ADDRESS = "RAY_ADDRESS"


class Needs(NamedTuple):
    """What a command may use, as the limits of its challenge say."""

    gpus: int
    cpus: float
    memory_mb: int


def grouped(jobs: Iterable[Job]) -> list[Job]:
    """The jobs, those that need the same together, the most demanding first."""
    return sorted(jobs, key=_needs, reverse=True)


def play_on_ray(
    jobs: Iterable[Job], *, scratch: Path, workers: int | None, concurrency: int | None
) -> Generator[Done[Job, Summary | Unpaid]]:
    """Play every job, one group after the other.

    Args:
        jobs: as `grouped` orders them.
        scratch: folder for everything temporary, made on every node.
        workers: actors at most, each with the resources of one command; by default what the cluster holds now. Those
            that it does not hold yet begin when it has grown.
        concurrency: episodes at a time on all of them together; one on each by default.

    Raises:
        MissingExtraError: at once, if Ray is not installed.
        SynthGymError: the cluster cannot be reached; see also `run_jobs`.
    """
    if find_spec("ray") is None:
        raise MissingExtraError("the executor 'ray'", "ray", "ray")
    return _played(jobs, scratch, workers, concurrency)


def _played(
    jobs: Iterable[Job], scratch: Path, workers: int | None, concurrency: int | None
) -> Generator[Done[Job, Summary | Unpaid]]:
    environment = {name: os.environ[name] for name in [VARIABLE] if name in os.environ}
    for needs, group in itertools.groupby(jobs, _needs):
        with _cluster(needs, workers) as ray:
            number = _number(ray.cluster_resources(), needs, workers)
            at_once = concurrency or number
            actor = ray.remote(Stage).options(
                num_cpus=needs.cpus,
                num_gpus=needs.gpus,
                memory=needs.memory_mb << 20,
                max_concurrency=math.ceil(at_once / number) + 1,  # `arrived` beside the episodes
            )
            started = functools.partial(actor.remote, scratch, Path.cwd(), list(sys.path), environment)
            hire, wait = functools.partial(RayWorker, ray, started), functools.partial(wait_for_actors, ray)
            yield from run_crew(group, hire, wait, number, at_once)


class Stage:
    """What an actor is: it plays episodes on its node, many at a time, one of which runs a command.

    Args:
        scratch: folder for everything temporary.
        folder: the driver's working directory; paths are relative to it.
        path: the driver's `sys.path`; policies of one's own are found there.
        environment: variables to set.
    """

    def __init__(self, scratch: Path, folder: Path, path: list[str], environment: dict[str, str]) -> None:
        os.chdir(folder)
        sys.path += [entry for entry in path if entry not in sys.path]
        os.environ.update(environment)
        scratch.mkdir(mode=0o700, exist_ok=True)
        self._play = functools.partial(play, scratch, slots=OwnSlots(1))

    def arrived(self) -> None:
        """Answered as soon as the actor has a node."""

    def play(self, job: Job) -> tuple[str, Any]:
        """See `process.attempt`."""
        return attempt(self._play, job)


class RayWorker:
    """The driver's side of one actor; a `pool.Worker`.

    Args:
        ray: the module.
        hire: starts the actor.
    """

    def __init__(self, ray: Any, hire: Callable[[], Any]) -> None:
        self._ray, self._actor = ray, hire()
        self.tasks: dict[int, Task] = {}
        self.ready = self.dead = False
        self.waits_for: dict[Any, int | None] = {self._actor.arrived.remote(): None}
        """The number of the task behind every reference that is not resolved; none for the arrival."""
        self._numbers = itertools.count()

    def begin(self, task: Task) -> None:
        number = next(self._numbers)
        self.tasks[number] = task
        self.waits_for[self._actor.play.remote(task.job)] = number

    def finish(self) -> list[Ended]:
        reference = self._ray.wait(list(self.waits_for))[0][0]
        number = self.waits_for.pop(reference)
        try:
            answer = self._ray.get(reference)
        except self._ray.exceptions.RayError as error:
            lost: list[Task | None] = [*self.tasks.values()] or [None]
            self.tasks = {}
            self.end()
            return [Ended(task, None, f"Ray lost a worker: {' '.join(str(error).split())[:500]}") for task in lost]
        if number is None:
            self.ready = True
            return []
        return [ended(self.tasks.pop(number), *answer)]

    def end(self) -> None:
        self.dead = True
        self._ray.kill(self._actor)


def wait_for_actors(ray: Any, workers: list[RayWorker]) -> list[RayWorker]:
    """Those that have arrived, answered or died; waits for the first."""
    resolved = set(ray.wait([reference for worker in workers for reference in worker.waits_for])[0])
    return [worker for worker in workers if resolved.intersection(worker.waits_for)]


@contextmanager
def _cluster(needs: Needs, workers: int | None) -> Iterator[Any]:
    """The module, connected: to the cluster that there is, or to one on this machine with room for so many commands."""
    import ray

    quiet = {"log_to_driver": False, "logging_level": "ERROR"}
    try:
        if ADDRESS in os.environ:
            ray.init(os.environ[ADDRESS], **quiet)
        else:
            number = workers or len(os.sched_getaffinity(0))
            ray.init("local", num_cpus=math.ceil(number * needs.cpus), include_dashboard=False, **quiet)
    except (ConnectionError, RuntimeError, ValueError) as error:
        where = os.environ.get(ADDRESS, "this machine")
        raise SynthGymError(f"no Ray cluster at {where}: {' '.join(str(error).split())}") from None
    try:
        yield ray
    finally:
        ray.shutdown()


def _number(resources: dict[str, float], needs: Needs, workers: int | None) -> int:
    """How many workers there can be.

    Raises:
        SynthGymError: not one, and nothing says that the cluster grows.
    """
    asked = {"CPU": needs.cpus, "GPU": needs.gpus, "memory": needs.memory_mb << 20}
    room = int(min(resources.get(name, 0.0) // amount for name, amount in asked.items() if amount))
    if room or (workers and ADDRESS in os.environ):
        return workers or room
    wanted = f"{needs.cpus:g} CPUs, {needs.gpus} GPUs and {needs.memory_mb} MB of memory"
    raise SynthGymError(f"the Ray cluster has no place for one command ({wanted}); if it can grow, give --workers")


def _needs(job: Job) -> Needs:
    limits = job.limits or _limits(job.challenge)
    return Needs(limits.gpus, limits.cpus, limits.memory_mb)


@functools.cache
def _limits(challenge: Path) -> Limits:
    return Challenge.load(challenge).spec.limits
