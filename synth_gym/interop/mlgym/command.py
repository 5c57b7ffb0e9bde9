"""`synth-gym evaluate --benchmark mlgym`: the options' way to `evaluate_mlgym`, and what is printed."""

from __future__ import annotations

import argparse
from typing import Any

from synth_gym.errors import SynthGymError


def run(options: argparse.Namespace) -> dict[str, Any]:
    """The result as JSON can hold it.

    Raises:
        SynthGymError: no checkout was named, or as `evaluate_mlgym`.
    """
    from synth_gym.interop.mlgym.checkout import CLONE, load_checkout
    from synth_gym.interop.mlgym.evaluation import evaluate_mlgym
    from synth_gym.rollout import Player

    if options.split:
        raise SynthGymError(f"--split {options.split}: a benchmark's tasks have no splits")
    if not options.mlgym:
        raise SynthGymError(f"--benchmark mlgym needs --mlgym DIR, a checkout of MLGym; make one with: {CLONE}")
    players = [Player.parse(text) for text in dict.fromkeys(options.policy)]
    done = evaluate_mlgym(
        load_checkout(options.mlgym),
        players,
        range(options.seeds),
        out=options.out,
        mode=options.scoring,
        sandbox=options.sandbox,
        workers=options.workers,
    )
    faults = [f"{one.env_id} seed {one.seed}: {one.error or one.outcome}" for one in done.rollout.faulty]
    faults += done.rollout.crashed
    return {
        "scoring": options.scoring,
        "out": str(options.out),
        "episodes": len(done.rollout.summaries),
        "scores": done.rows,
        "left_out": done.left_out,
        "leaderboards": {name: board.rows() for name, board in done.leaderboards.items()},
        "faults": faults,
        "exit_code": 1 if faults else 0,
    }


def present(result: dict[str, Any]) -> Any:
    """Final scores of every episode, the leaderboard of the chosen scoring, and what was left out."""
    from rich.console import Group
    from rich.text import Text

    from synth_gym.cli.leaderboard import present as ranking

    rows = result["leaderboards"].get(result["scoring"])
    board = [ranking(rows), Text("")] if rows else []
    reasons = [Text(f"left out: {task}: {'; '.join(why)}", style="dim") for task, why in result["left_out"].items()]
    faults = [Text(f"not finished: {fault}") for fault in result["faults"]]
    place = Text(f"records, scores and leaderboards: {result['out']}", no_wrap=True, overflow="ignore")
    return Group(_scores(result["scores"]), Text(""), *board, *reasons, *faults, place)


def _scores(rows: list[dict[str, Any]]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("task", "method", "run", "baseline", "compat", "strict"):
        table.add_column(name, justify="left" if name in ("task", "method") else "right", overflow="fold")
    for row in rows:
        last = [f"{values[-1]:.4g}" if values else "-" for values in (row["values"]["compat"], row["values"]["strict"])]
        table.add_row(row["task"], row["method"], str(row["run"]), f"{row['baseline']:.4g}", *last)
    return table
