"""`synth-gym demo`: `synth-gym run` on a small file that ships with the package."""

from __future__ import annotations

import argparse
from typing import Any

from synth_gym.cli.run import present as present_run
from synth_gym.cli.run import run_file
from synth_gym.content import content

HELP = "The whole loop in minutes, without a key: synthesise, certify, roll out, export, train, evaluate, report."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", help="output folder, in place of the file's own")
    parser.add_argument("--print", action="store_true", help="print the file that the demo runs, to copy and change")


def run(options: argparse.Namespace) -> dict[str, Any]:
    path = content("benchmarks") / "runs" / "demo.yaml"
    if options.print:
        return {"file": path.read_text(encoding="utf-8")}
    return run_file(path, options.out, quiet=options.json)


def present(result: dict[str, Any]) -> str:
    return result["file"] if "file" in result else present_run(result)
