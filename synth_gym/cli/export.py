"""`synth-gym export`: records -> a training set."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

HELP = "Select episodes and write them as rows of `messages` and `tools` (TRL's format), in JSONL and Parquet."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--records", type=Path, nargs="+", required=True, help="folders of records, as 'rollout' writes them"
    )
    parser.add_argument("--out", type=Path, required=True, help="folder of the training set")
    _add_filters(parser.add_argument_group("filters, applied in this order"))
    parser.add_argument(
        "--audit",
        metavar="TOKENIZER",
        help="check how this tokenizer (a local folder) renders the rows; fail if it would mislead",
    )


def _add_filters(group: Any) -> None:
    group.add_argument(
        "--select", metavar="PRESET", help="'paper', 'strict' or a YAML file of your own (docs/selection.md)"
    )
    group.add_argument("--policy", help="only episodes of this policy")
    group.add_argument("--submitted", action="store_true", help="only episodes that handed in a valid submission")
    group.add_argument("--min-submissions", type=int, help="only episodes in which so many artefacts were scored")
    group.add_argument("--beats-baseline", action="store_true", help="only episodes that did better than the baseline")
    group.add_argument(
        "--private-confirmed",
        action="store_true",
        help="only episodes whose validated gain over the baseline is one on the private split too",
    )
    group.add_argument(
        "--min-normalized", type=float, help="least normalised score: 0 is the baseline, 1 the reference"
    )
    group.add_argument(
        "--no-flags",
        nargs="*",
        metavar="FLAG",
        help="drop episodes with an integrity flag; with names, only these count (docs/viewer.md lists them)",
    )
    group.add_argument("--max-characters", type=int, help="drop longer conversations")
    group.add_argument("--max-tokens", type=int, help="drop conversations of more tokens; needs --tokenizer")
    group.add_argument(
        "--distinct", type=float, metavar="SIMILARITY", help="drop near-duplicates (0.8: of 80 %% or more)"
    )
    group.add_argument("--best-of", type=int, metavar="N", help="of every N attempts of a policy, keep the best")
    group.add_argument("--best-per-challenge", type=int, help="keep this many best episodes of each challenge")
    group.add_argument("--max-per-challenge", type=int, help="keep at most this many episodes of each challenge")
    group.add_argument(
        "--tokenizer",
        help="what tokens are counted with: a local folder, or the name of a downloaded model",
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
    from synth_gym.training.presets import Preset

    if options.select:
        yield from Preset.load(options.select).make(options.tokenizer or "")
    makers: dict[str, Callable[..., Any]] = {
        "policy": selection.by_policy,
        "submitted": selection.submitted,
        "min_submissions": selection.min_submissions,
        "beats_baseline": selection.beats_baseline,
        "private_confirmed": selection.private_confirmed,
        "min_normalized": selection.min_normalized,
        "no_flags": lambda names: selection.no_flags(*names),
        "max_characters": selection.max_characters,
        "max_tokens": lambda most: selection.max_tokens(most, options.tokenizer or ""),
        "distinct": selection.distinct_actions,
        "best_of": selection.best_of,
        "best_per_challenge": selection.best_per_challenge,
        "max_per_challenge": selection.max_per_challenge,
    }
    for option, make in makers.items():
        value = getattr(options, option)
        if value is True:
            yield make()
        elif value is not None and value is not False:
            yield make(value)


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
