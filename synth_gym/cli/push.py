"""`synth-gym push`: publish a suite on the Hugging Face Hub."""

from __future__ import annotations

import argparse
import dataclasses
from typing import Any

HELP = "Publish a suite of certified challenges as a dataset repository of the Hugging Face Hub (token in HF_TOKEN)."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("suite", help="a suite's name or folder")
    parser.add_argument("repository", metavar="OWNER/NAME", help="made if there is none")
    parser.add_argument("--private", action="store_true", help="make a private repository")
    parser.add_argument("--hub", metavar="URL", help="of the Hugging Face Hub")


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.interop.hub import push
    from synth_gym.suite import find_suite

    suite = find_suite(options.suite)
    return dataclasses.asdict(push(suite, options.repository, url=options.hub, private=options.private))


def present(result: dict[str, Any]) -> str:
    return f"{result['challenges']} challenges in {result['repository']} at {result['revision']}"
