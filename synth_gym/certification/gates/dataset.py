"""Are the data what challenge.yaml and the instruction say they are?"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

from synth_gym.certification.case import Case
from synth_gym.certification.data import Data, data_of, numbers
from synth_gym.certification.gate import Finding, Gate, failed, not_applicable, passed

_NUMERIC = {"number", "integer", "float", "int", "numeric"}
_ROWS = re.compile(r"`([^`\n]+\.[ct]sv)`[^`\n\d]{0,20}?\b(\d[\d,]*)(?= [a-z])")
_TYPED = re.compile(r"^\|\s*`([^`\n]+)`\s*\|\s*(\w+)\s*\|", re.MULTILINE)


def check(case: Case) -> Finding:
    faults = [fault for path in _table_files(case) for fault in _unreadable(path, case)]
    if case.program:
        return (
            failed(faults[0])
            if faults
            else not_applicable("a program needs no table; the files that lie there are whole")
        )
    data = case.once(data_of)
    if data is None and not faults:
        return not_applicable("the test rows are not in a table")
    if data is not None:
        faults += [*_ids(case, data), *_columns(data), *_targets(case, data), *_stated(case), *_described(case, data)]
    return failed("; ".join(faults[:3]), len(faults), 0) if faults else passed(_size(data), "as declared")


def _table_files(case: Case) -> list[Path]:
    return sorted(path for path in case.challenge.workspace.rglob("*.[ct]sv") if path.is_file())


def _unreadable(path: Path, case: Case) -> Iterator[str]:
    name = path.relative_to(case.challenge.workspace).as_posix()
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t" if path.suffix == ".tsv" else ",", strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        yield f"workspace/{name} is not a table: {error}"
        return
    if len(rows) < 2:
        yield f"workspace/{name} has no rows"
    elif len(set(rows[0])) < len(rows[0]):
        yield f"workspace/{name} names a column twice"
    elif any(len(row) != len(rows[0]) for row in rows if row):
        yield f"workspace/{name} has rows with more or fewer fields than its header"


def _ids(case: Case, data: Data) -> Iterator[str]:
    """Exactly the ids of the labels, each once, and none of them in training."""
    key, ids = case.layout.id_column, set(case.labels.ids)
    for table in case.tables:
        named = table.columns.get(key, [])
        is_listed = table is data.test or set(table.columns) == set(case.layout.header)
        if is_listed and (len(set(named)) < len(named) or set(named) != ids):
            yield f"workspace/{table.name} does not name every id of the labels once and no other"


def _columns(data: Data) -> Iterator[str]:
    """Training and test rows describe the same things in the same way."""
    if data.train is None:
        return
    for name in data.test.columns:
        if name not in data.train.columns:
            yield f"column {name!r} is in workspace/{data.test.name} alone"
    for name in data.features:
        known, asked = numbers(data.train.columns[name]), numbers(data.test.columns[name])
        if (known is None) != (asked is None):
            yield f"column {name!r} holds numbers in one of training and test rows and text in the other"


def _targets(case: Case, data: Data) -> Iterator[str]:
    """The training rows' target has the values that a submission may have."""
    for name, column in case.layout.columns.items():
        shown = set(data.train.columns.get(name, ())) if data.train else set()
        foreign = shown - set(column.values or shown) - {""}
        if foreign:
            yield f"the target {name!r} has the training value {min(foreign)!r}, which no submission may have"


def _stated(case: Case) -> Iterator[str]:
    """Numbers of rows, as in "`data/train.csv`: 107 rows", "... 900 images"."""
    tables = {table.name: table for table in case.tables}
    for name, stated in _ROWS.findall(case.challenge.instruction):
        if name in tables and int(stated.replace(",", "")) != len(next(iter(tables[name].columns.values()))):
            yield f"instruction.md states {stated} rows for {name}, which has another number"


def _described(case: Case, data: Data) -> Iterator[str]:
    """The instruction's table of columns, where it has one: `| name | type | meaning |`."""
    typed = dict(_TYPED.findall(case.challenge.instruction))
    columns = data.test.columns | (data.train or data.test).columns
    for name, kind in typed.items():
        if name not in columns:
            yield f"instruction.md describes a column {name!r} that the data do not have"
        elif kind.lower() in _NUMERIC and numbers([*columns[name], *data.test.columns.get(name, ())]) is None:
            yield f"instruction.md says that column {name!r} is of type {kind}, it holds text"
    # A table of the first few columns, or of what is special, is no list of all.
    missing = [name for name in columns if name not in typed] if 2 * len(typed) >= len(columns) else []
    yield from (f"instruction.md does not describe the column {name!r}" for name in missing)


def _size(data: Data | None) -> str:
    if data is None:
        return ""
    known = f"{len(next(iter(data.train.columns.values())))} training rows, " if data.train else ""
    return f"{known}{len(data.place)} test rows, {len(data.features)} features"


GATE = Gate(
    name="dataset",
    fault="data that are not what they are said to be: columns, types, rows, ids",
    source="MLE-bench issues 30 and 70: a broken sample submission, missing molecules",
    rule="tables are whole; test ids are those of the labels; training and test rows have the same columns and types; "
    "rows and types are those that the instruction states",
    check=check,
    version=2,
)
