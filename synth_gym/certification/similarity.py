"""How alike texts are: by rare words, and by sequences of words taken over."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

GRAM = 5
"""Words in a row; so many in common are seldom chance."""

_WORD = re.compile(r"[a-z]+|\d+")


def words(text: str) -> list[str]:
    """Lower-case words; CamelCase is taken apart, digits stand alone, apostrophes vanish.

    >>> words("PrisonersDilemma, the prisoner's CIFAR-10")
    ['prisoners', 'dilemma', 'the', 'prisoners', 'cifar', '10']
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text.replace("'", "").replace("\u2019", ""))
    return _WORD.findall(apart.lower())


def cosines(text: str, others: Sequence[str]) -> list[float]:
    """TF-IDF cosine of a text with each of the others, which are the corpus together with it."""
    counts = [Counter(words(one)) for one in (text, *others)]
    documents = Counter(word for count in counts for word in count)
    weights = {word: math.log((1 + len(counts)) / (1 + number)) for word, number in documents.items()}
    vectors = [
        {word: (1 + math.log(times)) * weights[word] for word, times in count.items() if weights[word] > 0}
        for count in counts
    ]
    lengths = [math.sqrt(sum(value**2 for value in vector.values())) for vector in vectors]
    first = vectors[0]
    return [
        sum(value * first.get(word, 0.0) for word, value in vector.items()) / (lengths[0] * length or 1.0)
        for vector, length in zip(vectors[1:], lengths[1:], strict=True)
    ]


def taken_over(text: str, source: str) -> float:
    """Share of the source's word sequences that stand in the text."""
    theirs = grams(source)
    return len(theirs & grams(text)) / len(theirs) if theirs else 0.0


def grams(text: str) -> set[tuple[str, ...]]:
    """Every sequence of `GRAM` words."""
    found = words(text)
    return {tuple(found[start : start + GRAM]) for start in range(len(found) - GRAM + 1)}
