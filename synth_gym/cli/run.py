"""`synth-gym run`: the stages of a YAML file, one after the other.

    title: my first loop
    out: runs/mine
    stages:
      - synthesize: {generator: recipes, n: 10, out: "{out}/suite"}
      - rollout: {suite: "{out}/suite", policy: practitioner, out: "{out}/records"}

Every stage is a verb with its options; `{out}` stands for the run's folder. A finished stage is skipped when the file
is run again, unless it or an earlier one was changed; an unfinished one goes on where it was, as its verb does.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import field_validator

from synth_gym.cli.main import VERBS, UsageError, make_parser
from synth_gym.errors import SynthGymError, did_you_mean
from synth_gym.files import check_writable, write_json
from synth_gym.schema import Strict, load

HELP = (
    "Run the stages of a YAML file. Run it again after an interruption: finished stages are skipped, the rest goes on."
)
_NO_STAGES = {"run", "demo", "list", "show", "play"}


class RunFile(Strict):
    """A run: an output folder and stages in order."""

    title: str = ""
    out: str
    """Folder of everything that the stages write; relative to the current directory."""
    stages: tuple[dict[str, dict[str, Any] | None], ...]
    """Each a mapping with one key, the verb, and its options."""

    @field_validator("stages")
    @classmethod
    def _one_verb_each(cls, stages: tuple[dict[str, Any], ...]) -> tuple[dict[str, Any], ...]:
        known = [verb for verb in VERBS if verb not in _NO_STAGES]
        for stage in stages:
            if len(stage) != 1:
                raise ValueError(f"a stage is one verb with its options, got: {', '.join(stage) or 'nothing'}")
            verb = next(iter(stage))
            if verb not in known:
                raise ValueError(f"no stage {verb!r}{did_you_mean(verb, known)}; stages are: {', '.join(known)}")
        return stages


def configure(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", type=Path, help="the YAML file ('synth-gym demo --print' prints one to start from)")
    parser.add_argument("--out", help="output folder, in place of the file's own")


def run(options: argparse.Namespace) -> dict[str, Any]:
    return run_file(options.file, options.out, quiet=options.json)


def run_file(path: Path, out: str | None, *, quiet: bool) -> dict[str, Any]:
    """Run every stage that is not finished.

    Args:
        path: the run file.
        out: output folder in place of the file's own.
        quiet: do not print each stage's result as it comes.

    Raises:
        SynthGymError: a stage's options are wrong (found before any stage starts), or a stage says so.
    """
    plan = load(path, RunFile)
    folder = Path(out or plan.out)
    stages = [_Stage(index, stage, folder) for index, stage in enumerate(plan.stages, start=1)]
    check_writable(folder)
    results = list(_run_stages(stages, folder, quiet=quiet))
    return {"title": plan.title, "out": str(folder), "stages": results}


def present(result: dict[str, Any]) -> str:
    seconds = sum(stage["seconds"] for stage in result["stages"])
    return f"\nFinished {len(result['stages'])} stages in {seconds:.0f} s. Everything lies in {result['out']}"


class _Stage:
    """One verb with its parsed options."""

    def __init__(self, index: int, stage: dict[str, dict[str, Any] | None], out: Path) -> None:
        self.verb, given = next(iter(stage.items()))
        self.name = f"{index:02d}-{self.verb}"
        self.module = importlib.import_module(f"synth_gym.cli.{self.verb}")
        parser = make_parser(self.verb, self.module)
        positional = {action.dest for action in parser._actions if not action.option_strings}
        self.arguments = list(_as_arguments(given or {}, out, positional))
        try:
            self.options = parser.parse_args(self.arguments)
        except UsageError as error:
            raise SynthGymError(f"stage {index} ({self.verb}): {error}") from None


def _as_arguments(options: dict[str, Any], out: Path, positional: set[str]) -> Iterator[str]:
    """A stage's mapping as the words of a command line; positional ones first."""
    for key, value in sorted(options.items(), key=lambda item: item[0] not in positional):
        if value is False or value is None:
            continue
        if key not in positional:
            yield f"--{key.replace('_', '-')}" if len(key) > 1 else f"-{key}"
        if value is not True:
            values = value if isinstance(value, list) else [value]
            yield from (str(one).replace("{out}", str(out)) for one in values)


def _run_stages(stages: list[_Stage], folder: Path, *, quiet: bool) -> Iterator[dict[str, Any]]:
    chain = hashlib.sha256()
    for number, stage in enumerate(stages, start=1):
        chain.update(json.dumps([stage.verb, stage.arguments]).encode())
        stamp = folder / ".stages" / f"{stage.name}.json"
        finished = _finished(stamp, chain.hexdigest())
        if not quiet:
            _announce(f"{number}/{len(stages)} {stage.verb}" + (" (finished before)" if finished else ""))
        if not finished:
            began = time.monotonic()
            result = stage.module.run(stage.options)
            finished = {
                "verb": stage.verb,
                "chain": chain.hexdigest(),
                "seconds": time.monotonic() - began,
                "result": result,
            }
            write_json(stamp, finished)
        if not quiet:
            _show(stage.module.present(finished["result"]))
        yield {key: finished[key] for key in ("verb", "seconds", "result")}


def _finished(stamp: Path, chain: str) -> dict[str, Any] | None:
    if not stamp.is_file():
        return None
    kept: dict[str, Any] = json.loads(stamp.read_text(encoding="utf-8"))
    return kept if kept["chain"] == chain else None


def _announce(title: str) -> None:
    from rich.rule import Rule

    _show(Rule(title, align="left", style="dim"))


def _show(what: Any) -> None:
    from rich.console import Console

    Console(highlight=False, soft_wrap=isinstance(what, str)).print(what, markup=not isinstance(what, str), crop=False)
