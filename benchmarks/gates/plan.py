"""Which faults are made in which challenges."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

from faults import FAULTS, Fault
from trials import CLEAN, Mode, Trial, gate_set

from synth_gym.certificate import is_certified
from synth_gym.challenge import Challenge
from synth_gym.suite import Suite


def plan_trials(suite: Suite, faults: Sequence[str], *, count: int, seed: int, mode: Mode, sandbox: str) -> list[Trial]:
    """For each class its first challenges in the order of `spread`, and a clean copy of every challenge that is used.

    Clean copies go through all gates, whatever the mode.

    Args:
        suite: a challenge that is not certified is used only for a class that no certified one can have.
        faults: names of classes.
        count: challenges for each class.
        seed: of everything random.
        mode: which gates judge.
        sandbox: name of the back-end.
    """
    vouched = {one.path: is_certified(one) for one in suite.challenges}
    if not all(vouched.values()):
        print(f"{sum(vouched.values())} of {len(vouched)} challenges are certified", file=sys.stderr)
    ordered = sorted(spread(suite.challenges), key=lambda one: not vouched[one.path])
    chosen = {name: _first(ordered, FAULTS[name], vouched)[:count] for name in faults}
    used = {one.path for found in chosen.values() for one in found}

    def trial(fault: str, challenge: Challenge, mode: Mode) -> Trial:
        return Trial(
            fault=fault,
            challenge=challenge.path,
            content=challenge.content_hash,
            seed=seed,
            mode=mode,
            gates=gate_set(),
            sandbox=sandbox,
            certified=vouched[challenge.path],
        )

    clean = [trial(CLEAN, one, "all") for one in ordered if one.path in used]
    return clean + [trial(name, one, mode) for name, found in chosen.items() for one in found]


def _first(challenges: Sequence[Challenge], fault: Fault, vouched: dict[Path, bool]) -> list[Challenge]:
    """Those that can have the fault: the certified ones, or the others where there is no certified one."""
    suited = [one for one in challenges if fault.suits(one.spec)]
    return [one for one in suited if vouched[one.path]] or suited


def spread(challenges: Sequence[Challenge]) -> list[Challenge]:
    """Families take turns, and in each the smallest challenge comes first."""
    families: dict[str, list[Challenge]] = defaultdict(list)
    for challenge in sorted(challenges, key=lambda one: (_bytes(one.path), one.path.name)):
        families[challenge.spec.family].append(challenge)
    turns = zip_longest(*(families[name] for name in sorted(families, key=lambda name: _bytes(families[name][0].path))))
    return [challenge for turn in turns for challenge in turn if challenge]


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
