"""What a challenge is about, small enough to compare thousands with each other."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from synth_gym.certification.case import Case
from synth_gym.certification.data import data_of
from synth_gym.certification.decontaminate import fingerprint
from synth_gym.certification.similarity import words

ROWS = 64
"""Rows that are kept: those with the smallest fingerprints, a fair sample that is the same one for equal data."""
_SHARED = 4
"""Of the smallest fingerprints, as many as are used to find candidates."""


@dataclass(frozen=True)
class Sketch:
    """A challenge in a few words and hashes."""

    key: Hashable
    """Dataset, target and twists."""
    target: Hashable
    rows: tuple[str, ...]
    """The smallest fingerprints of its rows' features, sorted."""
    title: str

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
    return Sketch(key, target, _rows(case), " ".join(words(spec.title)))


def alike(first: tuple[str, ...], second: tuple[str, ...]) -> float:
    """Estimated share of common rows (bottom-k sketches; Broder 1997)."""
    both = sorted({*first, *second})[:ROWS]
    return len(set(both) & set(first) & set(second)) / len(both) if both else 0.0


def _rows(case: Case) -> tuple[str, ...]:
    data = case.once(data_of)
    if data is None:
        return ()
    tables = [data.test, data.train] if data.train else [data.test]
    rows = (row for table in tables for row in zip(*(table.columns[name] for name in data.features), strict=True))
    return tuple(sorted({fingerprint(row) for row in rows})[:ROWS])
