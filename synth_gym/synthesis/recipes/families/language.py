"""Small language models: probabilities of the next character of a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from synth_gym.challenge import Column
from synth_gym.synthesis.draft import Draft, DrawRejectedError
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.corpora import CORPORA, corpus_named
from synth_gym.synthesis.recipes.families.base import PACKAGES, pick, rounds
from synth_gym.synthesis.recipes.families.predictions import Answers, Texts, predictions_draft
from synth_gym.synthesis.recipes.metrics import CARDS
from synth_gym.synthesis.recipes.snippets import describe, snippets
from synth_gym.synthesis.recipes.tables import Table
from synth_gym.synthesis.recipes.templates import render

CHARACTERS = 60_000
"""Of training text."""
QUESTIONS = 900
CONTEXT = 40
ALPHABET = "abcdefghijklmnopqrstuvwxyz_"
"""`_` stands for a space."""


@dataclass(frozen=True)
class LanguageTwist:
    """One way to change what a model needs, or none."""

    piece: str
    title: str
    tag: str
    note: str = ""
    characters: int = CHARACTERS
    context: int = CONTEXT
    typos: float = 0.0
    """Share of characters of the training text that were hit wrong."""
    labels: bool = False
    """The test texts have other origins than the training texts."""


TWISTS = (
    LanguageTwist("", "", "plain"),
    LanguageTwist("ShortText", "from a short text", "few-shot", "The training text is short.", characters=4000),
    LanguageTwist(
        "Typos",
        "with typing errors in training",
        "label-noise",
        "One character in ten of the training text was hit wrong and is another one. The test texts are clean.",
        typos=0.1,
    ),
    LanguageTwist(
        "OtherOrigin",
        "in texts of other origin",
        "covariate-shift",
        "The test texts come from other parts of the source than the training text.",
        labels=True,
    ),
    LanguageTwist(
        "ShortContext", "from three characters", "partial-observation", "Only three characters are shown.", context=3
    ),
)


@dataclass(frozen=True)
class LanguageModelling:
    """The family."""

    name: str = "language-modelling"

    def designs(self, rng: np.random.Generator, twisted: float) -> Iterator[LanguageDesign]:
        """Corpora in turn, each with a random twist and part of its texts."""
        for corpus in rounds(CORPORA, rng):
            twist = pick(TWISTS[1:], rng) if rng.random() < twisted else TWISTS[0]
            yield LanguageDesign(corpus.key, twist)


@dataclass(frozen=True)
class LanguageDesign:
    """One corpus and twist."""

    corpus: str
    twist: LanguageTwist
    redistributable: bool = True

    @property
    def names(self) -> Sequence[str]:
        return (f"{corpus_named(self.corpus).name}NextCharacter{self.twist.piece}",)

    def draft(self, address: Address) -> Draft:
        corpus = corpus_named(self.corpus)
        train_text, test_text = self._texts(address.stream("texts"))
        table = _table(train_text, test_text, self.twist, address.stream("questions"))
        train_text = _mistyped(train_text[: self.twist.characters], self.twist.typos, address.stream("typos"))
        truth = table.test["next"]
        answers = Answers(
            dict.fromkeys(ALPHABET, Column(type="number", minimum=0.0, maximum=1.0)),
            truth.to_frame().assign(**{letter: (truth == letter).astype(int) for letter in ALPHABET})[list(ALPHABET)],
            dict.fromkeys(ALPHABET, round(1 / len(ALPHABET), 6)),
        )
        title = f"The next character: {corpus.title[0].lower()}{corpus.title[1:]}"
        texts = Texts(
            title=f"{title}, {self.twist.title}" if self.twist.title else title,
            family="language-modelling",
            tags=(self.twist.tag, corpus.distribution),
            instruction="language/instruction.md.j2",
            context={
                "question": "Predict the next character of a text: a probability for each that there is.",
                "about": f"{corpus.about} Capitals were made small; whatever is no letter became a space, written `_`.",
                "notes": [self.twist.note] if self.twist.note else [],
                "characters": len(train_text),
                "context": self.twist.context,
                "alphabet": ALPHABET,
                "packages": ", ".join(PACKAGES),
                "baseline_does": "counts which character follows which.",
            },
            baseline=render("language/baseline.py.j2", alphabet=ALPHABET),
            solution=render("language/solution.py.j2", alphabet=ALPHABET, typos=self.twist.typos),
        )
        metric = CARDS["bits_per_character"].entry()
        draft = predictions_draft(address, texts, describe(self.corpus), metric, table, answers)
        files = {name: text for name, text in draft.files.items() if name != "workspace/data/train.csv"}
        return draft.with_files(files | {"workspace/data/train.txt": train_text + "\n"})

    def _texts(self, rng: np.random.Generator) -> tuple[str, str]:
        """Training and test text, of different snippets."""
        found = snippets(self.corpus)
        order = [found[int(index)] for index in rng.permutation(len(found))[:2500]]
        labels = sorted({one.label for one in order})
        if self.twist.labels:
            strange = {labels[int(index)] for index in rng.permutation(len(labels))[: max(1, len(labels) // 3)]}
            sides = [[one for one in order if (one.label in strange) == side] for side in (False, True)]
        else:
            sides = [order[: len(order) // 2], order[len(order) // 2 :]]
        train, test = ("_".join(_plain(one.text) for one in side) for side in sides)
        if min(len(train), len(test)) < CHARACTERS // 3:
            raise DrawRejectedError("too little text", f"{len(train)} and {len(test)} characters")
        return train[:CHARACTERS], test[:CHARACTERS]


def _plain(text: str) -> str:
    return re.sub("[^a-z]+", "_", text.lower()).strip("_")


def _table(train_text: str, test_text: str, twist: LanguageTwist, rng: np.random.Generator) -> Table:
    import pandas as pd

    places = rng.choice(np.arange(CONTEXT, len(test_text)), size=QUESTIONS, replace=False)
    ids = rng.permutation(QUESTIONS)
    contexts = [test_text[place - twist.context : place] for place in places]
    test = pd.DataFrame({"id": ids, "context": contexts, "next": [test_text[place] for place in places]})
    train = pd.DataFrame({"next": list(train_text[: twist.characters])})
    return Table(train, test, "next")


def _mistyped(text: str, share: float, rng: np.random.Generator) -> str:
    hit = rng.random(len(text)) < share
    letters = rng.integers(len(ALPHABET), size=len(text))
    return "".join(ALPHABET[letters[n]] if wrong else text[n] for n, wrong in enumerate(hit))
