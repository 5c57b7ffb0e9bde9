"""A fair sample of a split's rows, read from its Parquet files without downloading them whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from synth_gym.errors import MissingExtraError
from synth_gym.policies.client import one_line
from synth_gym.synthesis.draft import DrawRejectedError
from synth_gym.synthesis.llm.class_labels import named_classes
from synth_gym.synthesis.llm.hub import Hub, Source

if TYPE_CHECKING:
    import pandas as pd

MAX_FILES = 4
"""Files of a split that are looked into."""


@dataclass(frozen=True)
class Sample:
    """Rows of a split."""

    frame: pd.DataFrame
    """Columns of plain values alone (numbers, booleans, text); class labels by name."""
    rows: int
    """In the whole split; an estimate where it has more than `MAX_FILES` files."""


@dataclass(frozen=True)
class _Group:
    """One row group."""

    file: int
    index: int
    rows: int
    bytes: int
    """Compressed, of the columns that are read."""


def read_sample(hub: Hub, source: Source, wanted: int, max_bytes: int) -> Sample:
    """Rows from row groups that are spread evenly over the split: data are often sorted.

    Args:
        hub: the Hub.
        source: the dataset.
        wanted: rows; more are read where row groups are larger.
        max_bytes: of all the row groups that are read.

    Raises:
        DrawRejectedError: there are no plain columns, or one row group alone is larger than `max_bytes`.
        HubUnavailableError: the Hub does not give them.
    """
    try:
        import pyarrow.parquet
    except ModuleNotFoundError:
        raise MissingExtraError("the generator 'llm'", "llm", "pyarrow") from None
    paths = sorted(source.split.sizes)
    chosen = _spread(paths, MAX_FILES)
    files = [_opened(hub, source, path) for path in chosen]
    columns = _plain_columns(files[0].schema_arrow)
    groups = [group for number, file in enumerate(files) for group in _groups(number, file.metadata, set(columns))]
    picked = _affordable(groups, wanted, max_bytes)
    tables = [_read(hub, source, partial(files[one.file].read_row_group, one.index, columns)) for one in picked]
    table = pyarrow.concat_tables(tables, promote_options="permissive")
    rows = sum(file.metadata.num_rows for file in files)
    estimate = round(rows * source.split.bytes / max(1, sum(source.split.sizes[path] for path in chosen)))
    return Sample(named_classes(table), rows if len(chosen) == len(paths) else estimate)


def _opened(hub: Hub, source: Source, path: str) -> Any:
    """The file's footer."""
    import pyarrow.parquet

    return _read(hub, source, lambda: pyarrow.parquet.ParquetFile(hub.open(source, path)))


def _read(hub: Hub, source: Source, ask: Callable[[], Any]) -> Any:
    """What reads a file; where the Hub gives it to nobody, or it is no Parquet, the dataset is at fault."""
    import pyarrow

    try:
        return hub.read(ask)
    except (OSError, pyarrow.ArrowException) as error:
        raise DrawRejectedError("dataset cannot be read", f"{source.id}: {one_line(error)}") from None


def _spread(items: Sequence[Any], count: int) -> list[Any]:
    """So many of the items, evenly spread, the first among them."""
    step = max(1.0, len(items) / count)
    return [items[int(number * step)] for number in range(min(count, len(items)))]


def _plain_columns(schema: Any) -> list[str]:
    import pyarrow

    names = ("integer", "floating", "boolean", "string", "large_string", "decimal")
    plain = [getattr(pyarrow.types, f"is_{name}") for name in names]
    found = [field.name for field in schema if any(is_kind(_value_type(field.type)) for is_kind in plain)]
    if not found:
        raise DrawRejectedError("dataset has no plain columns", ", ".join(schema.names))
    return found


def _value_type(kind: Any) -> Any:
    import pyarrow

    return kind.value_type if pyarrow.types.is_dictionary(kind) else kind


def _groups(number: int, metadata: Any, columns: set[str]) -> list[_Group]:
    found = []
    for index in range(metadata.num_row_groups):
        group = metadata.row_group(index)
        chunks = (group.column(place) for place in range(group.num_columns))
        size = sum(chunk.total_compressed_size for chunk in chunks if chunk.path_in_schema in columns)
        found.append(_Group(number, index, group.num_rows, size))
    return found


def _affordable(groups: Sequence[_Group], wanted: int, max_bytes: int) -> list[_Group]:
    """Row groups that are spread evenly and together have enough rows, as far as the bytes reach."""
    rows = sum(group.rows for group in groups)
    needed = max(1, -(-wanted * len(groups) // max(1, rows)))
    # At least four where there are four: one row group of a sorted table may hold one class alone.
    picked: list[_Group] = []
    for group in _spread(groups, min(len(groups), max(4, needed))):
        if sum(one.bytes for one in picked) + group.bytes <= max_bytes:
            picked.append(group)
    if not picked:
        detail = f"one row group has {groups[0].bytes:,} bytes" if groups else "it has no rows"
        raise DrawRejectedError("dataset is too large" if groups else "dataset has too few rows", detail)
    return picked
