"""`synth-gym list`: the challenges that can be found."""

from __future__ import annotations

import argparse
from typing import Any

from synth_gym.challenge import Challenge
from synth_gym.suite import Suite, find_suite, find_suites

HELP = "List the challenges that can be found: shipped, named by SYNTH_GYM_SUITES, or in a given suite."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--suite", help="only this suite (a name or a folder)")
    parser.add_argument("--family", help="only challenges of this family")
    parser.add_argument("--benchmark", choices=("mlgym",), help="the tasks of a published benchmark instead")
    parser.add_argument("--mlgym", metavar="DIR", help="with --benchmark mlgym: your checkout, to say what runs here")


def run(options: argparse.Namespace) -> list[dict[str, Any]]:
    if options.benchmark or options.mlgym:
        from synth_gym.interop.mlgym.table import published_rows, rows_of_checkout

        return rows_of_checkout(options.mlgym) if options.mlgym else published_rows()
    suites: list[Suite] = [find_suite(options.suite)] if options.suite else list(find_suites())
    rows = [describe(challenge) for suite in suites for challenge in suite.challenges]
    return [row for row in rows if options.family in (None, row["family"])]


def describe(challenge: Challenge) -> dict[str, Any]:
    """One challenge as a flat row."""
    from synth_gym.certification import is_certified

    spec = challenge.spec
    return {
        "id": challenge.env_id,
        "suite": challenge.suite,
        "family": spec.family,
        "title": spec.title,
        "dataset": spec.dataset.id,
        "metric": spec.metric.name,
        "direction": spec.metric.direction,
        "baseline": spec.baseline.mean,
        "reference": spec.reference.mean,
        "certified": is_certified(challenge),
        "path": str(challenge.path),
    }


def present(rows: list[dict[str, Any]]) -> Any:
    from rich.table import Table

    if rows and "runs" in rows[0]:
        from synth_gym.interop.mlgym.table import present as tasks

        return tasks(rows)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("id", "suite", "family", "metric", "baseline", "reference", "certified"):
        table.add_column(name, justify="right" if name in ("baseline", "reference") else "left", overflow="fold")
    for row in rows:
        arrow = "↑" if row["direction"] == "maximize" else "↓"
        scores = (f"{row['baseline']:.4g}", f"{row['reference']:.4g}")
        table.add_row(
            row["id"],
            row["suite"],
            row["family"],
            f"{row['metric']} {arrow}",
            *scores,
            "yes" if row["certified"] else "no",
        )
    return table
