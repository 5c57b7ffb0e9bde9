"""A model's names of columns, matched to the real ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches

CLOSE = 0.8
"""Least similarity of two names that are taken for one (`difflib`, of letters and digits alone)."""


def matched(name: str, columns: Sequence[str]) -> str | None:
    """The column that a name means, or None: exactly, but for case and signs, or nearly.

    >>> matched("Petal Width (cm)", ["petal_length", "petal_width"])
    'petal_width'
    """
    if name in columns:
        return name
    plain = {_plain(column): column for column in reversed(columns)}
    for wanted in (_plain(name), _plain(re.sub(r"\(.*?\)", "", name))):
        if wanted in plain:
            return plain[wanted]
        if close := get_close_matches(wanted, plain, n=1, cutoff=CLOSE):
            return plain[close[0]]
    return None


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.lower())
