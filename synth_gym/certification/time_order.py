"""Columns that tell time, and what lies before what."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from synth_gym.certification.data import Data, Values, numbers

_NAMES = {"date", "datetime", "time", "timestamp", "step", "year", "quarter", "period"}
_DATE = re.compile(r"\d{4}[-/]?(\d{2}|Q[1-4]|W\d{2})([-/]\d{2})?([T ][\d:.]+)?(Z|[+-]\d{2}:?\d{2})?")


def time_columns(data: Data) -> list[str]:
    """Features named or written as times, in an order that sorting their values gives."""
    return [name for name in data.features if _is_time(name, data.test.columns[name])]


def follows(known: Sequence[str], asked: Sequence[str]) -> float:
    """Share of the values that come after every known one."""
    before, after = _sortable(known, asked)
    return float(np.mean(after > before.max())) if len(before) and len(after) else 0.0


def is_cut(values: Sequence[str], private: Values) -> bool:
    """Whether all private rows come after all public ones."""
    public, hidden = _sortable(
        [value for value, flag in zip(values, private, strict=True) if not flag],
        [value for value, flag in zip(values, private, strict=True) if flag],
    )
    return bool(len(public) and len(hidden) and public.max() < hidden.min())


def _is_time(name: str, values: Sequence[str]) -> bool:
    if all(_DATE.fullmatch(value) for value in values):
        return len(values[0]) > 4
    return name.lower() in _NAMES and numbers(values) is not None


def _sortable(first: Sequence[str], second: Sequence[str]) -> tuple[Values, Values]:
    """Both as numbers, or both as places in the order of their texts."""
    one, two = numbers(first), numbers(second)
    if one is not None and two is not None:
        return one, two
    order = {value: place for place, value in enumerate(sorted({*first, *second}))}
    return np.array([order[value] for value in first]), np.array([order[value] for value in second])
