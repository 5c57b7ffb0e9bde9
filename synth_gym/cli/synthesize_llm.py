"""Options of `synth-gym synthesize --generator llm`, and what it prints."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import Group

    from synth_gym.synthesis.llm.settings import LlmSettings


_STAGES = {
    "proposed": "propose",
    "grounded": "ground",
    "written": "write",
    "certified": "certify",
    "registered": "register",
}
"""Stages of the funnel, and the steps that turn topics down on the way to them."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options that only this generator has."""
    group = parser.add_argument_group("with --generator llm (key in OPENAI_API_KEY, token in HF_TOKEN)")
    group.add_argument("--topics", type=int, default=20, metavar="N", help="how many topics to write on")
    group.add_argument("--model", metavar="NAME", help="the model that writes")
    group.add_argument("--base-url", metavar="URL", help="of any OpenAI-compatible server")
    group.add_argument("--hub", metavar="URL", help="of the Hugging Face Hub")
    group.add_argument("--budget", type=float, metavar="DOLLARS", help="never spend more; needs prices")
    group.add_argument(
        "--price",
        type=float,
        nargs="+",
        metavar="DOLLARS",
        help="per million tokens: prompt, completion and, if there is one, cached prompt",
    )
    group.add_argument("--offline", action="store_true", help="replay what is recorded; ask neither model nor Hub")
    group.add_argument("--cache", type=Path, metavar="DIR", help="recorded calls and rows, to share between suites")
    group.add_argument("--settings", type=Path, metavar="FILE", help="in place of agents/synthesis/settings.yaml")


def run(options: argparse.Namespace) -> dict[str, Any]:
    from synth_gym.synthesis.llm.pipeline import Plan, synthesize_with_model

    plan = Plan(
        out=options.out,
        topics=options.topics,
        seed=options.seed,
        sandbox=options.sandbox,
        workers=options.workers,
        test_fraction=options.test_fraction,
        offline=options.offline,
        cache=options.cache,
    )
    return synthesize_with_model(plan, _settings(options)).to_json()


def _settings(options: argparse.Namespace) -> LlmSettings:
    """The settings file with the options in it."""
    from synth_gym.errors import SynthGymError
    from synth_gym.schema import parse
    from synth_gym.synthesis.llm.settings import LlmSettings, load_settings

    plain = load_settings(options.settings).model_dump(mode="json")
    if options.price and len(options.price) not in (2, 3):
        raise SynthGymError("--price takes two or three figures: prompt, completion, cached prompt")
    prices = dict(zip(("prompt", "completion", "cached"), options.price, strict=False)) if options.price else None
    given = {"model": options.model, "base_url": options.base_url, "price": prices}
    plain["access"] |= {name: value for name, value in given.items() if value is not None}
    plain["hub"] |= {"url": options.hub} if options.hub else {}
    plain["budget"] = options.budget if options.budget is not None else plain["budget"]
    return parse(plain, LlmSettings, source="the options")


def present(result: dict[str, Any]) -> Group:
    from rich.console import Group
    from rich.table import Table

    table = Table("stage", "topics", "turned down", "reasons")
    for stage, verb in _STAGES.items():
        rejected = result["rejected"].get(verb, {})
        reasons = "\n".join(f"{count} x {reason}" for reason, count in rejected.items())
        table.add_row(stage, str(result["funnel"][stage]), str(sum(rejected.values())), reasons)
    lines = [f"{result['challenges']} challenges from {result['topics']} topics in {result['suite']}"]
    if result["mended"]:
        lines.append("mended on the way: " + ", ".join(f"{n} x {reason}" for reason, n in result["mended"].items()))
    if result["cost"]:
        each = f", ${result['cost_per_challenge']:.4f} each" if result["cost_per_challenge"] else ""
        lines.append(f"${result['cost']:.4f}{each}; {result['paid_now']} calls were made now")
    lines += [f"{count} topics wait: {reason}; run again to go on" for reason, count in result["unfinished"].items()]
    return Group(table, *lines)
