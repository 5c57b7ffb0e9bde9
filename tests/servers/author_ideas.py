"""What the playground's author knows: questions that can be asked of the playground's datasets, the bad ones included.

Most come from the recipes' catalogue: its tasks, and every measured column as a target. Each has a title of its own, by
which the author knows it again in later stages.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

from synth_gym.synthesis.recipes.catalogue import Card, card_named
from tests.servers.author_questions import AREAS, CLASSIFICATION, MORE, REGRESSION, TRAPPED, Idea, TaskType
from tests.servers.hub_datasets import TABLES
from tests.servers.hub_traps import TRAPS

_MEASURED = {
    "breast_cancer": "of the cell nuclei in a sample of tissue",
    "diabetes": "of a patient with diabetes",
    "modechoice": "on a journey between two cities",
    "macrodata": "in a quarter of the United States' economy",
}
"""Tables whose every measured column can be asked for, and what it is a measurement of."""
_NO_TARGETS = {"year", "quarter"}
_DERIVED = ("digit", "parity", "half", "prime")
"""Of the digits' columns, those of which one gives the others away."""

_UNFIT = {
    **dict.fromkeys(("wine", "iris", "fertility"), "too-few-rows"),
    **dict.fromkeys(("fair", "star98"), "forbidden-licence"),
}
"""Real tables that no challenge can be made of."""


@functools.cache
def ideas() -> tuple[Idea, ...]:
    """Everything that the author may propose; titles are distinct."""
    found = [idea for key in TABLES for idea in (*_tasks(card_named(key)), *_columns(card_named(key)))]
    return (*{idea.title: idea for idea in (*found, *MORE, *_traps())}.values(),)


@functools.cache
def idea_titled(title: str) -> Idea | None:
    """The idea that a title names."""
    return next((idea for idea in ideas() if idea.title == title), None)


def _tasks(card: Card) -> Iterator[Idea]:
    """The questions of a card that are about rows of a table."""
    for task in card.tasks:
        derived = _DERIVED if card.key == "digits" else ()
        if task.kind == "forecast" or (task.kind == "image" and task.target not in derived):
            continue
        task_type: TaskType = "regression" if task.kind == "regression" else "classification"
        yield Idea(
            title=task.title,
            task=task.question,
            dataset=f"playground/{TABLES[card.key]}",
            query=TABLES[card.key].replace("-", " "),
            target=task.target,
            task_type=task_type,
            metrics=task.metrics,
            features=task.keep or None,
            drop=(*task.drop, *(name for name in derived if name != task.target)),
            areas=AREAS[card.key],
            trap=_UNFIT.get(card.key),
        )


def _columns(card: Card) -> Iterator[Idea]:
    """Every measured column from the others."""
    asked = {task.target for task in card.tasks}
    for raw, column in card.columns.items():
        name = column.name or raw
        if card.key in _MEASURED and not column.values and name not in asked | _NO_TARGETS:
            words = name.replace("_", " ")
            yield Idea(
                title=f"{words.capitalize()} {_MEASURED[card.key]}",
                task=f"Predict {words} from the other columns. {column.about}",
                dataset=f"playground/{TABLES[card.key]}",
                query=TABLES[card.key].replace("-", " "),
                target=name,
                task_type="regression",
                metrics=REGRESSION,
                areas=AREAS[card.key],
            )


def _traps() -> Iterator[Idea]:
    for trap, title, target, task_type in TRAPPED:
        yield Idea(
            title=title,
            task=f"Predict the column {target} from the others.",
            dataset=TRAPS[trap],
            query=TRAPS[trap].removeprefix("playground/").replace("-", " "),
            target=target,
            task_type=task_type,
            metrics=CLASSIFICATION if task_type == "classification" else REGRESSION,
            trap=trap,
        )
