"""The tables that an agent sees, and the first look at them."""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from synth_gym.challenge import Challenge

ROWS, COLUMNS, CHARACTERS = 8, 12, 220
"""What a preview shows of a table, and of a cell."""
IMAGES = 24
MAX_ROWS = 20_000
_PIXEL = re.compile(r"(?P<side>.*?)r(?P<row>\d+)c(?P<column>\d+)")


@dataclass(frozen=True)
class Table:
    """One CSV file of the workspace; at most `MAX_ROWS` rows of it."""

    name: str
    header: tuple[str, ...]
    rows: list[list[str]]

    def column(self, name: str) -> list[str]:
        place = self.header.index(name)
        return [row[place] for row in self.rows]


@dataclass(frozen=True)
class Preview:
    """The head of a table, cut to what can be looked at."""

    name: str
    header: tuple[str, ...]
    rows: list[list[str]]
    all_rows: int
    hidden_columns: int


@dataclass(frozen=True)
class Image:
    """Pixels of one row as squares with ink from 0 to 1; several images of a row stand side by side."""

    width: int
    height: int
    pixels: list[tuple[int, int, float]]
    """(x, y, ink) where there is any."""
    caption: str


def read_tables(challenge: Challenge) -> list[Table]:
    """Every table below `workspace/data`; a file that is no table is left out."""
    files = sorted((challenge.workspace / "data").glob("*.csv"))
    return [table for file in files if (table := _read(file)) is not None]


def preview(table: Table) -> Preview:
    """The first rows and columns."""
    shown = [[_clipped(cell) for cell in row[:COLUMNS]] for row in table.rows[:ROWS]]
    hidden = max(0, len(table.header) - COLUMNS)
    return Preview(table.name, table.header[:COLUMNS], shown, len(table.rows), hidden)


def images(table: Table, answers: Sequence[str]) -> list[Image]:
    """The first rows as pictures, where columns are pixels (`r0c0`, `left_r3c5`); none elsewhere."""
    found = [(place, match) for place, name in enumerate(table.header) if (match := _PIXEL.fullmatch(name))]
    if len(found) < 16:
        return []
    sides = list(dict.fromkeys(match["side"] for _, match in found))
    height = 1 + max(int(match["row"]) for _, match in found)
    width = 1 + max(int(match["column"]) for _, match in found)
    spots = [
        (place, int(match["column"]) + sides.index(match["side"]) * (width + 1), int(match["row"]))
        for place, match in found
    ]
    darkest = max((number(row[place]) or 0.0 for row in table.rows for place, _, _ in spots), default=1.0) or 1.0
    captions = [name for name in answers if name in table.header]
    return [
        Image(
            width=len(sides) * (width + 1) - 1,
            height=height,
            pixels=[
                (x, y, round(min(ink / darkest, 1.0), 2))
                for place, x, y in spots
                if (ink := number(row[place]) or 0.0) > 0
            ],
            caption=", ".join(row[table.header.index(name)] for name in captions),
        )
        for row in table.rows[:IMAGES]
    ]


def number(text: str) -> float | None:
    """The finite number that a cell holds, or None."""
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _read(file: Path) -> Table | None:
    try:
        with file.open(encoding="utf-8", newline="") as lines:
            reader = csv.reader(lines)
            header = tuple(next(reader))
            rows = [row for row, _ in zip(reader, range(MAX_ROWS), strict=False) if len(row) == len(header)]
    except (OSError, UnicodeError, csv.Error, StopIteration):
        return None
    return Table(file.name, header, rows)


def _clipped(cell: str) -> str:
    return cell if len(cell) <= CHARACTERS else f"{cell[:CHARACTERS]}…"
