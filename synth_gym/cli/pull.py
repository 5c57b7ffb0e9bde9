"""`synth-gym pull`: fetch a suite from the Hugging Face Hub."""

from __future__ import annotations

import argparse
import dataclasses
from pathlib import Path
from typing import Any

HELP = "Fetch a suite that was published on the Hugging Face Hub."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("repository", metavar="OWNER/NAME", help="a dataset repository that 'push' made")
    parser.add_argument("--out", type=Path, required=True, help="the suite's folder")
    parser.add_argument("--revision", help="commit, branch or tag; the newest commit by default")
    parser.add_argument("--hub", metavar="URL", help="of the Hugging Face Hub")


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.interop.hub import pull

    moved = pull(options.repository, options.out, url=options.hub, revision=options.revision)
    return {"suite": str(options.out), **dataclasses.asdict(moved)}


def present(result: dict[str, Any]) -> str:
    told = f"{result['challenges']} challenges, {result['certified']} of them certified, in {result['suite']}"
    return f"{told} (commit {result['revision']})"
