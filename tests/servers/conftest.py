"""Fixtures of the playground's tests."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

import pyarrow.parquet as pq
import pytest

from tests.servers.hub_server import HubServer

if TYPE_CHECKING:
    import pandas as pd

TRAIN = "data/train-00000-of-00001.parquet"


@pytest.fixture(scope="package")
def hub() -> Iterator[HubServer]:
    with HubServer() as server:
        yield server


@pytest.fixture(scope="package")
def tables(hub: HubServer) -> dict[str, pd.DataFrame]:
    """The training rows of every dataset of the Hub that has Parquet."""
    files = {id: repository.head.files.get(TRAIN) for id, repository in hub.repositories.items()}
    return {id: pq.read_table(BytesIO(file.content)).to_pandas() for id, file in files.items() if file}
