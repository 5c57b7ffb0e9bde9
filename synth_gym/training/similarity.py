"""Near-duplicate episodes: those that ran nearly the same.

An episode becomes the set of its runs of five words, over all actions in order. Two episodes are as alike as their sets
overlap (Jaccard index). Numbers count as words: another seed or another learning rate is another experiment.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from synth_gym.rollout.record import Record, read_record

_RUN = 5
"""Words of a shingle: long enough that two honest scripts share few, short enough that one changed line costs few."""
_WORDS = re.compile(r"\w+|[^\w\s]")


def distinct(paths: Sequence[Path], similarity: float) -> list[Path]:
    """Paths of records that are less than `similarity` alike to every one kept before them, in order.

    Args:
        paths: records of one challenge, the preferred ones first.
        similarity: Jaccard index, above 0 to 1.
    """
    kept: list[tuple[Path, frozenset[int]]] = []
    for path in paths:
        own = shingles(read_record(path))
        if all(jaccard(own, other, at_least=similarity) < similarity for _, other in kept):
            kept.append((path, own))
    return [path for path, _ in kept]


def shingles(record: Record) -> frozenset[int]:
    """Hashes of every run of words in an episode's actions; those of one process can be compared."""
    words = [word for step in record.trajectory for word in (*_WORDS.findall(step.action), "\n")]
    return frozenset(hash(tuple(words[start : start + _RUN])) for start in range(max(1, len(words) - _RUN + 1)))


def jaccard(one: frozenset[int], other: frozenset[int], *, at_least: float = 0.0) -> float:
    """Shared over all; 0 where the sizes alone show that `at_least` is not reached."""
    small, large = sorted((len(one), len(other)))
    if not large or small < at_least * large:
        return 0.0
    shared = len(one & other)
    return shared / (small + large - shared)
