"""Class labels: whole numbers in the file, whose names stand in the schema's metadata."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


def named_classes(table: Any) -> pd.DataFrame:
    """An Arrow table as a frame, class labels by their names; -1, which stands for none, is missing.

    The `datasets` library writes the features as JSON under the key `huggingface` of the schema's metadata.
    """
    frame: pd.DataFrame = table.to_pandas()
    for name, feature in _features(table.schema.metadata or {}).items():
        names = feature.get("names") if isinstance(feature, dict) else None
        if isinstance(names, list) and name in frame.columns and frame[name].dtype.kind in "iuf":
            frame[name] = frame[name].map({number: str(one) for number, one in enumerate(names)})
    return frame


def _features(metadata: dict[bytes, bytes]) -> dict[str, Any]:
    try:
        return dict(json.loads(metadata[b"huggingface"])["info"]["features"])
    except (KeyError, ValueError, TypeError):
        return {}
