"""Runs the script; in the grader's process."""

from __future__ import annotations

import contextlib
import io
import random
import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from synth_gym.grading.faults import LabelsUnusable
from synth_gym.grading.printed import last_number
from synth_gym.grading.protocols.base import Begin, Call, Converse, Message, Play


def play(config: dict[str, Any], split: str) -> Play:
    """Load the program once, as the script does, and let the script call it as often as it likes."""
    seed = config["seeds"][split]
    # The program draws from a seed of its own: whoever knows the script's knows the opponent's numbers.
    yield Begin(0, "loading")
    tell: Callable[[Message], Any] = yield Converse()
    random.seed(seed)
    _seed_numpy(seed)
    for name, source in config["modules"].items():
        exec(compile(source, f"{name}.py", "exec"), _module(name).__dict__)
    setattr(_module(config["submission"]), config["function"], _asker(tell))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(config["script"], "evaluator", "exec"), {"__name__": "__main__"})
    score = last_number(printed.getvalue(), config["metric"])
    if score is None:
        raise LabelsUnusable(f"the evaluator printed no {config['metric']!r}")
    return score


def _asker(tell: Callable[[Message], Any]) -> Callable[..., Any]:
    calls = 0

    def ask(*arguments: Any) -> Any:
        nonlocal calls
        calls += 1
        return tell(Call(arguments, f"call {calls}"))

    return ask


def _module(name: str) -> ModuleType:
    module = sys.modules[name] = ModuleType(name)
    return module


def _seed_numpy(seed: int) -> None:
    with contextlib.suppress(ImportError):
        import numpy as np

        np.random.seed(seed)
