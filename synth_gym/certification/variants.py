"""A good predictions file, spoilt in every way that we know of, and changed in ways that do no harm."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence

from synth_gym.grading.submission import MAX_FIELD, MAX_LINE, Format

Row = list[str]


def harmless(layout: Format, rows: Sequence[Row]) -> dict[str, bytes]:
    """The same answers, written otherwise.

    Args:
        layout: the columns.
        rows: answers in the order of `layout.header`.

    Returns:
        name -> content of a file that must get the same score.
    """
    header = layout.header
    plain = write([header, *rows])
    return {
        "rows reversed": write([header, *rows[::-1]]),
        "rows permuted": write([header, *random.Random(1).sample(rows, len(rows))]),
        "columns reversed": write([row[::-1] for row in [header, *rows]]),
        "carriage returns": plain.replace(b"\n", b"\r\n"),
        "a byte-order mark": b"\xef\xbb\xbf" + plain,
        "spaces around fields": write([[f" {field} " for field in row] for row in [header, *rows]]),
        "quoted fields": write([header, *rows], quoting=csv.QUOTE_ALL),
        "no newline at the end": plain.rstrip(b"\n"),
        "blank lines at the end": plain + b"\n\n",
    }


def malformed(layout: Format, rows: Sequence[Row]) -> dict[str, bytes]:
    """Files that no grader may score.

    Args:
        layout: the columns.
        rows: at least three good answers in the order of `layout.header`.

    Returns:
        name -> content.
    """
    plain = write([layout.header, *rows])
    return {
        "empty": b"",
        "JSON": b'{"score": 1.0}\n',
        "a score of its own": b"score\n1.0\n",
        "not UTF-8": plain.replace(b"\n", b"\xff\n", 2),
        "a NUL byte": plain.replace(b"\n", b"\0\n", 2),
        "UTF-16": plain.decode().encode("utf-16"),
        "semicolons": plain.replace(b",", b";"),
        "a huge line": plain + b"x" * (MAX_LINE + 1) + b"\n",
        "a huge file": plain + b"\n" * layout.max_bytes(len(rows)),
        **_wrong_rows(layout, list(rows)),
        **_wrong_columns(layout, list(rows)),
        **_wrong_ids(layout, list(rows)),
        **_wrong_values(layout, list(rows)),
    }


def _wrong_rows(layout: Format, rows: list[Row]) -> dict[str, bytes]:
    header = layout.header
    return {
        "the header alone": write([header]),
        "no header": write(rows),
        "the header twice": write([header, header, *rows]),
        "the last row missing": write([header, *rows[:-1]]),
        "half of the rows": write([header, *rows[: len(rows) // 2]]),
        "the last row twice": write([header, *rows, rows[-1]]),
        "a row in place of another": write([header, *rows[:-1], rows[0]]),
        "one row over and over": write([header, *[rows[0]] * len(rows)]),
        "all rows twice": write([header, *rows, *rows]),
        "a short row": write([header, rows[0][:-1], *rows[1:]]),
        "a long row": write([header, [*rows[0], rows[0][-1]], *rows[1:]]),
    }


def _wrong_columns(layout: Format, rows: list[Row]) -> dict[str, bytes]:
    header = layout.header
    return {
        "no id column": write([row[1:] for row in [header, *rows]]),
        "a column missing": write([row[:-1] for row in [header, *rows]]),
        "a column renamed": write([[*header[:-1], "prediction_"], *rows]),
        "a column more": write([[*header, "score"], *([*row, "1.0"] for row in rows)]),
        "an unnamed index": write([["", *header], *([str(number), *row] for number, row in enumerate(rows))]),
        "a column twice": write([[*row, row[-1]] for row in [header, *rows]]),
    }


def _wrong_ids(layout: Format, rows: list[Row]) -> dict[str, bytes]:
    header = layout.header
    return {
        "a foreign id": write([header, ["no-such-id", *rows[0][1:]], *rows[1:]]),
        "a foreign row more": write([header, *rows, ["no-such-id", *rows[0][1:]]]),
        "all ids foreign": write([header, *([f"x{row[0]}", *row[1:]] for row in rows)]),
        "an empty id": write([header, ["", *rows[0][1:]], *rows[1:]]),
    }


def _wrong_values(layout: Format, rows: list[Row]) -> dict[str, bytes]:
    header = layout.header
    values = {
        "an empty value": "",
        "NaN": "nan",
        "infinity": "inf",
        "minus infinity": "-inf",
        "an unknown value": "no such value",
    }
    if next(reversed(layout.columns.values())).type != "category":
        values |= {"a number too large": "1e999", "a decimal comma": "0,5", "a long number": "0" * (MAX_FIELD + 1)}
    spoilt = {name: write([header, [*rows[0][:-1], value], *rows[1:]]) for name, value in values.items()}
    return spoilt | {"all values unknown": write([header, *([*row[:-1], "no such value"] for row in rows)])}


def write(rows: Sequence[Row], quoting: int = csv.QUOTE_MINIMAL) -> bytes:
    """Rows as CSV."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n", quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return text.getvalue().encode()
