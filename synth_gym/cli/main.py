"""`synth-gym`: reads the command line, runs one verb, prints its result.

Results go to stdout (a table, or JSON with `--json`), progress to stderr. A user's mistake is one line and exit code 2.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any, NoReturn

from synth_gym.errors import SandboxDiedError, SynthGymError, did_you_mean

VERBS = {
    "demo": "the whole loop on a small shipped file, in minutes",
    "run": "the stages of a YAML file, one after the other; resumes",
    "synthesize": "make challenges from real data",
    "certify": "check challenges with every gate and write certificates",
    "list": "the challenges that can be found",
    "show": "one challenge: what the agent reads, its scores, its certificate",
    "play": "play a challenge yourself, at the terminal",
    "rollout": "many episodes of a policy; resumes",
    "replay": "run a recorded episode again, and compare",
    "export": "turn records into a training set",
    "train": "train a student on an export; resumes",
    "evaluate": "score policies on a suite",
    "leaderboard": "rank methods by AUP, with confidence intervals",
    "view": "an HTML report over recorded episodes",
    "push": "publish a suite on the Hugging Face Hub",
    "pull": "fetch a suite from there",
}
"""Every verb and its line of help, so that `--help` need not import them all."""

_DESCRIPTION = """\
Machine-learning challenges as Gymnasium environments: make them, certify them, play them, train on them.

  synth-gym demo                                  the whole loop, small, in one command
  synth-gym list                                  what can be played
  synth-gym rollout --suite core --policy practitioner --out runs/practitioner
"""


class UsageError(SynthGymError):
    """The command line itself is wrong."""


class _Parser(argparse.ArgumentParser):
    """argparse, with errors as one line and no usage dump."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see: {self.prog} --help)")


class _HelpFormatter(argparse.HelpFormatter):
    """Names the default of every option that has one."""

    def _get_help_string(self, action: argparse.Action) -> str | None:
        has_default = action.option_strings and action.default not in (None, False, argparse.SUPPRESS, [])
        return f"{action.help} (default: %(default)s)" if has_default else action.help


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point of the console script; gives the exit code."""
    # A policy of one's own is a module of the folder one works in; last, so that it hides no installed one.
    with contextlib.suppress(FileNotFoundError):
        sys.path.append(str(Path.cwd()))
    try:
        return execute(list(sys.argv[1:] if arguments is None else arguments))
    except SynthGymError as error:
        print(f"synth-gym: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except SandboxDiedError as error:
        print(f"synth-gym: the sandbox was lost: {error}; run the same command again", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("synth-gym: interrupted; run the same command again to go on where it was", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def execute(arguments: list[str]) -> int:
    """Parse, run and print one verb.

    Raises:
        SynthGymError: a mistake in the arguments or in what they name.
    """
    if not arguments or arguments[0] in ("-h", "--help", "help"):
        print(_overview())
        return 0
    if arguments[0] == "--version":
        from synth_gym import __version__

        print(f"synth-gym {__version__}")
        return 0
    verb = arguments[0]
    if verb not in VERBS:
        raise UsageError(f"no verb {verb!r}{did_you_mean(verb, VERBS)}; see: synth-gym --help")
    module = importlib.import_module(f"synth_gym.cli.{verb}")
    options = make_parser(verb, module).parse_args(arguments[1:])
    result = module.run(options)
    _print(module, result, as_json=options.json)
    return int(result.get("exit_code", 0)) if isinstance(result, dict) else 0


def make_parser(verb: str, module: ModuleType) -> argparse.ArgumentParser:
    """The parser of one verb, with the options that every verb has."""
    parser = _Parser(
        prog=f"synth-gym {verb}",
        description=module.HELP,
        formatter_class=_HelpFormatter,
        allow_abbrev=False,
    )
    module.configure(parser)
    parser.add_argument("--json", action="store_true", help="print the result as JSON")
    return parser


def _print(module: ModuleType, result: Any, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(result, indent=2))
        return
    from rich.console import Console

    text = module.present(result)
    Console(highlight=False, soft_wrap=isinstance(text, str)).print(text, markup=not isinstance(text, str), crop=False)


def _overview() -> str:
    width = max(map(len, VERBS))
    verbs = "\n".join(f"  {name:<{width}}  {line}" for name, line in VERBS.items())
    return (
        f"usage: synth-gym VERB [options]\n\n{_DESCRIPTION}\nverbs:\n{verbs}\n\n"
        "Every verb has --help and --json. Results go to stdout, progress to stderr; long work resumes when run again."
    )


if __name__ == "__main__":
    sys.exit(main())
