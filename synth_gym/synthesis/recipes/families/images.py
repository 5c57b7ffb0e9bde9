"""Images of handwritten digits, given as columns of pixels: recognise one, or reckon with two."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synth_gym.challenge import Column
from synth_gym.synthesis.draft import Draft
from synth_gym.synthesis.recipes import frames
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.catalogue import Card, Task, card_named, tasks_of
from synth_gym.synthesis.recipes.families.base import PACKAGES, pick, rounds
from synth_gym.synthesis.recipes.families.predictions import Answers, Texts, predictions_draft
from synth_gym.synthesis.recipes.metrics import CARDS
from synth_gym.synthesis.recipes.spoils import SPOILS, Images, Spoil
from synth_gym.synthesis.recipes.tables import TEST_FRACTION, Table, part, with_ids
from synth_gym.synthesis.recipes.templates import render

if TYPE_CHECKING:
    import pandas as pd

SIDE = 8
INK = 16
"""The darkest pixel."""
PAIRS = (700, 500)
"""Training and test rows of tasks on two digits."""


@dataclass(frozen=True)
class ImageClassification:
    """The family."""

    name: str = "image-classification"

    def designs(self, rng: np.random.Generator, twisted: float) -> Iterator[ImageDesign]:
        """Tasks in turn, each with a random way of spoiling the images."""
        for card, task in rounds([pair for pairs in tasks_of("image").values() for pair in pairs], rng):
            fitting = [spoil for spoil in SPOILS[1:] if not (spoil.labels and _is_pair(task))]
            spoil = SPOILS[0] if rng.random() >= twisted else pick(fitting, rng)
            yield ImageDesign(card.key, task.name, spoil.piece, pick(task.metrics, rng))


@dataclass(frozen=True)
class ImageDesign:
    """One task and one way of spoiling its images."""

    card: str
    task: str
    spoil: str
    metric: str

    @property
    def names(self) -> Sequence[str]:
        return (card_named(self.card).name + self.task + self.spoil,)

    @property
    def redistributable(self) -> bool:
        return card_named(self.card).redistributable

    def draft(self, address: Address) -> Draft:
        card = card_named(self.card)
        task = next(task for task in card.tasks if task.name == self.task)
        spoil = next(spoil for spoil in SPOILS if spoil.piece == self.spoil)
        whole = frames.table(card)
        train, test = _images(whole, task, address.stream("split"))
        note = spoil.apply(train, test, address.stream("spoil"))
        table = _table(train, test, task, note)
        table.train, table.test = with_ids(table.train, table.test, address.stream("ids"))
        if _is_pair(task):
            table.test = table.test.drop(columns=["left", "right"])
        context = _context(card, task, spoil, table, self.metric)
        texts = Texts(
            title=f"{task.title}, {spoil.title}" if spoil.title else task.title,
            family="image-classification",
            tags=(spoil.tag, card.source),
            instruction="image/instruction.md.j2",
            context=context,
            baseline=render("image/baseline.py.j2", **context),
            solution=render("image/solution.py.j2", **context),
        )
        metric = CARDS[self.metric].entry()
        return predictions_draft(address, texts, frames.describe(card, whole), metric, table, _answers(table, task))


def _is_pair(task: Task) -> bool:
    return task.target in ("sum", "larger")


def _images(whole: pd.DataFrame, task: Task, rng: np.random.Generator) -> tuple[Images, Images]:
    """Training and test images of single digits, or of pairs; no digit image is in both."""
    pixels = whole.drop(columns="digit").to_numpy(dtype=int).reshape(-1, SIDE, SIDE)
    digits = whole["digit"].to_numpy(dtype=int)
    test = part(digits, len(digits), TEST_FRACTION, rng)
    sides = [Images(pixels[flags], digits[flags][:, None]) for flags in (~test, test)]
    if not _is_pair(task):
        return sides[0], sides[1]
    pairs = [_pairs(side, count, task, rng) for side, count in zip(sides, PAIRS, strict=True)]
    return pairs[0], pairs[1]


def _pairs(images: Images, count: int, task: Task, rng: np.random.Generator) -> Images:
    """Random pairs, side by side; of different digits where the larger one is asked for."""
    left, right = rng.integers(len(images.digits), size=(2, 4 * count))
    if task.target == "larger":
        differ = images.digits[left, 0] != images.digits[right, 0]
        left, right = left[differ], right[differ]
    left, right = left[:count], right[:count]
    pixels = np.concatenate([images.pixels[left], images.pixels[right]], axis=2)
    return Images(pixels, np.hstack([images.digits[left], images.digits[right]]))


def _table(train: Images, test: Images, task: Task, note: str) -> Table:
    table = Table(_frame(train, task), _frame(test, task), task.target)
    if note:
        table.notes.append(note)
    return table


def _frame(images: Images, task: Task) -> pd.DataFrame:
    """A row for each image: its pixels by row and column, the digits of a pair, the answer."""
    import pandas as pd

    count, height, width = images.pixels.shape
    names = [f"r{row}c{column}" for row in range(height) for column in range(width)]
    frame = pd.DataFrame(images.pixels.reshape(count, -1), columns=names)
    if _is_pair(task):
        frame["left"], frame["right"] = images.digits[:, 0], images.digits[:, 1]
    frame[task.target] = _target(images.digits, task)
    return frame


def _target(digits: np.ndarray, task: Task) -> np.ndarray:
    """The answers, shape (images,), as they are written."""
    if task.target == "parity":
        return np.where(digits[:, 0] % 2 == 1, "odd", "even")
    if task.target == "half":
        return np.where(digits[:, 0] < 5, "small", "large")
    if task.target == "prime":
        return np.where(np.isin(digits[:, 0], (2, 3, 5, 7)), "prime", "other")
    if task.target == "larger":
        return np.where(digits[:, 0] > digits[:, 1], "left", "right")
    return digits.sum(axis=1)


def _answers(table: Table, task: Task) -> Answers:
    truth = table.test[[task.target]]
    classes = sorted(truth[task.target].unique())
    column = Column(type="category", values=tuple(str(one) for one in classes))
    return Answers({task.target: column}, truth, {task.target: table.train[task.target].mode()[0]})


def _context(card: Card, task: Task, spoil: Spoil, table: Table, metric: str) -> dict[str, Any]:
    return {
        "question": task.question,
        "about": card.about,
        "notes": table.notes,
        "target": task.target,
        "pair": _is_pair(task),
        "height": SIDE,
        "width": 2 * SIDE if _is_pair(task) else SIDE,
        "ink": INK,
        "spoil": spoil.piece,
        "noisy": spoil.labels,
        "metric": CARDS[metric],
        "packages": ", ".join(PACKAGES),
        "baseline_does": "fits a decision tree to the pixels.",
    }
