"""`synth-gym show`: one challenge, as the agent and as its author see it."""

from __future__ import annotations

import argparse
from typing import Any

HELP = "Show one challenge: its instruction, files, scores and certificate."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("challenge", help="environment id or folder")


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.cli.list import describe
    from synth_gym.suite import find_challenge

    challenge = find_challenge(options.challenge)
    files = sorted(path for path in challenge.workspace.rglob("*") if path.is_file())
    return describe(challenge) | {
        "content_hash": challenge.content_hash,
        "limits": challenge.spec.limits.model_dump(),
        "provenance": challenge.spec.provenance.model_dump(exclude_none=True),
        "dataset": challenge.spec.dataset.model_dump(exclude_none=True),
        "files": {path.relative_to(challenge.workspace).as_posix(): path.stat().st_size for path in files},
        "instruction": challenge.instruction,
    }


def present(shown: dict[str, Any]) -> Any:
    from rich.console import Group
    from rich.markdown import Markdown
    from rich.rule import Rule
    from rich.table import Table

    facts = Table(box=None, show_header=False, pad_edge=False)
    facts.add_column(style="bold")
    facts.add_column(overflow="fold")
    dataset, limits = shown["dataset"], shown["limits"]
    for name, value in (
        ("environment", shown["id"]),
        ("family", shown["family"]),
        ("data", f"{dataset['id']} ({dataset['source']} {dataset['revision']}, {dataset['licence']})"),
        ("metric", f"{shown['metric']}, {shown['direction']}"),
        ("baseline", f"{shown['baseline']:.6g}"),
        ("reference", f"{shown['reference']:.6g}"),
        ("certified", "yes" if shown["certified"] else "no"),
        ("limits", f"{limits['steps']} steps, {limits['seconds']:g} s, {limits['validations']} validations"),
        ("files", ", ".join(f"{name} ({size:,} B)" for name, size in shown["files"].items())),
        ("folder", shown["path"]),
    ):
        facts.add_row(name, value)
    return Group(facts, Rule(), Markdown(shown["instruction"]))
