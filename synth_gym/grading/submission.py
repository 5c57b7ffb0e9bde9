"""Reading a predictions file, strictly.

The file comes from an agent: it may be anything. What is accepted is exactly one finite, typed value per column for
every id. Row order, a byte-order mark, `\\r\\n` and spaces around a field do no harm; everything else is a fault
with one clear message. Memory is bounded by the number of ids, whatever the file holds.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from synth_gym.grading.artefact import open_artefact
from synth_gym.grading.faults import SubmissionRejected

MAX_FIELD = 1024
"""Characters of one field: more than any number, id or class needs."""
MAX_LINE = 65_536
"""Characters of one line."""

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_SPECIAL = {"nan", "inf", "infinity", "na", "none", "null"}


@dataclass(frozen=True)
class ColumnFormat:
    """What a column holds; the fields of `synth_gym.challenge.Column`."""

    type: str
    values: Sequence[str] | None = None
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True)
class Format:
    """What a predictions file holds; `synth_gym.challenge.Predictions` without its dependencies, for the grader's
    process.
    """

    id_column: str
    columns: dict[str, ColumnFormat]

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Format:
        """From `Predictions.model_dump()`."""
        return cls(data["id_column"], {name: ColumnFormat(**column) for name, column in data["columns"].items()})

    @property
    def header(self) -> list[str]:
        return [self.id_column, *self.columns]

    def max_bytes(self, rows: int) -> int:
        """A size that no honest file of so many rows reaches."""
        return MAX_LINE + (rows + 1) * len(self.header) * MAX_FIELD


def read_predictions(path: Path, layout: Format, ids: Sequence[str]) -> dict[str, list[Any]]:
    """The predicted values, in the order of `ids`.

    Args:
        path: the file.
        layout: its columns.
        ids: every id that must occur, once.

    Returns:
        for each column one value per id: text for a category, an int for an integer, a finite float for a number.

    Raises:
        SubmissionRejected: the first fault, with the place of its first occurrence and how often it occurs.
    """
    try:
        with open_artefact(path, layout.max_bytes(len(ids))) as file:
            return _Reading(layout, ids).read(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""))
    except UnicodeDecodeError as error:
        raise SubmissionRejected(f"the file is not UTF-8 text (byte 0x{error.object[error.start]:02x})") from None
    except csv.Error as error:
        raise SubmissionRejected(f"the file is not CSV: {error}") from None
    except MemoryError:
        raise SubmissionRejected("the file needs too much memory to read") from None


def parser_of(column: ColumnFormat) -> Callable[[str], Any]:
    """A function from a field's text to its value; it raises ValueError with a message that quotes the text."""
    if column.type == "category":
        return _category_parser(column)
    return lambda text: _parse_number(text, column)


