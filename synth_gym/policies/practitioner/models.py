"""Models for predictions: the facts that scripts need, an order of approaches, and their scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from synth_gym.policies.practitioner.family import text_column
from synth_gym.policies.practitioner.habits import Habits
from synth_gym.policies.practitioner.knowledge import knowledge
from synth_gym.policies.practitioner.notebook import Notebook
from synth_gym.policies.practitioner.scripts import Script, expression, write_script

MANY_ROWS = 3000
"""From so many training rows on, three folds are enough."""


@dataclass(frozen=True)
class Approach:
    """One idea."""

    name: str
    """Stem of its script."""
    title: str
    """How a person calls it."""
    code: str = ""
    """The model's constructor."""
    grid: str = ""
    """Settings to search, as a Python dictionary."""


def facts(notes: Notebook, family: str) -> dict[str, Any]:
    """What the templates for predictions ask for, besides the model."""
    metric, targets = notes.metric, notes.targets
    train, test = notes.table("train"), notes.table("test")
    probabilities = metric.output == "probability"
    return {
        "id": notes.id_column,
        "target": notes.target,
        "train": train.path if train else "data/train.csv",
        "test": test.path if test else "data/test.csv",
        "submission": notes.task.submission,
        "text": text_column(notes) if family == "text" else "",
        "words": family == "table" and notes.has_words((notes.id_column, notes.target)),
        "missing": family == "table" and notes.has_gaps(),
        "log_target": "relative" in metric.traits and family == "table",
        "quantile": metric.quantile,
        "scoring": metric.scoring,
        "folds": 3 if train and (notes.rows(train.path) or 0) > MANY_ROWS else 5,
        "many": probabilities and len(targets) > 1,
        "prefix": _prefix(targets),
        "augment": augmentation(notes) if family == "pixels" else "",
        "positive": (notes.task.positive if probabilities and len(targets) == 1 else None),
        "column": targets[0] if targets else "",
        "grid": "",
        "blender": "VotingClassifier" if metric.task == "classification" else "VotingRegressor",
        "voting": ', voting="soft"' if probabilities else "",
    } | image_size(notes)


def trusts_cross_validation(notes: Notebook, values: dict[str, Any]) -> bool:
    """Whether what is held out of the training rows is like the test rows."""
    return not values["augment"] and not notes.task.says("later than", "not like")


def augmentation(notes: Notebook) -> str:
    """What has to be done to training images so that they are like those of the test."""
    if notes.task.says("negative", "inverted"):
        return "negatives"
    return "shifts" if notes.task.says("moved", "shifted", "translated") else ""


def image_size(notes: Notebook) -> dict[str, int]:
    """Height and width of an image; empty when they are not told."""
    match = re.search(r"(\d+) (?:by|x) (\d+)", notes.task.sections.get("data", ""))
    return {"height": int(match[1]), "width": int(match[2])} if match else {}


def helpers(notes: Notebook) -> list[str]:
    """Columns that only the training table has, besides the target: they may be predicted first."""
    return [name for name in notes.only_in_train() if name != notes.target]


def _prefix(columns: tuple[str, ...]) -> str:
    """What all columns begin with, up to an underscore (`p_`); empty when they are the bare class names."""
    stems = {name.rpartition("_")[0] for name in columns}
    return f"{stems.pop()}_" if len(stems) == 1 and "" not in stems else ""


def section_of(notes: Notebook, family: str) -> str:
    """The part of `knowledge/models.yaml` that fits."""
    if family in ("text", "pixels"):
        return family
    return "quantile" if notes.metric.quantile is not None else notes.metric.task


def approaches(notes: Notebook, family: str, habits: Habits) -> list[Approach]:
    """Every model that fits the task, in the order in which this practitioner would try them: a simple one first."""
    train = notes.table("train")
    rows = (notes.rows(train.path) if train else None) or 0
    width = len(train.columns) if train else 0
    models = {
        name: entry
        for name, entry in knowledge("models")[section_of(notes, family)].items()
        if rows <= entry.get("slow_above", rows) and width <= entry.get("wide_above", width)
    }
    simple = habits.shuffled([name for name in models if models[name].get("simple")])[:1]
    order = simple + habits.shuffled([name for name in models if name not in simple])
    return [_approach(name, models[name], notes, habits) for name in order]


def _approach(name: str, entry: dict[str, Any], notes: Notebook, habits: Habits) -> Approach:
    metric = notes.metric
    soft = metric.output == "probability" and "soft" in entry
    values = {
        "pick": habits.pick,
        "weight": ', class_weight="balanced"' if "balanced" in metric.traits else "",
        "loss": "absolute_error" if "absolute" in metric.traits else "squared_error",
        "quantile": metric.quantile,
    }
    code = expression(entry["soft"] if soft else entry["code"], values)
    grid = "" if soft else str(entry.get("grid", ""))
    return Approach(name, entry["title"], code, grid.replace("'", '"'))


def one_script(approach: Approach, values: dict[str, Any]) -> Script:
    """A script for one model."""
    title = approach.title[0].upper() + approach.title[1:]
    text = write_script("predictions", values | {"title": title, "code": approach.code})
    return Script(approach.name, approach.title, f"{approach.name}.py", text)


def search_script(approach: Approach, values: dict[str, Any]) -> Script:
    """A script that searches the settings of a model."""
    given = {"title": f"Settings of {approach.title}", "code": approach.code, "grid": approach.grid}
    name, title = f"{approach.name}_search", f"{approach.title} with searched settings"
    return Script(name, title, f"{name}.py", write_script("predictions", values | given))


def blend_script(members: list[Approach], values: dict[str, Any]) -> Script:
    """A script for the average of several models."""
    listed = ", ".join(f'("{member.name}", {member.code})' for member in members)
    code = f"{values['blender']}([{listed}]{values['voting']})"
    return one_script(Approach("blend", average_title(members), code), values)


def average_title(members: list[Approach]) -> str:
    return f"the average of {' and '.join(member.title for member in members)}"


def menu_scripts(choice: list[Approach], values: dict[str, Any]) -> list[Script]:
    """One script that holds several models, and the ways of calling it."""
    models = {approach.name: approach.code for approach in choice}
    text = write_script("menu", values | {"models": models, "code": " ".join(models.values())})
    return [Script(approach.name, approach.title, "models.py", text, argument=approach.name) for approach in choice]


def menu_blend(members: list[Approach], menu: Script) -> Script:
    """The call of a menu that averages several of its models."""
    names = [member.name for member in members]
    return Script("_".join(names), average_title(members), menu.path, menu.text, argument=" ".join(names))


def contest_script(choice: list[Approach], values: dict[str, Any]) -> Script:
    """One script that compares several models and keeps the best."""
    models = {approach.name: approach.code for approach in choice}
    text = write_script("contest", values | {"models": models, "code": " ".join(models.values())})
    return Script("contest", "the winner of the comparison", "contest.py", text)


def stages_script(approach: Approach, values: dict[str, Any], notes: Notebook) -> Script:
    """A script that predicts the columns that only the training table has, and then the answer from those."""
    listed = "[" + ", ".join(f'"{name}"' for name in helpers(notes)) + "]"
    side_by_side = values.get("width") == len(helpers(notes)) * values.get("height", 0)
    text = write_script("stages", values | {"code": approach.code, "helpers": listed, "split": side_by_side})
    return Script("stages", f"{approach.title} in two stages", "stages.py", text)
