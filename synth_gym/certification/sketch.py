"""What a challenge is about, small enough to compare thousands with each other."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass

from synth_gym.certification.case import Case
from synth_gym.certification.data import Data, data_of
from synth_gym.certification.decontaminate import fingerprint
from synth_gym.certification.similarity import words

ROWS = 64
"""Rows that are kept: those with the smallest fingerprints, a fair sample that is the same one for equal data."""
_ENOUGH, _SAME = 16, 0.95
"""Two challenges ask for the same if so many common rows, and this share of them, have the same answer."""
_SHARED = 4
"""Of the smallest fingerprints, as many as are used to find candidates."""


@dataclass(frozen=True)
class Sketch:
    """A challenge in a few words and hashes."""

    key: Hashable
    """Dataset, target and twists."""
    target: Hashable
    answers: Mapping[str, str]
    """What is to be answered for its rows, by the smallest fingerprints of the rows' features, in their order."""
    title: str

    @property
    def rows(self) -> tuple[str, ...]:
        """The smallest fingerprints of its rows' features, sorted."""
        return tuple(self.answers)

    @property
    def traits(self) -> list[Hashable]:
        """Two challenges that share none of these are not compared."""
        return [("key", self.key), ("title", self.title), *(("row", row) for row in self.rows[:_SHARED])]


def sketch_of(case: Case) -> Sketch:
    """Look at a challenge."""
    spec = case.spec
    submission = spec.submission
    answers = tuple(sorted(submission.columns)) if submission.kind == "predictions" else (submission.protocol,)
    made = spec.provenance
    target: Hashable = made.target or answers
    # Who states no target states no twists either; tags are then the nearest thing.
    twists = made.twists if made.target else spec.tags
    dataset = (spec.dataset.source, spec.dataset.id, spec.dataset.config, spec.dataset.split)
    key = (dataset, spec.family, target, frozenset(twists))
    data = case.once(data_of)
    answered = dict(_answered(data)) if data else {}
    kept = {row: answered[row] for row in sorted(answered)[:ROWS]}
    return Sketch(key, target, kept, " ".join(words(spec.title)))


def alike(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    """Estimated share of common rows (bottom-k sketches; Broder 1997)."""
    both = sorted({*first, *second})[:ROWS]
    return len(set(both) & set(first) & set(second)) / len(both) if both else 0.0


def same_answers(one: Sketch, other: Sketch) -> bool:
    """Whether nearly all rows that both have are answered with the same value, whatever the target is called."""
    common = one.answers.keys() & other.answers.keys()
    equal = sum(one.answers[row] == other.answers[row] for row in common)
    return len(common) >= _ENOUGH and equal >= _SAME * len(common)


def _answered(data: Data) -> Iterator[tuple[str, str]]:
    """Fingerprint and answer of every row whose answer is known."""
    tables = [([data.of_test(name) for name in data.features], data.target.values)]
    if data.train and data.target.train is not None:
        tables.append(([data.train.columns[name] for name in data.features], data.target.train))
    for columns, answers in tables:
        for row, answer in zip(zip(*columns, strict=True), answers, strict=True):
            yield fingerprint(row), str(answer)