class _Reading:
    """One pass over one file; counts faults instead of keeping rows."""

    def __init__(self, layout: Format, ids: Sequence[str]) -> None:
        self._layout = layout
        self._ids = ids
        self._place = {one: index for index, one in enumerate(ids)}
        self._seen = bytearray(len(ids))
        self._parsers = {name: parser_of(column) for name, column in layout.columns.items()}
        self._values: dict[str, list[Any]] = {name: [None] * len(ids) for name in layout.columns}
        self._faults: dict[str, tuple[str, int]] = {}

    def read(self, file: io.TextIOWrapper) -> dict[str, list[Any]]:
        reader = csv.reader(_lines(file), skipinitialspace=True, strict=True)
        header = [name.strip() for name in next(reader, [])]
        self._check_header(header)
        for row in reader:
            if len(row) == len(header):
                self._take({name: text.strip() for name, text in zip(header, row, strict=True)}, reader.line_num)
            elif any(text.strip() for text in row):
                self._fault("width", f"line {reader.line_num} has {len(row)} fields, the header has {len(header)}")
        self._conclude()
        return self._values

    def _check_header(self, header: list[str]) -> None:
        expected = self._layout.header
        wanted = ", ".join(expected)
        if not any(header):
            raise SubmissionRejected(f"the file is empty; its first line must name the columns {wanted}")
        for name in header:
            if header.count(name) > 1:
                raise SubmissionRejected(f"column {_quote(name)} occurs {header.count(name)} times in the header")
        missing = [name for name in expected if name not in header]
        if missing:
            raise SubmissionRejected(f"column {_quote(missing[0])} is missing; the header must be: {wanted}")
        extra = [name for name in header if name not in expected]
        if extra:
            hint = "" if extra[0] else " (an unnamed index? write the file without it)"
            raise SubmissionRejected(f"unexpected column {_quote(extra[0])}{hint}; the header must be: {wanted}")

    def _take(self, row: dict[str, str], line: int) -> None:
        id_column = self._layout.id_column
        key = row[id_column]
        place = self._place.get(key)
        if place is None:
            self._fault("foreign", f"line {line}: {id_column} {_quote(key)} is not in the test set")
            return
        if self._seen[place]:
            self._fault("repeated", f"line {line}: {id_column} {_quote(key)} occurs a second time")
            return
        self._seen[place] = 1
        for name, parse in self._parsers.items():
            try:
                self._values[name][place] = parse(row[name])
            except ValueError as error:
                self._fault(f"value of {name}", f"line {line}, column {_quote(name)}: {error}")

    def _fault(self, kind: str, message: str) -> None:
        first, count = self._faults.get(kind, (message, 0))
        self._faults[kind] = (first, count + 1)

    def _conclude(self) -> None:
        for message, count in self._faults.values():
            raise SubmissionRejected(message if count == 1 else f"{message} ({count} rows have this fault)")
        missing = self._seen.count(0)
        if missing == len(self._ids):
            raise SubmissionRejected(f"the file has no rows; {len(self._ids)} are needed")
        if missing:
            first = _quote(self._ids[self._seen.index(0)])
            raise SubmissionRejected(
                f"{missing} of {len(self._ids)} rows are missing, the first has {self._layout.id_column} {first}"
            )


def _lines(file: io.TextIOWrapper) -> Iterator[str]:
    number = 0
    while line := file.readline(MAX_LINE + 1):
        number += 1
        if len(line) > MAX_LINE:
            raise SubmissionRejected(f"line {number} is longer than {MAX_LINE} characters")
        if "\0" in line:
            raise SubmissionRejected(f"line {number} holds a NUL byte")
        yield line


def _category_parser(column: ColumnFormat) -> Callable[[str], str]:
    allowed = frozenset(column.values or ())
    listed = ", ".join(list(column.values or ())[:10]) + (", ..." if len(allowed) > 10 else "")

    def parse(text: str) -> str:
        if not text:
            raise ValueError("the value is missing")
        if allowed and text not in allowed:
            raise ValueError(f"{_quote(text)} is not one of: {listed}")
        return text

    return parse


def _parse_number(text: str, column: ColumnFormat) -> float:
    if not text:
        raise ValueError("the value is missing")
    value = float(text) if len(text) <= MAX_FIELD and _NUMBER.fullmatch(text) else None
    if value is None or not math.isfinite(value):
        special = value is not None or text.lstrip("+-").lower() in _SPECIAL
        raise ValueError(f"{_quote(text)} is not a {'finite ' if special else ''}number")
    if column.type == "integer" and value != int(value):
        raise ValueError(f"{_quote(text)} is not an integer")
    if column.minimum is not None and value < column.minimum:
        raise ValueError(f"{_quote(text)} is below the minimum {column.minimum:g}")
    if column.maximum is not None and value > column.maximum:
        raise ValueError(f"{_quote(text)} is above the maximum {column.maximum:g}")
    return int(value) if column.type == "integer" else value


def _quote(text: str) -> str:
    return repr(text if len(text) <= 40 else text[:40] + "...")
