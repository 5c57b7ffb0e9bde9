"""Many episodes in several processes. It can be killed at any moment; started again, it plays only what is missing."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import shutil
import statistics
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from synth_gym.challenge import Challenge
from synth_gym.errors import InvalidFileError, SynthGymError
from synth_gym.files import check_writable
from synth_gym.policies import find_policy
from synth_gym.progress import progress
from synth_gym.requirements import check_requirements
from synth_gym.rollout.plan import Job
from synth_gym.rollout.pool import run_jobs
from synth_gym.rollout.record import SUFFIX, read_record
from synth_gym.rollout.worker import Summary, play
from synth_gym.session import Session


@dataclass
class Rollout:
    """How all episodes went, those of earlier runs included."""

    out: Path
    summaries: list[Summary] = field(default_factory=list)
    finished_before: int = 0
    crashed: list[str] = field(default_factory=list)
    """Episodes without a record, because their worker process crashed at every attempt: what, and why."""

    @property
    def outcomes(self) -> dict[str, int]:
        """How many episodes ended how, the commonest end first."""
        return dict(Counter(str(summary.outcome) for summary in self.summaries).most_common())

    @property
    def faulty(self) -> list[Summary]:
        """Episodes to be run again: the infrastructure or an exception ended them."""
        return [summary for summary in self.summaries if summary.faulty]

    @property
    def mean_normalized(self) -> float | None:
        """Over the trainable episodes that handed in something valid."""
        return _mean([one.normalized for one in self.summaries if one.trainable and one.normalized is not None])

    @property
    def mean_reward(self) -> float | None:
        """Over all trainable episodes."""
        return _mean([one.reward for one in self.summaries if one.trainable])


class _RunningNote:
    """The words beside the progress bar: mean score so far and outcomes; each episode is counted once."""

    def __init__(self, summaries: Sequence[Summary]) -> None:
        self._outcomes: Counter[str] = Counter()
        self._total, self._scored = 0.0, 0
        for summary in summaries:
            self.add(summary)

    def add(self, summary: Summary) -> None:
        self._outcomes[summary.outcome] += 1
        if summary.trainable and summary.normalized is not None:
            self._total, self._scored = self._total + summary.normalized, self._scored + 1

    def __str__(self) -> str:
        mean = [f"mean {self._total / self._scored:.3f}"] if self._scored else []
        return " · ".join(mean + [f"{outcome} {count}" for outcome, count in self._outcomes.most_common()])


def run_rollout(jobs: Sequence[Job], *, out: Path, workers: int | None = None) -> Rollout:
    """Play every job that has no valid record yet.

    A record that an infrastructure fault or an exception spoilt is replaced; any other is kept and never played again.

    Args:
        jobs: from `plan_jobs`, with the same `out`.
        out: folder of the records.
        workers: processes at a time; one per CPU by default.

    Raises:
        SynthGymError: the folder cannot be written, another rollout is at work in it, or a policy cannot be made.
    """
    check_writable(out)
    with _sole_user(out), _scratch(out) as scratch:
        _remove_leftovers(out)
        finished = {job.file: summary for job in jobs if (summary := _finished(job.file))}
        rollout = Rollout(out, list(finished.values()), len(finished))
        missing = [job for job in jobs if job.file not in finished]
        _rehearse(missing)
        note = _RunningNote(rollout.summaries)
        with progress("rollout", len(jobs), done=len(finished)) as advance:
            for done in run_jobs(functools.partial(play, scratch), missing, workers=workers or _cpus()):
                if done.result:
                    rollout.summaries.append(done.result)
                    note.add(done.result)
                else:
                    rollout.crashed.append(f"{done.job.file.relative_to(out)}: {done.crash}")
                advance(note=str(note))
    return rollout


def _rehearse(jobs: Sequence[Job]) -> None:
    """Find what would spoil every episode before the first begins: policies, missing packages, tools, the sandbox.

    Raises:
        SynthGymError: one line that says what to do.
    """
    one_of_each = {id(job.player): job for job in jobs}.values()
    for job in one_of_each:
        find_policy(job.player.policy, **job.player.options)
    for path in {job.challenge for job in jobs}:
        check_requirements(Challenge.load(path))
    for job in one_of_each:
        challenge, toolset = Challenge.load(job.challenge), job.player.definition().toolset()
        with Session(challenge, sandbox=job.sandbox, toolset=toolset, reward=job.reward) as session:
            session.start()


def _finished(file: Path) -> Summary | None:
    """The summary of a record that need not be played again."""
    try:
        record = read_record(file)
    except InvalidFileError:
        return None
    return None if record.faulty else Summary.of(record)


@contextmanager
def _sole_user(out: Path) -> Iterator[None]:
    """Keep other rollouts out of the folder. The kernel frees the lock when this process ends, however it ends."""
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SynthGymError(f"another rollout is writing to {out}; wait for it, or choose another --out") from None
        yield


@contextmanager
def _scratch(out: Path) -> Iterator[Path]:
    """A folder for temporary files. It is named after `out`: the next run finds and removes what a killed one left."""
    digest = hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:8]
    folder = Path(tempfile.gettempdir()) / f"synth-gym-{os.getuid()}-{digest}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise SynthGymError(f"cannot make {folder}: {error.strerror}; set TMPDIR to another folder") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _remove_leftovers(out: Path) -> None:
    """Half-written files of a run that was killed."""
    for file in out.rglob(f".*{SUFFIX}.*.tmp"):
        file.unlink(missing_ok=True)


def _cpus() -> int:
    return len(os.sched_getaffinity(0))


def _mean(values: list[float]) -> float | None:
    return statistics.fmean(values) if values else None
