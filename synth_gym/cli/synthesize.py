"""`synth-gym synthesize`: challenges from real data."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synth_gym.cli import synthesize_llm

if TYPE_CHECKING:
    from rich.console import Group

HELP = "Make certified challenges from real data; resumes."


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--generator",
        choices=["recipes", "llm"],
        default="recipes",
        help="who makes them: recipes needs no key; llm asks a language model, on datasets of the Hugging Face Hub",
    )
    parser.add_argument("-n", "--count", type=int, default=10, help="how many challenges")
    parser.add_argument(
        "--seed", type=int, default=0, help="seed of everything random: the same seed names the same challenges"
    )
    parser.add_argument("--out", type=Path, required=True, help="the suite's folder")
    parser.add_argument("--families", nargs="+", default=[], metavar="FAMILY", help="only these families")
    parser.add_argument("--test-fraction", type=float, default=0.25, help="share held out for testing, by dataset")
    parser.add_argument(
        "--redistributable", action="store_true", help="only data that others may pass on, for suites to publish"
    )
    parser.add_argument(
        "--difficulty",
        default="medium",
        metavar="easy|medium|hard|0..1",
        help="probability that a challenge carries a twist (gaps, wrong labels, few examples, a shift, noise ...): "
        "easy 0.25, medium 0.65, hard 1",
    )
    parser.add_argument(
        "--ungated", action="store_true", help="keep what the gates would reject, and certify nothing (see certify)"
    )
    parser.add_argument("--sandbox", default="bubblewrap", help="where baselines and references run")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="processes; by default one for each core"
    )
    synthesize_llm.configure(parser)


def run(options: argparse.Namespace) -> dict[str, Any]:
    if options.generator == "llm":
        return synthesize_llm.run(options)
    from synth_gym.synthesis import synthesize
    from synth_gym.synthesis.recipes import RecipeGenerator

    generator = RecipeGenerator(
        redistributable=options.redistributable,
        difficulty=_difficulty(options.difficulty),
        repeats=options.ungated,
    )
    report = synthesize(
        generator,
        options.count,
        options.seed,
        options.out,
        families=options.families,
        sandbox=options.sandbox,
        workers=options.workers,
        test_fraction=options.test_fraction,
        gated=not options.ungated,
    )
    return report.to_json()


def _difficulty(text: str) -> float:
    """The number that a word or a figure stands for."""
    from synth_gym.errors import SynthGymError
    from synth_gym.synthesis.recipes import DIFFICULTIES

    try:
        return DIFFICULTIES[text] if text in DIFFICULTIES else float(text)
    except ValueError:
        words = ", ".join(DIFFICULTIES)
        raise SynthGymError(f"--difficulty must be one of {words}, or a number from 0 to 1, not {text!r}") from None


def present(result: dict[str, Any]) -> Group:
    if "funnel" in result:
        return synthesize_llm.present(result)
    from rich.console import Group
    from rich.table import Table

    table = Table("family", "challenges", "rejected", "reasons")
    for name, family in result["families"].items():
        reasons = [f"{count} x {reason}" for reason, count in family["rejected"].items()]
        made = f"{family['challenges']} of {family['wanted']}"
        table.add_row(name, made, str(sum(family["rejected"].values())), "\n".join(reasons))
    splits = ", ".join(f"{count} {name}" for name, count in result["splits"].items())
    return Group(table, f"{result['challenges']} challenges ({splits}) in {result['suite']}")
