"""`synth-gym certify`: every gate on every challenge of a suite."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

HELP = (
    "Check challenges with every gate and write a certificate.json into each. "
    "A challenge that did not change since its last certificate is skipped."
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("suite", help="a suite (a name or a folder), or the folder of one challenge")
    parser.add_argument("--sandbox", default="bubblewrap", help="where the challenges' scripts run")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="challenges at a time")


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.certification.certify import certify_all, check_machine
    from synth_gym.certification.summary import summarise
    from synth_gym.progress import progress

    folders = _folders(options.suite)
    check_machine(folders, options.sandbox)
    results = []
    with progress("certifying", len(folders)) as advance:
        for result in certify_all(folders, workers=max(1, options.workers), sandbox=options.sandbox):
            results.append(result)
            advance(note=f"{sum(one.certificate.certified for one in results)} certified")
    return summarise(results)


def present(result: dict[str, Any]) -> Any:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("gate", "passed", "failed", "not applicable", "yield", "seconds"):
        table.add_column(name, justify="left" if name == "gate" else "right")
    for name, gate in result["gates"].items():
        judged = gate["passed"] + gate["failed"]
        share = f"{gate['passed'] / judged:.1%}" if judged else "-"
        counts = [str(gate[key]) for key in ("passed", "failed", "not_applicable")]
        table.add_row(name, *counts, share, f"{gate['seconds']:.1f}", style="red" if gate["failed"] else "")
    failures = [f"{one['challenge']}: {one['gate']}: {one['message']}" for one in result["failures"]]
    total = f"{result['certified']} of {result['challenges']} challenges certified ({result['measured']} measured now)"
    return Group(table, Text("\n".join(["", *failures, "", total] if failures else ["", total])))


def _folders(name: str) -> list[Path]:
    """Challenge directories by a suite's name, its folder, or the folder of one of them; broken ones too."""
    from synth_gym.suite import find_suite

    if (Path(name) / "challenge.yaml").exists():
        return [Path(name).resolve()]
    return find_suite(name).folders
