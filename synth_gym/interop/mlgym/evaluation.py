"""Policies on MLGym's tasks, and their place in the published pool."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from synth_gym.errors import SynthGymError
from synth_gym.evaluation.episodes import method_of
from synth_gym.evaluation.leaderboard import Leaderboard
from synth_gym.evaluation.published import benchmark_leaderboard
from synth_gym.files import write_json, write_text
from synth_gym.interop.mlgym.bridge import MODES, prepare
from synth_gym.interop.mlgym.checkout import Checkout
from synth_gym.interop.mlgym.instruction import ScoringMode
from synth_gym.interop.mlgym.notes import benchmark, published
from synth_gym.interop.mlgym.obstacles import obstacles
from synth_gym.rollout import Player, Record, Rollout, plan_jobs, read_record, run_rollout

HERE = "played here"
"""Told apart from published methods, one of which is the baseline."""


@dataclass(frozen=True)
class MLGymEvaluation:
    """What was measured, and where it lies."""

    rollout: Rollout
    rows: list[dict[str, Any]]
    """One per episode: `task`, `method`, `run`, `baseline`, and the values of each scoring in the order they came."""
    leaderboards: dict[ScoringMode, Leaderboard]
    """By scoring; only of tasks with published scores."""
    left_out: dict[str, list[str]]
    """Tasks that were not played, or are not in the leaderboards, and why."""


def evaluate_mlgym(
    checkout: Checkout,
    players: Sequence[Player],
    seeds: Sequence[int],
    *,
    out: Path,
    mode: ScoringMode = "strict",
    sandbox: str = "bubblewrap",
    workers: int | None = None,
) -> MLGymEvaluation:
    """Play every policy on every task that can run here, and rank them among the published methods.

    Finished episodes are not played again.

    Args:
        checkout: the user's.
        players: who plays.
        seeds: one episode each.
        out: gets `mlgym-<mode>/` (the challenges), `records/`, and for each scoring `scores-<scoring>.jsonl` and
            `leaderboard-<scoring>.json`.
        mode: what the agents see and are scored by; the other score is measured of the final submission alone.
        sandbox: back-end.
        workers: processes at a time; one per CPU by default.

    Raises:
        SynthGymError: no task can run here, a policy cannot be made, or the folder cannot be written.
    """
    challenges = prepare(checkout, out / f"mlgym-{mode}", mode)
    left_out = _left_out(checkout)
    if not challenges:
        reasons = "; ".join(f"{task}: {', '.join(why)}" for task, why in left_out.items())
        raise SynthGymError(f"{checkout.path}: no task can run here. {reasons}")
    jobs = plan_jobs(challenges, players, seeds, out=out / "records", sandbox=sandbox)
    rollout = run_rollout(jobs, out=out / "records", workers=workers)
    tasks = {f"synth-ml/{challenge.path.name}": challenge.spec.dataset.id for challenge in challenges}
    records = (read_record(job.file) for job in jobs if job.file.exists())
    rows = [_row(record, tasks[record.env_id], mode) for record in records if not record.faulty]
    leaderboards = {scoring: _rank(rows, scoring, out) for scoring in MODES} if rows else {}
    return MLGymEvaluation(rollout, rows, {name: one for name, one in leaderboards.items() if one}, left_out)


def _left_out(checkout: Checkout) -> dict[str, list[str]]:
    found = {task.id: obstacles(task) or _unplaced(task.id) for task in checkout.tasks}
    faults = (fault.partition(": ") for fault in checkout.faults)
    return {name: why for name, why in found.items() if why} | {file: [why] for file, _, why in faults}


def _unplaced(task_id: str) -> list[str]:
    return [] if published(task_id) else ["played, but it has no published scores to be placed among"]


def _row(record: Record, task: str, mode: ScoringMode) -> dict[str, Any]:
    validated = [step.score for step in record.trajectory if step.score is not None]
    final = record.info.scores
    values = {
        scoring: (validated if scoring == mode else []) + ([final[scoring]] if scoring in final else [])
        for scoring in MODES
    }
    return {
        "task": task,
        "method": f"{method_of(record.policy)}, {HERE}",
        "run": record.seed,
        "baseline": record.metric.baseline,
        "values": values,
    }


def _rank(rows: Iterable[dict[str, Any]], scoring: ScoringMode, out: Path) -> Leaderboard | None:
    """The leaderboard of one scoring, written down with the scores that it was made from."""
    placed = [row | {"values": row["values"][scoring]} for row in rows if published(row["task"])]
    if not placed:
        return None
    scores = out / f"scores-{scoring}.jsonl"
    write_text(scores, "".join(json.dumps(row) + "\n" for row in placed))
    played = dict.fromkeys(row["task"] for row in placed)
    # Frozen: a policy of the user's must not move the published methods.
    leaderboard = benchmark_leaderboard(benchmark(), "frozen", scores=scores, tasks=list(played))
    board = {"scoring": scoring, "setting": asdict(leaderboard.setting), "rows": leaderboard.rows()}
    write_json(out / f"leaderboard-{scoring}.json", board)
    return leaderboard
