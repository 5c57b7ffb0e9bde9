"""What grounding found: a task on a real dataset, with the rows beside it. Plain data, so that the next stage can run
anywhere."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from synth_gym.challenge import Dataset
from synth_gym.schema import Strict
from synth_gym.synthesis.llm.schemas import DatasetCard, Proposal

if TYPE_CHECKING:
    import pandas as pd


class TurnedDown(Strict):
    """A dataset that does not do."""

    dataset: str
    reason: str
    detail: str


class Grounded(Strict):
    """A task and its data."""

    proposal: Proposal
    """With the dataset's own column names."""
    dataset: DatasetCard
    entry: Dataset
    """For `challenge.yaml`."""
    rows: str
    """File of the rows in the cache: content-addressed."""
    mends: tuple[str, ...]
    """How the proposal was mended."""
    turned_down: tuple[TurnedDown, ...]
    """Datasets that were looked at before."""


def rows_hash(frame: pd.DataFrame) -> str:
    """`sha256:<hex>` of rows as CSV."""
    return f"sha256:{hashlib.sha256(frame.to_csv(index=False, lineterminator=chr(10)).encode()).hexdigest()}"


def write_rows(frame: pd.DataFrame, folder: Path) -> str:
    """Keep rows under the hash of what they hold; returns the file's name."""
    name = f"{rows_hash(frame).removeprefix('sha256:')}.parquet"
    folder.mkdir(parents=True, exist_ok=True)
    if not (folder / name).exists():
        temporary = folder / f".{name}.{os.getpid()}.tmp"
        frame.to_parquet(temporary, index=False)
        temporary.replace(folder / name)
    return name


def read_rows(path: Path) -> pd.DataFrame:
    """Rows that were kept."""
    import pandas as pd

    return pd.read_parquet(path)
