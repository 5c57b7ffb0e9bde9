"""`synth-gym train`: a training set and a recipe -> a model folder."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

HELP = "Fine-tune a student on an export. Run it again after an interruption: it goes on from its last checkpoint."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder of an export")
    parser.add_argument("--out", type=Path, required=True, help="folder of the model")
    parser.add_argument("--recipe", default="tiny", help="a shipped recipe (agents/training/) or a YAML file")
    parser.add_argument(
        "--init-only", action="store_true", help="write the student before its first step, as a control"
    )


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.training.recipe import find_recipe
    from synth_gym.training.sft import train

    summary = train(options.data, find_recipe(options.recipe), options.out, init_only=options.init_only)
    return summary | {"out": str(options.out)}


def present(result: dict[str, Any]) -> str:
    made = f"{result['parameters'] / 1e6:.1f} million parameters, {result['vocabulary']} tokens: {result['out']}"
    if not result["losses"]:
        return f"untrained student, {made}"
    first, last = result["losses"][0], result["losses"][-1]
    return (
        f"loss {first['loss']:.3f} -> {last['loss']:.3f}, next-token accuracy {last['token_accuracy']:.1%}\n"
        f"{result['steps']} steps in {result['seconds']:.0f} s on {result['rows']} conversations\n{made}"
    )
