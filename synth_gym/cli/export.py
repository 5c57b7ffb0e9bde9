"""`synth-gym export`: records -> a training set."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HELP = "Select episodes and write them as rows of `messages` and `tools` (TRL's format), in JSONL and Parquet."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--records", type=Path, nargs="+", required=True, help="folders of records, as 'rollout' writes them"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the training set")
    parser.add_argument("--policy", help="only episodes of this policy")
    parser.add_argument("--submitted", action="store_true", help="only episodes that handed in a valid submission")
    parser.add_argument("--beats-baseline", action="store_true", help="only episodes that did better than the baseline")
    parser.add_argument(
        "--min-normalized", type=float, help="least normalised score: 0 is the baseline, 1 the reference"
    )
    parser.add_argument("--max-characters", type=int, help="drop longer conversations")
    parser.add_argument("--best-per-challenge", type=int, help="keep this many best episodes of each challenge")
    parser.add_argument("--max-per-challenge", type=int, help="keep at most this many episodes of each challenge")
    parser.add_argument(
        "--audit",
        metavar="TOKENIZER",
        help="check how this tokenizer (a local folder) renders the rows; fail if it would mislead",
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.training.export import export

    summary = export(options.records, options.out, list(_rules(options)))
    if options.audit:
        summary["audit"] = _audit(options.out, options.audit)
    return summary | {"out": str(options.out)}


def present(result: dict[str, Any]) -> Any:
    from rich.console import Group
    from rich.table import Table

    table = Table("rule", box=None, pad_edge=False, header_style="bold")
    for name in ("kept", "dropped"):
        table.add_column(name, justify="right")
    for stage in result["rules"]:
        table.add_row(stage["rule"], str(stage["kept"]), str(stage["dropped"]))
    return Group(table, *_closing_lines(result))


def _rules(options: argparse.Namespace) -> Iterator[Any]:
    from synth_gym.training import selection

    if options.policy:
        yield selection.by_policy(options.policy)
    if options.submitted:
        yield selection.submitted()
    if options.beats_baseline:
        yield selection.beats_baseline()
    if options.min_normalized is not None:
        yield selection.min_normalized(options.min_normalized)
    if options.max_characters is not None:
        yield selection.max_characters(options.max_characters)
    if options.best_per_challenge is not None:
        yield selection.best_per_challenge(options.best_per_challenge)
    if options.max_per_challenge is not None:
        yield selection.max_per_challenge(options.max_per_challenge)


def _audit(export: Path, tokenizer: str) -> dict[str, Any]:
    from synth_gym.training.audit import audit, load_tokenizer
    from synth_gym.training.rows import read_rows

    return audit(load_tokenizer(Path(tokenizer)), read_rows(export)).summary()


def _closing_lines(result: dict[str, Any]) -> Iterator[str]:
    counts = (
        f"{result['rows']} rows of {len(result['challenges'])} challenges, {result['assistant_turns']} assistant turns"
    )
    yield f"\n{counts}: {result['out']}"
    if "audit" in result:
        lengths = ", ".join(f"{name} {length}" for name, length in result["audit"]["lengths"].items())
        tokens = f"{result['audit']['trained_tokens']} of {result['audit']['tokens']} tokens are trained on"
        yield f"audit passed: {tokens}; lengths: {lengths}"
