"""`synth-gym play`: a person at the terminal takes the agent's place."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

HELP = "Play a challenge yourself: type shell commands, 'validate' and 'submit' among them. The episode is recorded."


def configure(parser: argparse.ArgumentParser) -> None:
    from synth_gym.cli.tool_options import add_tool_options
    from synth_gym.sandbox import SANDBOXES

    parser.add_argument("challenge", help="environment id or folder")
    parser.add_argument("--seed", type=int, default=0, help="seed of the episode")
    parser.add_argument("--out", type=Path, default=Path("runs/play"), help="folder of the record")
    parser.add_argument("--sandbox", default="bubblewrap", help=f"where commands run: {' or '.join(SANDBOXES)}")
    add_tool_options(parser)


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.cli.tool_options import given_variables
    from synth_gym.files import check_writable
    from synth_gym.policies import make_policy
    from synth_gym.policies.agent import AgentDefinition
    from synth_gym.rollout import run_episode, write_record
    from synth_gym.rollout.record import SUFFIX
    from synth_gym.suite import find_challenge

    challenge = find_challenge(options.challenge)
    check_writable(options.out)
    player = make_policy("human", seed=options.seed)
    agent = AgentDefinition.load().equipped(options.tools, given_variables(options))
    record = run_episode(challenge, player, seed=options.seed, agent=agent, sandbox=options.sandbox)
    stamp = record.started.replace(":", "").replace("-", "")[:15]
    file = options.out / challenge.path.name / f"human-{stamp}-seed{options.seed:04d}{SUFFIX}"
    write_record(record, file)
    shown = {"outcome", "raw_score", "normalized", "steps"}
    return {"file": str(file)} | record.info.model_dump(mode="json", include=shown)


def present(result: dict[str, Any]) -> str:
    if result["raw_score"] is None:
        score = "no valid submission"
    else:
        score = f"score {result['raw_score']:.6g}, normalised {result['normalized']:.3f} (baseline 0, reference 1)"
    return f"{result['outcome']} after {result['steps']} steps: {score}\nrecord: {result['file']}"
