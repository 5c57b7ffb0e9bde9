"""`synth-gym certify`: every gate on every challenge of a suite."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any

HELP = (
    "Check challenges with every gate and write a certificate.json into each. "
    "What did not change since the last certificate is not measured again."
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("suite", help="a suite (a name or a folder), or the folder of one challenge")
    parser.add_argument("--sandbox", default="bubblewrap", help="where the challenges' scripts run")
    parser.add_argument("--workers", "--jobs", type=int, default=os.cpu_count() or 1, help="challenges at a time")
    parser.add_argument(
        "--decontaminate",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE.yaml",
        help="lists of benchmarks to keep clear of, besides the one that ships (see docs/certification.md)",
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.certification.certify import certify_all, check_machine
    from synth_gym.certification.compare import compare
    from synth_gym.certification.decontaminate import read_list
    from synth_gym.certification.inputs import Inputs
    from synth_gym.certification.summary import summarise
    from synth_gym.progress import progress

    folders = challenge_folders(options.suite)
    inputs = Inputs(options.sandbox, tuple(path.resolve() for path in options.decontaminate))
    for path in inputs.lists:
        read_list(path)
    check_machine(folders, inputs.sandbox)
    results = []
    with progress("certifying", len(folders)) as advance:
        for result in certify_all(folders, inputs, jobs=max(1, options.workers)):
            results.append(result)
            advance(note=f"{sum(one.certificate.certified for one in results)} certified")
    return summarise(compare(results, inputs))


def present(result: dict[str, Any]) -> Any:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("gate", "passed", "failed", "not applicable", "yield", "seconds", "CPU-seconds"):
        table.add_column(name, justify="left" if name == "gate" else "right")
    for name, gate in result["gates"].items():
        judged = gate["passed"] + gate["failed"]
        share = f"{gate['passed'] / judged:.1%}" if judged else "-"
        counts = [str(gate[key]) for key in ("passed", "failed", "not_applicable")]
        costs = [f"{gate[key]:.1f}" for key in ("seconds", "cpu_seconds")]
        table.add_row(name, *counts, share, *costs, style="red" if gate["failed"] else "")
    failures = [f"{one['challenge']}: {one['gate']}: {one['message']}" for one in result["failures"]]
    total = f"{result['certified']} of {result['challenges']} challenges certified ({result['measured']} measured now)"
    return Group(table, Text("\n".join(["", *failures, "", total] if failures else ["", total])))


def challenge_folders(name: str) -> list[Path]:
    """Challenge directories by a suite's name, its folder, or the folder of one of them; broken ones too."""
    from synth_gym.suite import find_suite

    if _is_meant_as_challenge(Path(name)):
        return [Path(name).resolve()]
    suite = find_suite(name)
    broken = [path for path in suite.path.iterdir() if not path.name.startswith(".") and _is_meant_as_challenge(path)]
    return sorted({*suite.folders, *broken})


def _is_meant_as_challenge(folder: Path) -> bool:
    """Whether a folder has a part of a challenge, if not all."""
    return any((folder / part).exists() or (folder / part).is_symlink() for part in ("challenge.yaml", "grader"))
