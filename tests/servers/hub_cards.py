"""From rows to a dataset's repository: Parquet files, and the card that the Hub's API repeats."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import yaml

from tests.servers.hub_repository import Access, Repository

if TYPE_CHECKING:
    import pandas as pd

ROW_GROUP = 1000
SPLIT_FROM = 1000
"""Tables of more rows have two splits."""

Splits = Mapping[str, "pd.DataFrame"]


def splits(frame: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """A table's splits; the last fifth of a long one is the test set."""
    if len(frame) <= SPLIT_FROM:
        return {"train": frame}
    cut = len(frame) * 4 // 5
    return {"train": frame[:cut], "test": frame[cut:]}


def repository(
    name: str,
    configs: Mapping[str, Splits],
    *,
    title: str,
    about: str,
    columns: Mapping[str, str],
    licence: Mapping[str, str],
    class_labels: Mapping[str, list[str]] | None = None,
    declared: Mapping[str, int] | None = None,
    access: Access = "open",
    downloads: int = 10,
) -> Repository:
    """A dataset's repository as the Hub would hold it.

    Args:
        name: of `playground/<name>`.
        configs: config -> split -> rows.
        title: the card's pretty name.
        about: the card's text.
        columns: column -> what it means, for the card.
        licence: the card's entries on it; none when empty.
        class_labels: column of numbers -> names of its classes.
        declared: entries of the card's `dataset_info` that replace the true ones.
        access: who may read it.
        downloads: the rank in a search.
    """
    parts = [_config(config, tables, class_labels or {}) for config, tables in configs.items()]
    told = [part.info | dict(declared or {}) for part in parts]
    front = {
        **licence,
        "pretty_name": title,
        "task_categories": ["tabular-classification", "tabular-regression"],
        "size_categories": [
            "n<1K" if _rows(configs) < 1000 else "1K<n<10K" if _rows(configs) < 10_000 else "10K<n<100K"
        ],
        "configs": [part.entry for part in parts],
        "dataset_info": told[0] if len(told) == 1 else told,
    }
    made = Repository(f"playground/{name}", access, downloads)
    files = {path: content for part in parts for path, content in part.files.items()}
    made.commit("Upload dataset", {"README.md": _readme(front, title, about, columns).encode(), **files})
    return made


@dataclass(frozen=True)
class _Config:
    """One config of a dataset."""

    files: dict[str, bytes]
    entry: dict[str, Any]
    """In the card's `configs`."""
    info: dict[str, Any]
    """In the card's `dataset_info`."""


def _config(name: str, tables: Splits, class_labels: Mapping[str, list[str]]) -> _Config:
    features = _features(next(iter(tables.values())), class_labels)
    folder = "data" if name == "default" else name
    paths = {split: f"{folder}/{split}-00000-of-00001.parquet" for split in tables}
    files = {path: to_parquet(tables[split], features) for split, path in paths.items()}
    entry = {"config_name": name, "data_files": [{"split": split, "path": path} for split, path in paths.items()]}
    memory = {split: int(frame.memory_usage(index=False).sum()) for split, frame in tables.items()}
    info = {
        "config_name": name,
        "features": features,
        "splits": [
            {"name": split, "num_bytes": memory[split], "num_examples": len(frame)} for split, frame in tables.items()
        ],
        "download_size": sum(map(len, files.values())),
        "dataset_size": sum(memory.values()),
    }
    return _Config(files, entry, info)


def _rows(configs: Mapping[str, Splits]) -> int:
    return max(sum(map(len, tables.values())) for tables in configs.values())


def to_parquet(frame: pd.DataFrame, features: list[dict[str, Any]]) -> bytes:
    """The rows as the `datasets` library writes them, in row groups of `ROW_GROUP`."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    described = {"info": {"features": {one["name"]: _feature_json(one["dtype"]) for one in features}}}
    table = pa.Table.from_pandas(frame, preserve_index=False)
    table = table.replace_schema_metadata({"huggingface": json.dumps(described)})
    buffer = BytesIO()
    pq.write_table(table, buffer, row_group_size=ROW_GROUP)
    return buffer.getvalue()


def _features(frame: pd.DataFrame, class_labels: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    kinds = {"i": "int64", "f": "float64", "b": "bool"}
    return [
        {"name": name, "dtype": {"class_label": {"names": {str(n): one for n, one in enumerate(class_labels[name])}}}}
        if name in class_labels
        else {"name": name, "dtype": kinds.get(frame[name].dtype.kind, "string")}
        for name in frame.columns
    ]


def _feature_json(dtype: Any) -> dict[str, Any]:
    """A feature as it stands in a Parquet file's schema, which is not how it stands in a card."""
    if isinstance(dtype, str):
        return {"dtype": dtype, "_type": "Value"}
    return {"names": list(dtype["class_label"]["names"].values()), "_type": "ClassLabel"}


def _readme(front: Mapping[str, Any], title: str, about: str, columns: Mapping[str, str]) -> str:
    head = yaml.safe_dump(dict(front), sort_keys=False, allow_unicode=True)
    rows = "\n".join(f"| `{name}` | {text} |" for name, text in columns.items())
    return f"---\n{head}---\n\n# {title}\n\n{about}\n\n| column | meaning |\n|---|---|\n{rows}\n"
