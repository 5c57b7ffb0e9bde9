"""`synth-gym view`: an HTML report over recorded episodes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

HELP = "Write an HTML report over recorded episodes: leaderboard, plots, and every episode to search, read and compare."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("records", nargs="+", type=Path, help="folders of records, or records")
    parser.add_argument(
        "--out", type=Path, default=None, help="folder of the report (by default 'report' in the first folder)"
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.report import build_report

    first = options.records[0]
    out = options.out or (first if first.is_dir() else first.parent) / "report"
    report = build_report(options.records, out)
    return {"report": str(report.index.resolve()), "episodes": report.episodes, "flagged": report.flagged}


def present(result: dict[str, Any]) -> str:
    flagged = f", {result['flagged']} of them with an integrity flag" if result["flagged"] else ""
    return f"Report over {result['episodes']} episodes{flagged}:\n{result['report']}"
