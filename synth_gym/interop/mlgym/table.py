"""The table of MLGym's tasks: what counts, what it takes, what can run here."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from synth_gym.evaluation.benchmark import Gameable
from synth_gym.interop.mlgym.checkout import PREFIX, MLGymTask, challenge_name, load_checkout
from synth_gym.interop.mlgym.notes import benchmark, notes_of, published
from synth_gym.interop.mlgym.obstacles import obstacles, static_obstacles

VERSION = 0
"""Of all challenges made from MLGym's tasks."""


def rows_of_checkout(path: str | Path) -> list[dict[str, Any]]:
    """One flat row for each task of a checkout, and one for each task file that cannot be read."""
    checkout = load_checkout(path)
    return [_row(task) for task in checkout.tasks] + [
        {"id": None, "title": None, "runs": False, "obstacles": [fault]} for fault in checkout.faults
    ]


def published_rows() -> list[dict[str, Any]]:
    """The tasks with published scores, without a checkout; whether they run is not known then (`runs` is null)."""
    return [
        {
            "id": _env_id(task.id),
            "task": task.id,
            "title": task.title,
            "metric": task.metric,
            "direction": task.direction,
            "baseline": task.baseline,
            "seconds": task.seconds,
            "steps": benchmark().steps,
            "runs": False if static_obstacles(notes_of(task.id)) else None,
            "obstacles": static_obstacles(notes_of(task.id)),
            **_flags(task.gameable),
        }
        for task in benchmark().tasks
    ]


def _row(task: MLGymTask) -> dict[str, Any]:
    known, found = published(task.id), obstacles(task)
    return {
        "id": _env_id(task.id),
        "task": task.id,
        "title": known.title if known else task.notes.title or task.file.name,
        "metric": task.metric,
        "direction": task.direction,
        "baseline": task.baseline,
        "seconds": task.file.seconds,
        "steps": benchmark().steps,
        "runs": not found,
        "obstacles": found,
        **_flags(known.gameable if known else task.notes.gameable),
    }


def _env_id(task_id: str) -> str:
    return f"synth-ml/{challenge_name(task_id)}-v{VERSION}"


def _flags(gameable: Gameable | None) -> dict[str, str | None]:
    return {"gameable": gameable.kind if gameable else None, "gameable_why": gameable.why if gameable else None}


def present(rows: list[dict[str, Any]]) -> Any:
    """The rows as text for a terminal: the table, and below it why tasks cannot run."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("task", "metric", "baseline", "min", "runs", "gameable"):
        justify: Literal["left", "right"] = "right" if name in ("baseline", "min") else "left"
        table.add_column(name, justify=justify, overflow="fold", no_wrap=name != "metric")
    for row in rows:
        if row["id"]:
            table.add_row(*_cells(row))
    reasons = [
        Text(f"{row['id'] or 'not read'}: {'; '.join(row['obstacles'])}", style="dim")
        for row in rows
        if row["obstacles"]
    ]
    meaning = f"environments: {_env_id('<Task>')}; {benchmark().steps} steps; min: minutes for one command"
    return Group(table, Text(""), Text(meaning, style="dim"), *reasons)


def _cells(row: dict[str, Any]) -> list[str]:
    arrow = {"maximize": "↑", "minimize": "↓"}.get(row["direction"], "")
    baseline = "-" if row["baseline"] is None else f"{row['baseline']:.4g}"
    runs = {True: "yes", False: "no", None: "?"}[row["runs"]]
    name, metric = challenge_name(row["task"]).removeprefix(PREFIX), f"{row['metric'] or '?'} {arrow}"
    return [name, metric, baseline, f"{row['seconds'] / 60:g}", runs, row["gameable"] or "-"]
