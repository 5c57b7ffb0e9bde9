"""The tables that lie in a workspace, read as text."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

_DELIMITERS = {".csv": ",", ".tsv": "\t", ".txt": ",", ".dat": ","}
MAX_BYTES = 64 * 2**20


@dataclass(frozen=True)
class Table:
    """One file, column by column."""

    name: str
    """Path in the workspace."""
    content: bytes
    columns: dict[str, list[str]]
    """Values as text, without surrounding spaces; all of one length."""


def read_tables(workspace: Path) -> list[Table]:
    """Every file that can be read as a table with a header; others are left out."""
    files = (path for path in sorted(workspace.rglob("*")) if path.suffix in _DELIMITERS and path.is_file())
    tables = (_read(path, path.relative_to(workspace).as_posix()) for path in files if path.stat().st_size <= MAX_BYTES)
    return [table for table in tables if table]


def _read(path: Path, name: str) -> Table | None:
    content = path.read_bytes()
    try:
        lines = content.decode("utf-8-sig").splitlines()
        rows = [row for row in csv.reader(lines, delimiter=_DELIMITERS[path.suffix], skipinitialspace=True) if row]
    except (UnicodeDecodeError, csv.Error):
        return None
    if len(rows) < 2 or any(len(row) != len(rows[0]) for row in rows):
        return None
    header, *body = rows
    columns = zip(header, zip(*body, strict=True), strict=True)
    return Table(name, content, {title.strip(): [value.strip() for value in values] for title, values in columns})
