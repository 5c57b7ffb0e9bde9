"""Rows of one table that occur in another, where chance does not explain it."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from synth_gym.certification.data import Values

Row = tuple[str, ...]

CHANCE = 0.01
"""Expected number of coincidences between the two tables from which on equal rows are no coincidence."""
TEXT = 30
"""Characters from which on a value with spaces is a text, of one bit a character as English is (Shannon 1951)."""
NEAR = 0.01
"""A near copy is closer than this share of the usual distance between neighbours."""
MIN_COLUMNS = 3
"""With fewer numeric columns rows come as near by chance."""
_EQUAL = 1e-5
_ALL_BUT = 2e-3
"""Relative difference of values that are all but the same."""
_BLOCK = 256


def copies(asked: Sequence[Row], known: Sequence[Row]) -> dict[int, int]:
    """Place of a row -> place of an equal one among the known rows.

    Only rows so rare that their coincidence would be a wonder: by the frequencies of their values, columns taken as
    independent. Tables of a few categories hold equal rows by right.
    """
    places: dict[Row, int] = {row: index for index, row in enumerate(known)}
    common = {index: places[row] for index, row in enumerate(asked) if row in places}
    if not common:
        return {}
    frequencies = _frequencies([*asked, *known])
    needed = math.log2(len(asked) * len(known) / CHANCE)
    return {index: place for index, place in common.items() if _bits(asked[index], frequencies) >= needed}


def near_copies(asked: Values, known: Values) -> dict[int, int]:
    """Place of a row -> place of the nearest known row, where the two are all but equal; equal ones are left out.

    Args:
        asked: shape (rows, columns), NaN for missing values.
        known: shape (other rows, columns).
    """
    if asked.shape[1] < MIN_COLUMNS or len(known) < 2:
        return {}
    both = np.nan_to_num(np.concatenate([asked, known]))
    scale = both.std(axis=0)
    scale[scale == 0] = 1.0
    centred = (both - both.mean(axis=0)) / scale
    ours, theirs = centred[: len(asked)], centred[len(asked) :]
    distances, places = _nearest(ours, theirs)
    usual = float(np.median(distances))
    near = (distances > _EQUAL * usual) & (distances < NEAR * usual)
    return {int(index): int(places[index]) for index in np.flatnonzero(near)}


def twin_share(asked: Values, answers: Values, known: Values, known_answers: Values, *, own: bool) -> float:
    """Share of rows for which another row has all but the same values, and the same answer.

    Args:
        asked: shape (rows, columns), NaN for missing values.
        answers: of these rows, shape (rows,).
        known: shape (other rows, columns).
        known_answers: of the other rows, shape (other rows,).
        own: the other rows are the same ones: no row is its own twin.
    """
    found = 0
    for place, (row, answer) in enumerate(zip(asked, answers, strict=True)):
        like = np.isclose(known, row, rtol=_ALL_BUT, atol=0.0, equal_nan=True).all(axis=1) & (known_answers == answer)
        found += int(like.sum()) > (own and bool(like[place]))
    return found / len(asked)


def _frequencies(rows: Sequence[Row]) -> list[dict[str, float]]:
    """Bits of every value, by column."""
    counts: list[dict[str, int]] = [defaultdict(int) for _ in rows[0]]
    for row in rows:
        for column, value in zip(counts, row, strict=True):
            column[value] += 1
    # Without the copy itself, whose values would otherwise look twice as common as they are.
    return [{value: -math.log2(max(1, count - 1) / len(rows)) for value, count in column.items()} for column in counts]


def _bits(row: Row, frequencies: Sequence[dict[str, float]]) -> float:
    """How surprising a row is."""
    long = (len(value) if len(value) >= TEXT and " " in value else 0 for value in row)
    return sum(max(bits[value], length) for value, bits, length in zip(row, frequencies, long, strict=True))


def _nearest(asked: Values, known: Values) -> tuple[Values, Values]:
    """Distance and place of the nearest known row, block by block."""
    squares = (known**2).sum(axis=1)
    distances, places = [], []
    for start in range(0, len(asked), _BLOCK):
        block = asked[start : start + _BLOCK]
        square = (block**2).sum(axis=1)[:, None] + squares - 2 * block @ known.T
        places.append(square.argmin(axis=1))
        distances.append(np.sqrt(np.maximum(0.0, square.min(axis=1))))
    return np.concatenate(distances), np.concatenate(places)
