"""Evaluation: rollouts of several policies on the same challenges and seeds, then their leaderboard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from synth_gym.challenge import Challenge
from synth_gym.evaluation.episodes import records_leaderboard
from synth_gym.evaluation.leaderboard import Leaderboard
from synth_gym.evaluation.scale import Mode
from synth_gym.files import write_json
from synth_gym.rollout import Job, Player, Record, Rollout, plan_jobs, read_record, run_rollout

RECORDS = "records"
LEADERBOARD = "leaderboard.json"


@dataclass(frozen=True)
class Evaluation:
    """What was measured, and where it lies."""

    rollout: Rollout
    leaderboard: Leaderboard
    file: Path
    """`leaderboard.json`: the setting and one row per policy."""


def evaluate(
    challenges: Sequence[Challenge],
    players: Sequence[Player],
    seeds: Sequence[int],
    *,
    out: Path,
    mode: Mode = "closed",
    sandbox: str = "bubblewrap",
    workers: int | None = None,
) -> Evaluation:
    """Play every policy on every challenge with every seed, and rank them. Finished episodes are not played again.

    Args:
        challenges: what is played.
        players: who plays.
        seeds: one episode each, the same for all policies.
        out: gets `records/` and `leaderboard.json`. Records of other evaluations in it are kept and not counted.
        mode: how AUP is computed.
        sandbox: back-end.
        workers: processes at a time; one per CPU by default.

    Raises:
        SynthGymError: a policy cannot be made, the folder cannot be written, or no episode came to an end.
    """
    records = out / RECORDS
    jobs = plan_jobs(challenges, players, seeds, out=records, sandbox=sandbox)
    rollout = run_rollout(jobs, out=records, workers=workers)
    leaderboard = records_leaderboard(_records(jobs), mode)
    write_json(out / LEADERBOARD, {"setting": asdict(leaderboard.setting), "rows": leaderboard.rows()})
    return Evaluation(rollout, leaderboard, out / LEADERBOARD)


def _records(jobs: Sequence[Job]) -> Iterator[Record]:
    return (read_record(job.file) for job in jobs if job.file.exists())
