"""Looking around: generators of actions that are sent observations and fill the notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Generator
from dataclasses import dataclass
from typing import TypeVar

from synth_gym.policies.base import Action
from synth_gym.policies.practitioner.habits import Habits
from synth_gym.policies.practitioner.hands import Hands
from synth_gym.policies.practitioner.notebook import Notebook
from synth_gym.policies.practitioner.observations import read_counts, read_tables
from synth_gym.policies.practitioner.scripts import write_script

T = TypeVar("T")
Steps = Generator[Action, str, T]
"""Yields actions, is sent what the terminal answers, returns what came of it."""

FEW_STEPS = 12
"""With a smaller budget only the shortest look around is taken."""
CUT_AT = 300
"""Characters of a data line that are worth reading."""


@dataclass(frozen=True)
class Desk:
    """What a practitioner works with."""

    notes: Notebook
    habits: Habits
    hands: Hands


def look_around(desk: Desk) -> Steps[None]:
    """One of several orders of looking at files, data and baseline."""
    routes = _PROGRAM_ROUTES if desk.notes.task.program else _ROUTES
    for look in desk.habits.pick(*routes) if desk.notes.task.steps >= FEW_STEPS else routes[0]:
        yield from look(desk)
    train, test = desk.notes.table("train"), desk.notes.table("test")
    if train and test and not (train.complete and test.complete) and not desk.notes.facts:
        yield from profile(desk)


def list_files(desk: Desk) -> Steps[None]:
    folders = any(path.startswith("data/") for path in desk.notes.task.files)
    commands = ("ls -R", "ls . data", "wc -l *.* data/*") if folders else ("ls", "ls -l", "wc -l *")
    command = desk.habits.pick(*commands)
    observation = yield desk.hands.bash(command, desk.habits.say("look.start"))
    desk.notes.counts |= read_counts(observation)


def read_heads(desk: Desk) -> Steps[None]:
    """The first lines of every table."""
    paths = [path for path in desk.notes.task.files if path.endswith(".csv") and path != desk.notes.task.submission]
    if not paths:
        return
    lines = desk.habits.pick(2, 3, 3)
    command = f"head -n {lines} {' '.join(paths)} | cut -c 1-{CUT_AT}"
    observation = yield desk.hands.bash(command, desk.habits.say("look.data"))
    for table in read_tables(observation, path=paths[0], cut_at=CUT_AT):
        desk.notes.tables[table.path] = table


def read_baseline(desk: Desk) -> Steps[None]:
    if "baseline.py" not in desk.notes.task.files:
        return
    observation = yield desk.hands.show("baseline.py", desk.habits.say("look.baseline"))
    desk.notes.sources["baseline.py"] = re.sub(r"^ *\d+\| ?", "", observation, flags=re.MULTILINE)


def read_rules(desk: Desk) -> Steps[None]:
    """A small JSON file, on one line."""
    path = next((path for path in desk.notes.task.files if path.endswith(".json")), None)
    if not path:
        return
    observation = yield desk.hands.bash(f"python -m json.tool --compact {path}", desk.habits.say("look.rules"))
    desk.notes.sources[path] = observation


def profile(desk: Desk) -> Steps[None]:
    """Rows, gaps and the spread of the target."""
    notes = desk.notes
    train, test = notes.table("train"), notes.table("test")
    if not train or not test:
        return
    target = notes.target if notes.target in train.columns or len(notes.targets) == 1 else ""
    classes = notes.metric.task == "classification"
    values = {"train": train.path, "test": test.path, "target": target, "classes": classes}
    command = f"python - <<'EOF'\n{write_script('profile', values)}EOF"
    observation = yield desk.hands.bash(command, desk.habits.say("look.profile"))
    notes.facts |= dict(re.findall(r"^([a-z ]+): (.*)$", observation, re.MULTILINE))


Look = Callable[[Desk], Steps[None]]
_ROUTES: tuple[tuple[Look, ...], ...] = (
    (read_heads,),
    (list_files, read_heads),
    (read_heads, profile),
    (read_heads, read_baseline),
    (read_baseline, read_heads),
    (list_files, read_heads, profile),
)
_PROGRAM_ROUTES: tuple[tuple[Look, ...], ...] = (
    (read_rules,),
    (list_files, read_rules),
    (read_rules, read_baseline),
    (read_baseline, read_rules),
)
