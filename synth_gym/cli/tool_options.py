"""The options of verbs that let somebody play with tool bundles of one's own."""

from __future__ import annotations

import argparse

_TOOLS = (
    "tool bundles in place of the agent's: shipped ones by name (edit, search, submission), SWE-agent's or your own by "
    "path; keep 'submission', which holds validate and submit"
)


def add_tool_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--tools", nargs="+", default=[], metavar="PATH", help=_TOOLS)
    parser.add_argument(
        "--variables", nargs="+", default=[], metavar="NAME=VALUE", help="environment variables of foreign tool bundles"
    )


def given_variables(options: argparse.Namespace) -> dict[str, str]:
    """`NAME=VALUE` words as a mapping.

    Raises:
        SynthGymError: a word is none.
    """
    from synth_gym.errors import SynthGymError

    for word in options.variables:
        if not word.partition("=")[0].isidentifier() or "=" not in word:
            raise SynthGymError(f"--variables {word}: write NAME=VALUE")
    return dict(word.split("=", 1) for word in options.variables)
