"""`synth-gym replay`: run a recorded episode again, and compare."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from synth_gym.challenge import Challenge
    from synth_gym.rollout import Record

HELP = "Run a recorded episode's actions again with its seed, and compare observations (times masked) and score."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the record")
    parser.add_argument("--verify", action="store_true", help="show the first difference; exit with 1 if there is one")
    parser.add_argument("--challenge", help="the challenge's folder (default: found by the record's environment id)")
    parser.add_argument("--sandbox", help="where commands run (default: as recorded)")


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.progress import progress
    from synth_gym.rollout import read_record, replay

    record = read_record(options.file)
    challenge = _challenge(record, options.challenge)
    with progress(f"replay {record.env_id}", len(record.trajectory)) as advance:
        again = replay(record, challenge, sandbox=options.sandbox, on_step=advance)
    return {
        "file": str(options.file),
        "env_id": record.env_id,
        "seed": record.seed,
        "verify": options.verify,
        "equal": again.equal,
        "challenge_changed": again.challenge_changed,
        "steps": again.steps,
        "outcome": again.outcome,
        "reward": again.reward,
        "raw_score": again.raw_score,
        "different_steps": again.different_steps,
        "first_difference": again.first_difference,
        "result_differences": again.result_differences,
        "exit_code": 1 if options.verify and not again.equal else 0,
    }


def present(result: dict[str, Any]) -> str:
    score = "no score" if result["raw_score"] is None else f"score {result['raw_score']:.6g}"
    lines = [f"{result['env_id']}, seed {result['seed']}: {result['steps']} steps, {result['outcome']}, {score}"]
    if result["challenge_changed"]:
        lines.append("the challenge's files have changed since the record was made")
    if result["equal"]:
        return "\n".join([*lines, "equal to the record: every observation (times masked) and the score"])
    if result["different_steps"]:
        count, first = len(result["different_steps"]), result["different_steps"][0]
        lines.append(f"observations that differ: {count}, the first at step {first}")
    if result["verify"]:
        lines += [result["first_difference"]] * bool(result["first_difference"])
    return "\n".join(lines + result["result_differences"])


def _challenge(record: Record, given: str | None) -> Challenge:
    from synth_gym.errors import SynthGymError
    from synth_gym.suite import find_challenge

    try:
        return find_challenge(given or record.env_id)
    except SynthGymError as error:
        if given:
            raise
        raise SynthGymError(f"{error}; or give its folder with --challenge") from None
