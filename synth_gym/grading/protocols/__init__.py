"""Protocols for program submissions, by name.

Each is a package with three modules: `config` (host side: `FILE`, the name of its file in the challenge's `grader/`,
and `Config`, the strict model of that file), `play` (the grader's process: `play(config, split) -> Play`, without heavy
imports) and `probes` (programs without any idea, which must score worse than the baseline).
"""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Any

from synth_gym.grading.protocols.base import Play

PROTOCOLS = ("blotto", "control", "evaluator", "optimization", "repeated_game")


def read_config(name: str, grader: Path) -> dict[str, Any]:
    """A protocol's configuration of one challenge, checked, as plain data.

    Args:
        name: one of `PROTOCOLS`.
        grader: the challenge's grader folder.

    Raises:
        InvalidFileError: no such protocol, or its file is missing or wrong.
    """
    from synth_gym.errors import InvalidFileError, did_you_mean
    from synth_gym.schema import load

    if name not in PROTOCOLS:
        raise InvalidFileError(f"{grader.parent}: no protocol {name!r}{did_you_mean(name, PROTOCOLS)}")
    config = import_module(f"{__name__}.{name}.config")
    plain: dict[str, Any] = load(grader / config.FILE, config.Config).model_dump(mode="json")
    return plain


def start(name: str, config: dict[str, Any], split: str) -> Play:
    """Begin a grading; `config` is what `read_config` gave."""
    play: Play = import_module(f"{__name__}.{name}.play").play(config, split)
    return play
