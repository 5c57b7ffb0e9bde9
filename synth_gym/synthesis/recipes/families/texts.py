"""Text classification on program text: where does a snippet come from?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from synth_gym.challenge import Column
from synth_gym.synthesis.draft import Draft, DrawRejectedError
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.corpora import CORPORA, Corpus, corpus_named
from synth_gym.synthesis.recipes.families.base import PACKAGES, pick, rounds
from synth_gym.synthesis.recipes.families.predictions import Answers, Texts, predictions_draft
from synth_gym.synthesis.recipes.metrics import CARDS
from synth_gym.synthesis.recipes.snippets import MASK, MAX_CHARACTERS, Snippet, describe, snippets
from synth_gym.synthesis.recipes.tables import TEST_FRACTION, Table, part, with_ids
from synth_gym.synthesis.recipes.templates import render

if TYPE_CHECKING:
    import pandas as pd

CLASSES = (5, 6, 8)
MIN_ROWS_OF_CLASS = 70
MAX_ROWS_OF_CLASS = 240
MIN_FILES_OF_CLASS = 5
"""Where training and test snippets come from different files."""
MAX_ROWS = 1000


@dataclass(frozen=True)
class TextTwist:
    """One way to make a text task harder, or none."""

    piece: str
    title: str
    tag: str
    per_class: int = 0
    """Training rows of each class; 0 for all."""
    wrong: float = 0.0
    """Share of wrong training labels."""
    characters: int = MAX_CHARACTERS
    """Length of a snippet at most."""
    by_file: bool = False
    """The test snippets come from files that no training snippet comes from."""


TWISTS = (
    TextTwist("", "", "plain"),
    TextTwist("FewExamples", "from few examples", "few-shot", per_class=12),
    TextTwist("NoisyLabels", "with wrong labels in training", "label-noise", wrong=0.25),
    TextTwist("Glimpse", "at a glimpse", "short-text", characters=130),
    TextTwist("OtherFiles", "in other files", "group-split", by_file=True),
)


@dataclass(frozen=True)
class TextClassification:
    """The family."""

    name: str = "text-classification"

    def designs(self, rng: np.random.Generator, twisted: float) -> Iterator[TextDesign]:
        """Corpora in turn, each with a random twist, number of classes and metric."""
        for corpus in rounds(CORPORA, rng):
            twist = TWISTS[0] if rng.random() >= twisted else pick(TWISTS[1:], rng)
            yield TextDesign(corpus.key, twist, pick(CLASSES, rng), pick(("accuracy", "macro_f1"), rng))


@dataclass(frozen=True)
class TextDesign:
    """One corpus, twist, number of classes and metric."""

    corpus: str
    twist: TextTwist
    classes: int
    metric: str
    redistributable: bool = True

    @property
    def names(self) -> Sequence[str]:
        stem = corpus_named(self.corpus).name + self.twist.piece
        return (stem, f"{stem}Of{self.classes}")

    def draft(self, address: Address) -> Draft:
        corpus = corpus_named(self.corpus)
        chosen = _chosen(snippets(self.corpus), self, address.stream("classes"))
        table = _table(chosen, self.twist, address.stream("split"))
        table.train, table.test = with_ids(table.train, table.test, address.stream("ids"))
        labels = tuple(sorted(table.test["label"].unique()))
        frequent = table.train["label"].mode()[0]
        answers = Answers({"label": Column(type="category", values=labels)}, table.test[["label"]], {"label": frequent})
        context = _context(corpus, table, self.metric)
        texts = Texts(
            title=f"{corpus.title}, {self.twist.title}" if self.twist.title else corpus.title,
            family="text-classification",
            tags=(self.twist.tag, corpus.distribution),
            instruction="text/instruction.md.j2",
            context=context,
            baseline=render("text/baseline.py.j2", **context),
            solution=render("text/solution.py.j2", **context),
        )
        return predictions_draft(address, texts, describe(self.corpus), CARDS[self.metric].entry(), table, answers)


def _chosen(found: Sequence[Snippet], design: TextDesign, rng: np.random.Generator) -> list[Snippet]:
    """Snippets of some of the labels that have enough, at most so many of each."""
    sizes = Counter(one.label for one in found)
    files = Counter(label for label, _ in {(one.label, one.file) for one in found})
    fewest = MIN_FILES_OF_CLASS if design.twist.by_file else 1
    labels = sorted(label for label, size in sizes.items() if size >= MIN_ROWS_OF_CLASS and files[label] >= fewest)
    if len(labels) < min(CLASSES):
        raise DrawRejectedError("too few classes", f"{len(labels)} with {MIN_ROWS_OF_CLASS} snippets")
    kept = sorted(labels[int(index)] for index in rng.permutation(len(labels))[: design.classes])
    chosen = []
    for label in kept:
        members = [one for one in found if one.label == label]
        most = min(MAX_ROWS_OF_CLASS, MAX_ROWS // len(kept))
        chosen += [members[int(index)] for index in rng.permutation(len(members))[:most]]
    return chosen


def _table(chosen: list[Snippet], twist: TextTwist, rng: np.random.Generator) -> Table:
    import pandas as pd

    labels = np.array([one.label for one in chosen])
    test = _test_files(chosen, rng) if twist.by_file else part(labels, len(labels), TEST_FRACTION, rng)
    frame = pd.DataFrame({"text": [one.text[: twist.characters].strip() for one in chosen], "label": labels})
    frame, test = frame[~frame["text"].duplicated()], test[~frame["text"].duplicated()]
    train, test_rows = frame[~test].copy(), frame[test].copy()
    if set(train["label"]) != set(test_rows["label"]):
        raise DrawRejectedError("a class is missing on one side")
    table = Table(_kept(train, twist.per_class, rng), test_rows, "label")
    _spoil(table, twist, rng)
    return table


def _test_files(chosen: list[Snippet], rng: np.random.Generator) -> np.ndarray:
    """Whole files, drawn label by label until about the usual share of its snippets is in the test."""
    test = np.zeros(len(chosen), dtype=bool)
    files = np.array([one.file for one in chosen])
    labels = np.array([one.label for one in chosen])
    for label in np.unique(labels):
        members = labels == label
        for file in rng.permutation(np.unique(files[members])):
            if test[members].mean() < TEST_FRACTION - 0.1:
                test |= members & (files == file)
    return test


def _kept(train: pd.DataFrame, per_class: int, rng: np.random.Generator) -> pd.DataFrame:
    if not per_class:
        return train
    shuffled = train.iloc[rng.permutation(len(train))]
    return shuffled.groupby("label", sort=True).head(per_class)


def _spoil(table: Table, twist: TextTwist, rng: np.random.Generator) -> None:
    """Put wrong labels in, and write the note."""
    if twist.wrong:
        classes = np.unique(table.train["label"])
        labels = table.train["label"].to_numpy(dtype=object)
        for row in np.flatnonzero(rng.random(len(labels)) < twist.wrong):
            labels[row] = pick(classes[classes != labels[row]], rng)
        table.train["label"] = labels
        table.notes.append(f"About {twist.wrong:.0%} of the training labels are wrong; the test labels are right.")
    if twist.per_class:
        table.notes.append(f"There are only {twist.per_class} training snippets of each class.")
    if twist.by_file:
        table.notes.append("The test snippets come from source files of which no snippet is in the training rows.")
    if twist.characters < MAX_CHARACTERS:
        table.notes.append(f"Of each snippet only the first {twist.characters} characters are given.")


def _context(corpus: Corpus, table: Table, metric: str) -> dict[str, Any]:
    return {
        "question": corpus.question,
        "about": f"{corpus.about} The name of the answer itself was replaced by `{MASK}` wherever it occurred.",
        "notes": table.notes,
        "target": "label",
        "few": len(table.train) < 150,
        "metric": CARDS[metric],
        "packages": ", ".join(PACKAGES),
        "baseline_does": "counts the 60 most frequent words and fits a naive Bayes model.",
    }
