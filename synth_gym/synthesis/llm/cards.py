"""What the model is told of a dataset."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from synth_gym.synthesis.llm.schemas import ColumnCard, DatasetCard, Kind

if TYPE_CHECKING:
    import pandas as pd

EXAMPLES = 5
MAX_TEXT = 200
"""Characters of a cell that are shown."""


def column_cards(frame: pd.DataFrame) -> tuple[ColumnCard, ...]:
    """Every column of a frame."""
    return tuple(_card(name, frame[name]) for name in frame.columns)


def shown_rows(frame: pd.DataFrame, count: int) -> tuple[dict[str, Any], ...]:
    """The first rows, long texts cut."""
    return tuple({name: _cell(value) for name, value in row.items()} for row in frame.head(count).to_dict("records"))


def narrowed(card: DatasetCard, names: list[str]) -> DatasetCard:
    """The card with these columns alone."""
    columns = tuple(column for column in card.columns if column.name in names)
    sample = tuple({name: value for name, value in row.items() if name in names} for row in card.sample)
    return card.model_copy(update={"columns": columns, "sample": sample})


def kind_of(values: pd.Series) -> Kind:
    """What a column's cells are."""
    present = values.dropna()
    if len(present) and all(isinstance(value, bool) for value in present.tolist()):
        return "boolean"
    if values.dtype.kind in "iu" or (values.dtype.kind == "f" and bool((present % 1 == 0).all())):
        return "integer"
    return "number" if values.dtype.kind == "f" else "text"


def _card(name: str, values: pd.Series) -> ColumnCard:
    examples = tuple(_cell(value) for value in values.dropna().drop_duplicates().head(EXAMPLES).tolist())
    return ColumnCard(
        name=name,
        dtype=kind_of(values),
        distinct=int(values.nunique()),
        missing=int(values.isna().sum()),
        examples=examples,
    )


def _cell(value: Any) -> Any:
    """A value as JSON has it."""
    if value is None or value != value:
        return None
    if isinstance(value, str):
        return value if len(value) <= MAX_TEXT else f"{value[:MAX_TEXT]}..."
    plain = value.item() if hasattr(value, "item") else value
    return int(plain) if isinstance(plain, float) and plain.is_integer() else plain
