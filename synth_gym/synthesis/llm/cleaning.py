"""A dataset's rows as they can stand in a challenge's CSV files."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

_NUMBERING = re.compile(r"(unnamed.*|(row|record)?[ _-]?(id|index|number|no)|__index_level_\d+__)", re.IGNORECASE)
_AWKWARD = re.compile(r"[`|\n\r\t\"]|^\s|\s$|^$")
RESERVED = ("id", "split")
"""Columns of the challenge itself."""
MISSING = frozenset(
    [
        "#N/A",
        "#NA",
        "-1.#IND",
        "-1.#QNAN",
        "-NaN",
        "-nan",
        "1.#IND",
        "1.#QNAN",
        "<NA>",
        "N/A",
        "NA",
        "NULL",
        "NaN",
        "None",
        "n/a",
        "nan",
        "null",
    ]
)
"""Texts that pandas reads as missing."""


def cleaned(frame: pd.DataFrame) -> tuple[pd.DataFrame, list[str]]:
    """Rows without what no agent can use, and what was done.

    Texts are on one line. Columns that number the rows, hold one value, or have names that cannot be quoted are left
    out.
    """
    notes: list[str] = []
    kept: dict[str, Any] = {}
    for name in frame.columns:
        values = _plain(frame[name])
        if fault := _fault(str(name), values):
            notes.append(f"column {name!r} left out: {fault}")
        else:
            kept[str(name)] = values
    import pandas as pd

    return pd.DataFrame(kept), notes


def as_classes(values: pd.Series) -> pd.Series:
    """A target as the names of classes, none of which a CSV reader takes for a missing value."""
    written = values.map(lambda value: value if value is None or value != value else _class(value))
    return written.astype(object)


def _class(value: Any) -> str:
    text = str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)
    text = text.replace("`", "'").replace("|", "/").replace('"', "'")
    return f"class {text}" if text in MISSING else text


def _plain(values: pd.Series) -> pd.Series:
    """Numbers and booleans as they are, everything else as text on one line; what is empty is missing."""
    import pandas as pd

    if pd.api.types.is_bool_dtype(values) or pd.api.types.is_numeric_dtype(values):
        return values.replace([float("inf"), float("-inf")], float("nan")) if values.dtype.kind == "f" else values
    present = [value for value in values if value is not None and value == value]
    if present and all(isinstance(value, bool) for value in present):
        return values.astype(object)
    if present and not any(isinstance(value, str) for value in present):
        return pd.to_numeric(values, errors="coerce")
    return values.map(_one_line).astype(object)


def _one_line(value: Any) -> str | None:
    if value is None or value != value:
        return None
    text = " ".join(str(value).encode("utf-8", "replace").decode().replace("\0", " ").split())
    return text or None


def _fault(name: str, values: pd.Series) -> str | None:
    """Why a column is left out."""
    if _AWKWARD.search(name):
        return "its name cannot be quoted"
    if _NUMBERING.fullmatch(name) and values.nunique() > 0.5 * len(values):
        return "it numbers the rows"
    if name.lower() in RESERVED:
        return "its name is reserved"
    if values.nunique() < 2 and values.notna().all():
        return "it holds one value"
    if values.isna().all():
        return "it is empty"
    return None
