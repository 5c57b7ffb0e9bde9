"""Kinds of task for which whole scripts are known: what tells them apart, what is filled in, and their scripts."""

from __future__ import annotations

import json
import re
from typing import Any

from synth_gym.policies.practitioner.habits import Habits
from synth_gym.policies.practitioner.knowledge import knowledge
from synth_gym.policies.practitioner.notebook import Notebook
from synth_gym.policies.practitioner.scripts import Script, expression, write_script

_SYSTEMS = {"cart": "pole", "car": "hills", "links": "double pendulum", "swing": "pendulum"}
"""Kind of control task -> a word of its instruction; the first that fits counts."""
_INSTANCES = ("cities", "sizes", "demands", "clauses", "times", "vertices")
"""Keys of an instance that tell what problem it is of."""


def kind_of(notes: Notebook) -> str:
    """The section of `knowledge/ideas.yaml` that fits; empty when none does."""
    return _program_kind(notes) if notes.task.program else _table_kind(notes)


def _program_kind(notes: Notebook) -> str:
    if notes.task.says("soldiers"):
        return "blotto" if _blotto_values(notes) else ""
    told = notes.task.sections.get("submission", "")
    if "`sensors`" in told:
        return next((kind for kind, word in _SYSTEMS.items() if notes.task.says(word)), "")
    found = next((name for name in _INSTANCES if f"- `{name}`" in told), "")
    return "weight" if found == "vertices" and "weight" in told else found


def _table_kind(notes: Notebook) -> str:
    test = notes.table("test")
    if not test:
        return ""
    if "context" in test.columns and _text_file(notes):
        return "letters"
    if {"row", "column"} <= set(test.columns):
        return "holes"
    if len(_quantiles(notes)) > 1 and len(notes.only_in_train()) == 1:
        return "quantiles"
    if len(notes.targets) > 1 and set(notes.targets) <= set(notes.only_in_train()):
        return "labels"
    return "odd" if not notes.only_in_train() and notes.task.says("odd", "anomal", "tampered") else ""


def scripts(notes: Notebook, kind: str, habits: Habits) -> list[Script]:
    """Every idea for a kind of task, in the order in which this practitioner would try them: the safest first."""
    known = knowledge("ideas")[kind]
    first, *others = known
    values = _values(notes, kind) | {"pick": habits.pick}
    return [_script(name, known[name], values) for name in [first, *habits.shuffled(others)]]


def _script(name: str, idea: dict[str, str], values: dict[str, Any]) -> Script:
    title = idea["title"]
    code = expression(idea["code"], values)
    text = write_script("idea", {"title": title[0].upper() + title[1:], "code": code})
    return Script(name, title, f"{name}.py", text)


def _values(notes: Notebook, kind: str) -> dict[str, Any]:
    """What the scripts of a kind ask for."""
    if notes.task.program:
        limit = re.search(r"from -([\d.]+) to", notes.task.sections.get("submission", ""))
        entry = notes.task.entry.partition("(")[0]
        return {"entry": entry, "limit": limit[1] if limit else "2.0"} | _blotto_values(notes)
    train, test = notes.table("train"), notes.table("test")
    decides = ".gt(0.4).astype(int)" if notes.metric.output == "label" else ".clip(0.01, 0.99)"
    return {
        "id": notes.id_column,
        "target": notes.target,
        "answer": (notes.only_in_train() or [""])[0],
        "train": train.path if train else "data/train.csv",
        "test": test.path if test else "data/test.csv",
        "text": _text_file(notes),
        "submission": notes.task.submission,
        "quantiles": json.dumps(_quantiles(notes)),
        "labels": json.dumps(list(notes.targets)),
        # A Series knows `gt`, an array does not.
        "finish": "" if kind != "labels" else f"\n    answers[name] = answers[name]{decides}",
    }


def _quantiles(notes: Notebook) -> dict[str, float]:
    """Columns of the submission that are called after quantiles (`q90`)."""
    found = {name: re.fullmatch(r"q(\d\d)", name) for name in notes.targets}
    return {name: int(match[1]) / 100 for name, match in found.items() if match}


def _text_file(notes: Notebook) -> str:
    return next((path for path in notes.task.files if path.endswith(".txt")), "")


def _blotto_values(notes: Notebook) -> dict[str, Any]:
    """Soldiers and the fields' values, as the instruction tells them."""
    told = " ".join(notes.task.sections.get("task", "").split())
    soldiers = re.search(r"[Yy]ou have (\d+) soldiers", told)
    values = re.search(r"worth ((?:\d+, )+\d+)", told)
    return {"soldiers": soldiers[1], "values": f"[{values[1]}]"} if soldiers and values else {}
