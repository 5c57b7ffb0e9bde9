"""`synth-gym rollout`: many episodes of policies on a suite."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

if TYPE_CHECKING:
    from synth_gym.rollout import Player, Rollout

HELP = "Play many episodes and write a record of each. Run it again after an interruption: finished episodes are kept."

_CONCURRENCY = "episodes at a time, in threads of the processes; hundreds can wait for a model (default: one each)"
_EXECUTOR = "where: on this machine, or on the Ray cluster of RAY_ADDRESS (a local one without it)"
_BUDGET = "US dollars for model calls, of all episodes and all runs into --out together"
_POLICY = "who plays: policies or agent definitions (YAML files); LABEL is what records call the player"


def configure(parser: argparse.ArgumentParser) -> None:
    from synth_gym.cli.tool_options import add_tool_options
    from synth_gym.sandbox import SANDBOXES
    from synth_gym.shaping import RewardMode

    parser.add_argument("--suite", required=True, help="a suite's name or folder")
    parser.add_argument("--challenges", nargs="+", metavar="ID", help="only these challenges of the suite")
    parser.add_argument("--split", help="only this split of the suite, as its suite.yaml names it (train, test)")
    parser.add_argument("--policy", nargs="+", required=True, metavar="[LABEL=]NAME[:MODEL]", help=_POLICY)
    parser.add_argument("--episodes", type=int, default=1, help="episodes of each policy on each challenge")
    parser.add_argument("--seed", type=int, default=0, help="seed of the first episode; the next ones count up")
    parser.add_argument("--executor", choices=("local", "ray"), default="local", help=_EXECUTOR)
    parser.add_argument("--workers", type=int, help="processes at a time (default: one per CPU)")
    parser.add_argument("--concurrency", type=int, help=_CONCURRENCY)
    parser.add_argument("--slots", type=int, help="commands at a time, of all episodes together (default: one per CPU)")
    parser.add_argument("--budget", type=float, metavar="DOLLARS", help=_BUDGET)
    parser.add_argument("--out", type=Path, required=True, help="folder of the records")
    parser.add_argument("--events", type=Path, metavar="FILE", help="gets a line of JSON for every finished episode")
    parser.add_argument("--sandbox", default="bubblewrap", help=f"where commands run: {' or '.join(SANDBOXES)}")
    parser.add_argument("--reward", choices=get_args(RewardMode), default="final", help="reward mode of the records")
    parser.add_argument("--model", help="of the policies 'llm' (a name at the server) and 'local' (a folder)")
    parser.add_argument("--agent", help="agent definition: prompt and tools (a YAML file, or a shipped one's name)")
    add_tool_options(parser)


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.errors import SynthGymError
    from synth_gym.rollout import plan_jobs, run_rollout
    from synth_gym.suite import find_suite

    for name in ("episodes", "workers", "concurrency", "slots"):
        if (number := getattr(options, name)) is not None and number < 1:
            raise SynthGymError(f"--{name} {number}: must be at least 1")
    suite = find_suite(options.suite)
    challenges = suite.split(options.split)
    if options.challenges:
        chosen = {suite.challenge(name).path for name in options.challenges}
        challenges = [challenge for challenge in challenges if challenge.path in chosen]
    jobs = plan_jobs(
        challenges,
        _players(options),
        range(options.seed, options.seed + options.episodes),
        out=options.out,
        sandbox=options.sandbox,
        reward=options.reward,
    )
    rollout = run_rollout(
        jobs,
        out=options.out,
        executor=options.executor,
        workers=options.workers,
        concurrency=options.concurrency,
        slots=options.slots,
        budget=options.budget,
        events=options.events,
    )
    return _as_json(rollout, options.budget)


def present(result: dict[str, Any]) -> str:
    outcomes = ", ".join(f"{count} {outcome}" for outcome, count in result["outcomes"].items())
    before = f" ({result['finished_before']} finished before)" if result["finished_before"] else ""
    lines = [f"{result['episodes']} episodes{before}: {outcomes or 'none'}"]
    if result["mean_normalized"] is not None:
        lines.append(f"mean normalised score {result['mean_normalized']:.3f} (baseline 0, reference 1)")
    if result["cost"] or result["budget"]:
        limit = f" of ${result['budget']:g}" if result["budget"] else ""
        lines.append(f"spent on model calls: ${result['spent']:.4g}{limit}")
    lines += [f"not finished: {fault}" for fault in result["faults"]]
    if result["unpaid"]:
        lines.append(
            f"the budget is spent: {result['unpaid']} episodes were not begun; play them with a higher --budget"
        )
    if result["faults"]:
        lines.append("the same command tries these again")
    return "\n".join([*lines, f"records: {result['out']}"])


def _players(options: argparse.Namespace) -> list[Player]:
    from synth_gym.cli.tool_options import given_variables
    from synth_gym.rollout import Player

    variables = given_variables(options)
    names = [name for group in options.policy for name in group.split(",") if name]
    players = [Player.parse(name, model=options.model, agent=options.agent) for name in dict.fromkeys(names)]
    return [player.equipped(options.tools, variables) for player in players]


def _as_json(rollout: Rollout, budget: float | None) -> dict[str, Any]:
    faults = [f"{one.env_id} seed {one.seed}: {one.error or one.outcome}" for one in rollout.faulty] + rollout.crashed
    return {
        "out": str(rollout.out),
        "episodes": len(rollout.summaries),
        "finished_before": rollout.finished_before,
        "outcomes": rollout.outcomes,
        "mean_normalized": rollout.mean_normalized,
        "mean_reward": rollout.mean_reward,
        "cost": rollout.cost,
        "budget": budget,
        "spent": rollout.cost if rollout.spent is None else rollout.spent,
        "unpaid": len(rollout.unpaid),
        "faults": faults,
        "exit_code": 1 if faults or rollout.unpaid else 0,
    }
