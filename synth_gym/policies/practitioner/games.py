"""Programs for repeated games: what the task tells of the game, and strategies for it."""

from __future__ import annotations

import json
import re
from typing import Any

from synth_gym.policies.practitioner.habits import Habits
from synth_gym.policies.practitioner.knowledge import knowledge
from synth_gym.policies.practitioner.notebook import Notebook
from synth_gym.policies.practitioner.scripts import Script, expression, write_script

_ROW = re.compile(r"^\|(.+)\|\s*$", re.MULTILINE)


def game_facts(notes: Notebook) -> dict[str, Any] | None:
    """Actions, payoffs and the function's form; None when they cannot be made out."""
    game = _from_json(notes) or _from_table(notes.task.data_text)
    histories = _histories(notes.task.sections.get("submission", ""))
    call = re.fullmatch(r"(\w+)\((\w+)\)", notes.task.entry)
    if not game or not histories or not call:
        return None
    own, other = histories
    return game | {"entry": call[1], "argument": call[2], "own": own, "other": other}


def _from_json(notes: Notebook) -> dict[str, Any] | None:
    """Actions and payoffs of both sides, from a file that was printed."""
    for path, text in notes.sources.items():
        if not path.endswith(".json"):
            continue
        try:
            game = json.loads(text)
            mine, theirs = game["actions"]["agent"], game["actions"]["opponent"]
            return _written(mine, theirs, game["payoffs"]["agent"])
        except (ValueError, KeyError, TypeError):
            return None
    return None


def _from_table(text: str) -> dict[str, Any] | None:
    """The first Markdown table of numbers: a row for each of my actions, a column for each of theirs."""
    rows = [[cell.strip() for cell in row.split("|")] for row in _ROW.findall(text)]
    if len(rows) < 3:
        return None
    theirs, mine, payoffs = rows[0][1:], [], []
    for name, *cells in rows[2 : 2 + len(theirs)]:
        if len(cells) != len(theirs) or not all(re.fullmatch(r"-?\d+(\.\d+)?", cell) for cell in cells):
            return None
        mine.append(name)
        payoffs.append([float(cell) for cell in cells])
    return _written([name.strip("`") for name in mine], [name.strip("`") for name in theirs], payoffs)


def _written(mine: list[str], theirs: list[str], payoffs: list[list[float]]) -> dict[str, Any]:
    """As Python source; whole numbers without a point."""
    rows = [[int(value) if value == int(value) else value for value in row] for row in payoffs]
    return {"mine": json.dumps(mine), "theirs": json.dumps(theirs), "payoffs": json.dumps(rows)}


def _histories(text: str) -> tuple[str, str] | None:
    """Names of the lists of my own and of the opponent's earlier actions."""
    entries = re.findall(r"^- `(\w+)`:? (.*)$", text, re.MULTILINE)
    own = [name for name, about in entries if re.search(r"\b(your|own|my)\b", about)]
    other = [name for name, about in entries if "opponent" in about]
    return (own[0], other[0]) if own and other else None


def strategies(values: dict[str, Any], habits: Habits) -> list[Script]:
    """Every strategy, in the order in which this practitioner would try them: a simple one, then the strong ones."""
    known = knowledge("games")
    simple = habits.shuffled([name for name in known if known[name]["level"] == "simple"])[:1]
    strong = habits.shuffled([name for name in known if known[name]["level"] == "strong"])
    order = simple + strong + habits.shuffled([name for name in known if name not in simple + strong])
    filled = values | {"pick": habits.pick}
    scripts = []
    for name in order:
        title = known[name]["title"]
        code = expression(known[name]["code"], filled)
        text = write_script("game", values | {"title": title[0].upper() + title[1:], "code": code})
        scripts.append(Script(name, title, f"{name}.py", text))
    return scripts
