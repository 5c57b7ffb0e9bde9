"""`synth-gym show`: one challenge, as the agent and as its author see it; or pages over a whole suite."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

HELP = "Show one challenge: its instruction, files, scores and certificate. With --html, write pages over a suite."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("challenge", help="environment id or folder; with --html, a suite's name or folder")
    parser.add_argument(
        "--html", type=Path, metavar="OUT", help="write a page for every challenge of a suite, and one over all, here"
    )
    parser.add_argument(
        "--records", type=Path, nargs="+", default=[], metavar="RUNS", help="with --html: folders of episodes to score"
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.errors import SynthGymError

    if options.html:
        return _pages(options)
    if options.records:
        raise SynthGymError("--records is for pages over a suite: give --html OUT, too")
    return _challenge(options.challenge)


def present(shown: dict[str, Any]) -> Any:
    return _present_pages(shown) if "pages" in shown else _present_challenge(shown)


def _pages(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.cli.certify import challenge_folders
    from synth_gym.report.suite import build_suite_pages
    from synth_gym.suite import find_suite

    folders = challenge_folders(options.challenge)
    suite = find_suite(options.challenge)
    pages = build_suite_pages(suite.name, folders, options.html, records=options.records)
    broken = [{"challenge": name, "message": message} for name, message in pages.broken]
    return {"pages": str(pages.index.resolve()), "challenges": pages.challenges, "broken": broken}


def _present_pages(shown: dict[str, Any]) -> str:
    broken = [f"no page for {one['challenge']}: {one['message']}" for one in shown["broken"]]
    return "\n".join([*broken, f"Pages of {shown['challenges']} challenges:", shown["pages"]])


def _challenge(name: str) -> dict[str, Any]:
    from synth_gym.cli.list import describe
    from synth_gym.suite import find_challenge

    challenge = find_challenge(name)
    files = sorted(path for path in challenge.workspace.rglob("*") if path.is_file())
    return describe(challenge) | {
        "content_hash": challenge.content_hash,
        "limits": challenge.spec.limits.model_dump(),
        "provenance": challenge.spec.provenance.model_dump(exclude_none=True),
        "dataset": challenge.spec.dataset.model_dump(exclude_none=True),
        "files": {path.relative_to(challenge.workspace).as_posix(): path.stat().st_size for path in files},
        "instruction": challenge.instruction,
    }


def _present_challenge(shown: dict[str, Any]) -> Any:
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
