"""Names of a task (columns, classes, files), and aliases for them.

A student too small to copy a word that it has never met can still work on a new task if it sees that task's names as
⟨1⟩, ⟨2⟩, ... in the order in which the instruction brings them up. This is delexicalisation, as small dialogue systems
use it (Henderson, Thomson and Young 2014, "Robust dialog state tracking using delexicalised recurrent neural
networks"). It needs nothing but the first observation, and it is undone in everything that the student writes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

SHARED_BY = 3
"""A name that so many tasks speak of is part of the language, not of a task: it gets no alias."""

_QUOTED = re.compile(r"`([A-Za-z][\w./-]+[A-Za-z0-9])`")


def names_in(text: str) -> list[str]:
    """Names that stand in backticks, in the order of their first appearance; none is shorter than three characters.

    >>> names_in("`data/train.csv`: the answer is in `price`; `id` and `price` ... `mean(x)`")
    ['data/train.csv', 'price']
    """
    return list(dict.fromkeys(_QUOTED.findall(text)))


def shared_names(texts: Iterable[str]) -> list[str]:
    """Names in at least `SHARED_BY` of the texts, sorted; give one text of each task."""
    counts = Counter(name for text in texts for name in names_in(text))
    return sorted(name for name, count in counts.items() if count >= SHARED_BY)


def alias_tokens(count: int) -> list[str]:
    """How the aliases are written."""
    return [f"⟨{number}⟩" for number in range(1, count + 1)]


class Aliases:
    """The aliases of one task.

    Args:
        text: the task's first observation.
        shared: names that get no alias.
        count: most aliases; names beyond them stay as they are.

    >>> aliases = Aliases("Predict `price` from `rooms`.", shared=(), count=8)
    >>> aliases.hide("mean of price: 3, prices: 4")
    'mean of ⟨1⟩: 3, prices: 4'
    >>> aliases.show('TARGET = "⟨1⟩"')
    'TARGET = "price"'
    """

    def __init__(self, text: str, shared: Sequence[str], count: int) -> None:
        own = [name for name in names_in(text) if name not in set(shared)]
        self._alias_of = dict(zip(own, alias_tokens(count), strict=False))
        self._name_of = {alias: name for name, alias in self._alias_of.items()}
        longest_first = sorted(self._alias_of, key=len, reverse=True)
        self._names = re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")
        self._aliases = re.compile(r"⟨\d+⟩")

    def hide(self, value: Any) -> Any:
        """A text, or every text in a list or an object (not its keys), with aliases in place of names."""
        if isinstance(value, str):
            return self._names.sub(lambda found: self._alias_of[found[0]], value) if self._alias_of else value
        if isinstance(value, list):
            return [self.hide(item) for item in value]
        return {key: self.hide(item) for key, item in value.items()} if isinstance(value, dict) else value

    def show(self, text: str) -> str:
        """The text with names in place of aliases; an alias that stands for nothing stays."""
        return self._aliases.sub(lambda found: self._name_of.get(found[0], found[0]), text)
