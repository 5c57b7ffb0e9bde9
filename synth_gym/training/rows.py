"""The rows of a training set: `messages` and `tools` as TRL and others read them, and what episode they are."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from synth_gym.errors import InvalidFileError

Row = dict[str, Any]

ABOUT = {
    "env_id": "string",
    "family": "string",
    "challenge_hash": "string",
    "seed": "int64",
    "policy": "string",
    "outcome": "string",
    "raw_score": "float64",
    "normalized": "float64",
    "record": "string",
}
"""Columns beside `messages` and `tools`, with their Arrow types. `record` is the hash of the record file."""


def clean_message(message: Mapping[str, Any]) -> dict[str, Any]:
    """A chat message with the keys that chat templates know, and tool-call arguments as objects.

    Raises:
        InvalidFileError: arguments are a text that is not a JSON object. (Some APIs give arguments as JSON text;
            templates differ in what they make of that: one encodes it twice, another fails.)
    """
    kept = {
        key: message[key]
        for key in ("role", "content", "reasoning_content", "name", "tool_call_id")
        if message.get(key)
    }
    kept["content"] = message.get("content") or ""
    if message.get("tool_calls"):
        kept["tool_calls"] = [_clean_call(call) for call in message["tool_calls"]]
    return kept


def _clean_call(call: Mapping[str, Any]) -> dict[str, Any]:
    function, arguments = call["function"], call["function"]["arguments"]
    if isinstance(arguments, str):
        try:
            arguments = json.loads(arguments)
        except json.JSONDecodeError:
            arguments = None
    if not isinstance(arguments, dict):
        raise InvalidFileError(f"the arguments of a call of {function['name']!r} are not a JSON object")
    named = {"id": call["id"]} if call.get("id") else {}
    return {**named, "type": "function", "function": {"name": function["name"], "arguments": arguments}}


def features() -> Any:
    """The schema of a row for `datasets`.

    Tool calls and tools are `Json`: as Arrow structs, every call would be given the arguments of all other tools, as
    nulls, and a student would learn to write them.
    """
    from datasets import Features, Json, List, Value

    message = {name: Value("string") for name in ("role", "content", "reasoning_content", "name", "tool_call_id")}
    columns = {"messages": List({**message, "tool_calls": List(Json())}), "tools": List(Json())}
    return Features(columns | {name: Value(kind) for name, kind in ABOUT.items()})


class ParquetRows:
    """Writes rows to one Parquet file, a batch at a time.

    Args:
        path: the file.
        batch: rows per row group; what is held in memory.
    """

    def __init__(self, path: Path, batch: int = 64) -> None:
        import pyarrow.parquet as parquet

        self._features = features()
        self._writer = parquet.ParquetWriter(path, self._features.arrow_schema)
        self._batch = batch
        self._waiting: list[Row] = []

    def write(self, row: Row) -> None:
        self._waiting.append(row)
        if len(self._waiting) == self._batch:
            self._flush()

    def close(self) -> None:
        if self._waiting:
            self._flush()
        self._writer.close()

    def _flush(self) -> None:
        from datasets import Dataset

        columns = [{name: row.get(name) for name in self._features} for row in self._waiting]
        batch = Dataset.from_list(columns, features=self._features)
        self._writer.write_table(batch.data.table)
        self._waiting = []


def rows_file(export: Path) -> Path:
    """The JSONL file of an export folder.

    Raises:
        InvalidFileError: the folder is not an export.
    """
    path = export / "train.jsonl"
    if not path.is_file() or not path.stat().st_size:
        raise InvalidFileError(f"{export}: is not an export (it holds no rows); make one with 'synth-gym export'")
    return path


def data_hash(export: Path) -> str:
    """`sha256:<hex>` of an export's rows, as `export.json` states it."""
    with rows_file(export).open("rb") as file:
        return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}"


def read_rows(export: Path) -> Iterator[Row]:
    """The rows of an export folder, in order.

    Raises:
        InvalidFileError: the folder is not an export, or a line is not a row.
    """
    path = rows_file(export)
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                row = json.loads(line)
                row["messages"], row["tools"]
            except (json.JSONDecodeError, KeyError, TypeError):
                raise InvalidFileError(f"{path}: line {number} is not a row with 'messages' and 'tools'") from None
            yield row
