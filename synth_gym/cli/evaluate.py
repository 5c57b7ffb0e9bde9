"""`synth-gym evaluate`: several policies on the same challenges, ranked."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

HELP = (
    "Play several policies on a suite with the same seeds, and rank them. Run again after an interruption, it goes on."
)


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--suite", help="a suite's name or folder")
    parser.add_argument(
        "--benchmark", choices=("mlgym",), help="in place of --suite: the tasks of a published benchmark"
    )
    parser.add_argument("--mlgym", metavar="DIR", help="with --benchmark mlgym: your checkout of MLGym")
    parser.add_argument(
        "--scoring",
        choices=("compat", "strict"),
        default="strict",
        help="with --benchmark: compat is the benchmark's own contract, strict scores out of the agent's reach; the "
        "final submission is always scored both ways",
    )
    parser.add_argument("--split", help="only this split of the suite, as its suite.yaml names it (train, test)")
    parser.add_argument(
        "--policy",
        nargs="+",
        required=True,
        metavar="[LABEL=]NAME[:MODEL]",
        help="who plays: policies (llm and local with their model: local:FOLDER, llm:NAME) or agent definitions; "
        "LABEL is what the leaderboard calls it",
    )
    parser.add_argument(
        "--seeds", type=int, default=3, help="episodes of each policy on each challenge, with seeds 0, 1, ..."
    )
    parser.add_argument("--workers", type=int, help="processes at a time (default: one per CPU)")
    parser.add_argument("--out", type=Path, required=True, help="folder of records/ and leaderboard.json")
    parser.add_argument("--sandbox", default="bubblewrap", help="where commands run: bubblewrap, docker or process")


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.errors import SynthGymError
    from synth_gym.evaluation.run import evaluate
    from synth_gym.rollout import Player
    from synth_gym.suite import find_suite

    if options.seeds < 1:
        raise SynthGymError(f"--seeds {options.seeds}: must be at least 1")
    if options.workers is not None and options.workers < 1:
        raise SynthGymError(f"--workers {options.workers}: must be at least 1")
    foreign = options.benchmark or options.mlgym
    if (options.suite is None) == (foreign is None):
        raise SynthGymError(
            "give either --suite NAME (challenges of ours) or --benchmark mlgym (a published benchmark's)"
        )
    if foreign:
        from synth_gym.interop.mlgym.command import run as run_mlgym

        return run_mlgym(options)
    challenges = find_suite(options.suite).split(options.split)
    players = [Player.parse(text) for text in dict.fromkeys(options.policy)]
    done = evaluate(
        challenges, players, range(options.seeds), out=options.out, sandbox=options.sandbox, workers=options.workers
    )
    faults = [f"{one.env_id} seed {one.seed}: {one.error or one.outcome}" for one in done.rollout.faulty]
    faults += done.rollout.crashed
    return {
        "leaderboard": str(done.file),
        "episodes": len(done.rollout.summaries),
        "rows": done.leaderboard.rows(),
        "faults": faults,
        "exit_code": 1 if faults else 0,
    }


def present(result: dict[str, Any]) -> Any:
    from rich.console import Group
    from rich.text import Text

    from synth_gym.cli.leaderboard import present as ranking

    if "scoring" in result:
        from synth_gym.interop.mlgym.command import present as present_mlgym

        return present_mlgym(result)
    faults = [Text(f"not finished: {fault}") for fault in result["faults"]]
    again = [Text("the same command tries these again")] if faults else []
    place = Text(f"leaderboard: {result['leaderboard']}", no_wrap=True, overflow="ignore")
    return Group(ranking(result["rows"]), *faults, *again, place)
