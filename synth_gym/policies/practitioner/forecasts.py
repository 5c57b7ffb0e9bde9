"""Forecasting one series: what the task tells of it, and scripts that forecast it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from synth_gym.policies.practitioner.habits import Habits
from synth_gym.policies.practitioner.knowledge import knowledge
from synth_gym.policies.practitioner.notebook import Notebook
from synth_gym.policies.practitioner.observations import Table
from synth_gym.policies.practitioner.scripts import Script, expression, write_script

_SEASONS = {"hour": 24, "day": 7, "daily": 7, "week": 52, "month": 12, "quarter": 4}
"""Values after which a series tends to come back, by what one value stands for."""


@dataclass(frozen=True)
class Method:
    """A way of forecasting."""

    name: str
    title: str
    code: str
    """A function of that name."""


def series_facts(notes: Notebook) -> dict[str, Any]:
    """What the template for forecasts asks for, besides the methods."""
    train, test = notes.table("train"), notes.table("test")
    squared = notes.metric.name in ("rmse", "mse", "r2")
    return {
        "id": notes.id_column,
        "target": notes.target,
        "train": train.path if train else "data/train.csv",
        "test": test.path if test else "data/test.csv",
        "submission": notes.task.submission,
        "time": time_column(notes),
        "period": period(notes),
        "quantile": notes.metric.quantile,
        "origins": 6 if notes.metric.quantile is not None else 4,
        "measure": "rmse" if squared else "mae",
        "formula": "np.sqrt(np.square(errors).mean())" if squared else "np.abs(errors).mean()",
    }


def time_column(notes: Notebook) -> str:
    """The column that counts time in whole numbers; empty when there is none."""
    train, test = notes.table("train"), notes.table("test")
    if not train or not test:
        return ""
    shared = [name for name in test.columns if name in train.columns and name != notes.id_column]
    return next((name for name in shared if _counts_up(train, name)), "")


def _counts_up(table: Table, name: str) -> bool:
    values = table.sample(name)
    if not values or not all(value.isdigit() for value in values):
        return False
    numbers = [int(value) for value in values]
    return numbers == sorted(set(numbers))


def period(notes: Notebook) -> int:
    """Length of a season: as the baseline has it, or the usual one."""
    baseline = notes.task.sections.get("baseline", "")
    told = re.search(r"(?:last|previous) (\d+) ", baseline)
    written = re.search(r"^(?:PERIOD|SEASON) = (\d+)", notes.sources.get("baseline.py", ""), re.MULTILINE)
    if match := told or written:
        return int(match[1])
    return next((length for word, length in _SEASONS.items() if notes.task.says(word)), 1)


def methods(values: dict[str, Any], habits: Habits) -> list[Method]:
    """Every way of forecasting, in the order in which this practitioner would try them: a simple one first."""
    known = knowledge("forecasts")
    simple = [name for name in known if known[name].get("simple")][:1]
    order = simple + habits.shuffled([name for name in known if name not in simple])
    filled = values | {"pick": habits.pick}
    return [Method(name, known[name]["title"], expression(known[name]["code"], filled)) for name in order]


def one_script(method: Method, values: dict[str, Any]) -> Script:
    """A script for one method."""
    title = method.title[0].upper() + method.title[1:]
    given = {"title": title, "functions": method.code.strip(), "names": method.name, "menu": False}
    return Script(method.name, method.title, f"{method.name}.py", write_script("forecast", values | given))


def menu_scripts(choice: list[Method], values: dict[str, Any]) -> list[Script]:
    """One script that holds several methods, and the ways of calling it."""
    given = {
        "title": "Methods by name; several names give their average: python forecast.py NAME ...",
        "functions": "\n\n\n".join(method.code.strip() for method in choice),
        "names": ", ".join(f'"{method.name}": {method.name}' for method in choice),
        "menu": True,
    }
    text = write_script("forecast", values | given)
    return [Script(method.name, method.title, "forecast.py", text, argument=method.name) for method in choice]


def menu_average(members: list[Method], menu: Script) -> Script:
    """The call of a menu that averages several of its methods."""
    names = [member.name for member in members]
    title = f"the average of {' and '.join(member.title for member in members)}"
    return Script("_".join(names), title, menu.path, menu.text, argument=" ".join(names))
