"""Many episodes in several processes. It can be killed at any moment; started again, it plays only what is missing."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, nullcontext
from pathlib import Path
from typing import Any, Literal

from synth_gym.challenge import Challenge
from synth_gym.errors import InvalidFileError, SynthGymError
from synth_gym.files import check_writable
from synth_gym.policies import find_policy
from synth_gym.policies.spending import CostBudget
from synth_gym.requirements import check_requirements
from synth_gym.rollout.events import event_log
from synth_gym.rollout.folder import remove_leftovers, scratch_folder, sole_user
from synth_gym.rollout.live import Tally, live_view
from synth_gym.rollout.local import play_here
from synth_gym.rollout.on_ray import grouped, play_on_ray
from synth_gym.rollout.plan import Job
from synth_gym.rollout.pool import Done
from synth_gym.rollout.record import read_record
from synth_gym.rollout.result import Rollout
from synth_gym.rollout.worker import Summary, Unpaid
from synth_gym.session import Session

Executor = Literal["local", "ray"]

LEDGER = "spent.json"
"""In the folder of the records: what of the budget is spent."""


def run_rollout(
    jobs: Sequence[Job],
    *,
    out: Path,
    executor: Executor = "local",
    workers: int | None = None,
    concurrency: int | None = None,
    slots: int | None = None,
    budget: float | None = None,
    events: Path | None = None,
) -> Rollout:
    """Play every job that has no valid record yet.

    A record that an infrastructure fault, a spent budget or an exception spoilt is replaced; any other is kept and
    never played again.

    Args:
        jobs: from `plan_jobs`, with the same `out`.
        out: folder of the records.
        executor: where: on this machine, or on a Ray cluster.
        workers: processes at a time; one per CPU by default, or on Ray as many as the cluster holds.
        concurrency: episodes at a time; one per process by default. More are worth it when policies wait for a model.
        slots: commands at a time on this machine; one per CPU by default. On Ray every worker has one.
        budget: US dollars that all policies together may spend on model calls, earlier runs into `out` included.
        events: file that gets one line of JSON for every episode that is finished.

    Raises:
        SynthGymError: the folder cannot be written, another rollout is at work in it, or a policy cannot be made.
    """
    if slots and executor == "ray":
        raise SynthGymError("--slots are for this machine: with --executor ray every worker runs one command at a time")
    check_writable(out)
    ledger = None if budget is None else CostBudget(out / LEDGER, budget)
    with sole_user(out), scratch_folder(out) as scratch, ledger.share() if ledger else nullcontext():
        remove_leftovers(out)
        finished = {job.file: summary for job in jobs if (summary := _finished(job.file))}
        rollout = Rollout(out, list(finished.values()), len(finished))
        missing = [job for job in jobs if job.file not in finished]
        _rehearse(missing)
        many: dict[str, Any] = {"scratch": scratch, "workers": workers, "concurrency": concurrency}
        if executor == "ray":
            _play_all(grouped(missing), functools.partial(play_on_ray, **many), rollout, budget, events)
        else:
            _play_all(missing, functools.partial(play_here, out=out, slots=slots, **many), rollout, budget, events)
        rollout.spent = ledger.spent if ledger else None
    return rollout


def _play_all(
    jobs: Sequence[Job],
    play: Callable[[Iterator[Job]], Generator[Done[Job, Summary | Unpaid]]],
    rollout: Rollout,
    budget: float | None,
    events: Path | None,
) -> None:
    """Play, show, and write down how it went."""
    tally = Tally(rollout.summaries, budget=budget)
    done_before = rollout.finished_before
    with (
        closing(play(_payable(jobs, rollout, tally))) as played,
        event_log(events) as write_event,
        live_view(tally, total=done_before + len(jobs), done=done_before) as advance,
    ):
        for done in played:
            summary = None if isinstance(done.result, Unpaid) else done.result
            tally.add(summary)
            if isinstance(done.result, Unpaid):
                rollout.unpaid.append(done.job)
            else:
                write_event(done)
            if summary:
                rollout.summaries.append(summary)
            if done.crash:
                rollout.crashed.append(f"{done.job.file.relative_to(rollout.out)}: {done.crash}")
            advance(not isinstance(done.result, Unpaid))


def _payable(jobs: Sequence[Job], rollout: Rollout, tally: Tally) -> Iterator[Job]:
    """The jobs of players whose next episode the budget may still pay for; what is spent stays spent."""
    for job in jobs:
        if any(job.player is unpaid.player for unpaid in rollout.unpaid):
            rollout.unpaid.append(job)
        else:
            tally.begin()
            yield job


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
