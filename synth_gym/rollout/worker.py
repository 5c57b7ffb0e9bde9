"""What a worker process does with one job: play the episode, write the record, tell how it went."""

from __future__ import annotations

import functools
import tempfile
from dataclasses import dataclass
from pathlib import Path

from synth_gym.challenge import Challenge
from synth_gym.errors import SynthGymError
from synth_gym.outcome import Outcome
from synth_gym.policies import make_policy
from synth_gym.policies.spending import BudgetSpentError
from synth_gym.rollout.episode import run_episode
from synth_gym.rollout.plan import Job
from synth_gym.rollout.record import PolicyInfo, Record, write_record
from synth_gym.rollout.slots import Slots

MAX_INFRASTRUCTURE_FAULTS = 3
"""Attempts at an episode that the sandbox or the grader ruins; the last one's record is kept, marked not trainable."""


@dataclass(frozen=True)
class Summary:
    """The few figures of a record that the runner needs."""

    env_id: str
    policy: str
    seed: int
    outcome: Outcome
    trainable: bool
    reward: float
    normalized: float | None
    faulty: bool
    error: str
    tokens: int
    """That the policy's model wrote."""
    cost: float
    """US dollars."""

    @classmethod
    def of(cls, record: Record) -> Summary:
        info = record.info
        return cls(
            env_id=record.env_id,
            policy=record.policy.name,
            seed=record.seed,
            outcome=info.outcome,
            trainable=info.trainable,
            reward=info.reward,
            normalized=info.normalized,
            faulty=record.faulty,
            error=info.error,
            tokens=record.usage.completion_tokens,
            cost=record.usage.cost,
        )


@dataclass(frozen=True)
class Unpaid:
    """An episode that was not begun, because the shared budget is spent."""

    why: str


def play(scratch: Path, job: Job, slots: Slots | None = None) -> Summary | Unpaid:
    """Play one episode and write its record.

    Args:
        scratch: folder for everything temporary.
        job: the episode.
        slots: shared with other episodes; see `run_episode`.
    """
    tempfile.tempdir = str(scratch)
    try:
        for _ in range(MAX_INFRASTRUCTURE_FAULTS):
            record = _episode(job, slots)
            if not record.spoilt:
                break
    except BudgetSpentError as error:
        return Unpaid(str(error))
    try:
        write_record(record, job.file)
    except OSError as error:
        raise SynthGymError(f"cannot write {job.file}: {error.strerror}") from None
    return Summary.of(record)


def _episode(job: Job, slots: Slots | None) -> Record:
    player = job.player
    policy = make_policy(player.policy, seed=job.seed, **player.options)
    return run_episode(
        _challenge(job.challenge),
        policy,
        seed=job.seed,
        agent=player.definition(),
        sandbox=job.sandbox,
        limits=job.limits,
        reward=job.reward,
        player=PolicyInfo(name=player.name or policy.name, options=player.options),
        slots=slots,
    )


@functools.lru_cache(maxsize=256)
def _challenge(path: Path) -> Challenge:
    """Kept, because its content hash is expensive."""
    return Challenge.load(path)
