"""`synth-gym view`: an HTML report over recorded episodes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

HELP = "Write an HTML report over recorded episodes: leaderboard, plots, and a page to read for selected episodes."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("records", nargs="+", type=Path, help="folders of records, or records")
    parser.add_argument(
        "--out", type=Path, default=None, help="folder of the report (by default 'report' in the first folder)"
    )
    parser.add_argument(
        "--episodes", type=int, default=3, help="pages per policy and challenge, from the best to the worst"
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.report import build_report

    first = options.records[0]
    out = options.out or (first if first.is_dir() else first.parent) / "report"
    report = build_report(options.records, out, per_cell=options.episodes)
    return {"report": str(report.index.resolve()), "episodes": report.episodes, "pages": report.pages}


def present(result: dict[str, Any]) -> str:
    return f"Report over {result['episodes']} episodes, {result['pages']} of them with a page:\n{result['report']}"
