"""Published figures to test against; `tests/data/mlgym/README.md` states their source."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path

import pytest

from synth_gym.evaluation.benchmark import Benchmark, load_benchmark

PUBLISHED = Path(__file__).parent.parent / "data" / "mlgym"


@pytest.fixture(scope="session")
def mlgym() -> Benchmark:
    return load_benchmark("mlgym")


@pytest.fixture(scope="session")
def published_scores() -> Path:
    """The scores of all published runs, JSON Lines."""
    return PUBLISHED / "scores.jsonl"


@pytest.fixture(scope="session")
def published_table() -> Callable[[str], dict[str, dict[str, str]]]:
    """A published table by name (`aup_scores`, `best_scores`, `last_scores`): its cells as text, by row and column."""

    def read(name: str) -> dict[str, dict[str, str]]:
        with (PUBLISHED / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            key = (reader.fieldnames or [""])[0]
            return {row.pop(key): row for row in reader}

    return read
