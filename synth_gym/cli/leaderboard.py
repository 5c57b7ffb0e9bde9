"""`synth-gym leaderboard`: methods ranked by AUP, with the setting that the numbers depend on."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synth_gym.errors import SynthGymError

if TYPE_CHECKING:
    from synth_gym.evaluation.scale import Mode

HELP = "Rank methods by AUP: the policies of recorded episodes, or anyone's scores on a published benchmark."
_MODES = ("compat", "frozen", "closed")
_COLUMNS = ("normalised", "rank", "pass@1", "scored")


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--records", nargs="+", type=Path, metavar="DIR", help="folders of records; policies are ranked"
    )
    parser.add_argument("--benchmark", help="a published benchmark: its name (mlgym) or the path of its YAML file")
    parser.add_argument(
        "--scores", type=Path, help="with --benchmark: scores to place in the published pool, JSON Lines"
    )
    parser.add_argument("--methods", nargs="+", help="with --benchmark: rank exactly these methods")
    parser.add_argument("--tasks", nargs="+", help="count only these tasks")
    parser.add_argument(
        "--mode",
        choices=_MODES,
        help="compat: MLGym's AUP, the pool is all that is ranked; frozen: a reference pool fixes the scale; "
        "closed: frozen, exact, divided by tau_max (by default compat for a benchmark, closed for records)",
    )


def run(options: argparse.Namespace) -> list[dict[str, Any]]:
    if (options.records is None) == (options.benchmark is None):
        raise SynthGymError("give either --records DIR... (our suites) or --benchmark NAME (a published one)")
    if options.records and (options.scores or options.methods):
        raise SynthGymError("--scores and --methods belong to --benchmark; records name their policies themselves")
    if options.benchmark:
        return _benchmark(options)
    from synth_gym.evaluation.episodes import records_leaderboard
    from synth_gym.rollout.record import read_records

    records = (record for folder in options.records for record in read_records(folder))
    return records_leaderboard(records, options.mode or "closed", tasks=options.tasks).rows()


def present(rows: list[dict[str, Any]]) -> Any:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from synth_gym.evaluation.leaderboard import describe_setting

    setting = rows[0]["setting"]
    twofold = any(row["best_aup"] != row["last_aup"] for row in rows)
    table = Table(box=None, pad_edge=False, header_style="bold", title=setting["title"], title_justify="left")
    table.add_column("method", overflow="fold")
    columns = ("best AUP" if twofold else "AUP", "95 %", *(["last AUP"] if twofold else []), *_COLUMNS)
    for name in columns:
        table.add_column(name, justify="right", no_wrap=True)
    for row in rows:
        low, high = row["best_aup_interval"]
        aups = (f"{row['best_aup']:.3f}", f"{low:.2f}..{high:.2f}", *([f"{row['last_aup']:.3f}"] if twofold else []))
        chance = "-" if row["pass_at_1"] is None else f"{row['pass_at_1']:.0%}"
        others = (
            f"{row['mean_normalized']:+.2f}",
            f"{row['mean_rank']:.1f}",
            chance,
            f"{row['scored']}/{row['attempts']}",
        )
        table.add_row(row["title"], *aups, *others)
    return Group(table, Text(""), *(Text(line, style="dim") for line in describe_setting(setting)))


def _benchmark(options: argparse.Namespace) -> list[dict[str, Any]]:
    from synth_gym.evaluation.benchmark import load_benchmark
    from synth_gym.evaluation.published import benchmark_leaderboard

    benchmark = load_benchmark(options.benchmark)
    mode: Mode = options.mode or "compat"
    board = benchmark_leaderboard(benchmark, mode, scores=options.scores, methods=options.methods, tasks=options.tasks)
    return board.rows()
