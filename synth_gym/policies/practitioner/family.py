"""What kind of task it is."""

from __future__ import annotations

import re

from synth_gym.policies.practitioner.forecasts import time_column
from synth_gym.policies.practitioner.notebook import Notebook

MAX_SERIES_COLUMNS = 5
"""A series has an id, one or two columns for the time and the values, little else."""
MIN_PIXELS = 16


def family_of(notes: Notebook) -> str:
    """The kind of task, by what the instruction says and what the tables hold; empty when nothing is recognised."""
    if notes.task.program:
        return "game" if notes.task.says("payoff", "opponent") else ""
    train = notes.table("train")
    if not train or not notes.target or not notes.metric.task:
        return ""
    if text_column(notes):
        return "text"
    if notes.task.says("forecast", "future") and time_column(notes) and len(train.columns) <= MAX_SERIES_COLUMNS:
        return "forecast"
    if notes.task.says("image", "pixel") and _numbered(train.columns) >= MIN_PIXELS:
        return "pixels"
    return "table"


def _numbered(columns: tuple[str, ...]) -> int:
    """How many columns are called by numbers (`pixel7`, `r0c3`)."""
    return sum(bool(re.fullmatch(r"[a-z_]*\d+(?:[a-z_]+\d+)?", name)) for name in columns)


def text_column(notes: Notebook) -> str:
    """A column of whole sentences or lines of code; empty when there is none."""
    train = notes.table("train")
    if not train:
        return ""
    known = {notes.id_column, notes.target}
    lengths = {name: _mean_length(train.sample(name)) for name in train.columns if name not in known}
    longest = max(lengths, key=lambda name: lengths[name], default="")
    alone = len(lengths) == 1 and notes.task.says("text", "source", "snippet", "sentence", "message")
    return longest if longest and (lengths[longest] >= 60 or (alone and lengths[longest] >= 15)) else ""


def _mean_length(values: list[str]) -> float:
    return sum(map(len, values)) / len(values) if values else 0.0
