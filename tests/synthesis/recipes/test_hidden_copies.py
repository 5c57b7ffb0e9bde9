"""No copy of a dataset is left in sight: `hide` names every folder of the installed packages that holds one."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from statsmodels.datasets import co2

from synth_gym.synthesis.recipes import frames
from synth_gym.synthesis.recipes.catalogue import Card, cards

PACKAGES = ("sklearn", "statsmodels", "scipy", "pandas")
DATA_FILES = {".csv", ".txt", ".dat", ".arff", ".json", ".gz", ".data", ".s"}
_NUMBER = re.compile(rb"(?<![\w.])-?\d+\.\d+(?:[eE][-+]?\d+)?(?![\w.])")
SHARE = 0.8
"""Of a column's distinct numbers, found in one file: a copy."""


def library() -> Path:
    spec = find_spec("sklearn")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent.parent


def telling_numbers(card: Card) -> set[float]:
    """The distinct numbers of a table that hardly occur elsewhere by chance: those of four digits or more."""
    # Of weekly measurements the card's table has monthly means; what can be copied are the weeks.
    table = co2.load_pandas().data if card.key == "co2" else frames.table(card).select_dtypes("number")
    values = {float(f"{value:.7g}") for value in table.to_numpy().ravel() if value % 1}
    return {value for value in values if len(f"{abs(value):.7g}".replace(".", "").lstrip("0")) >= 4}


def numbers(path: Path) -> set[float]:
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return {float(f"{float(text):.7g}") for text in _NUMBER.findall(data)}


def files() -> Iterator[Path]:
    for package in PACKAGES:
        for path in (library() / package).rglob("*"):
            code = path.suffix == ".py" and "tests" in path.parts
            if (code or path.suffix in DATA_FILES) and path.is_file() and 500 < path.stat().st_size < 4_000_000:
                yield path


def test_every_copy_is_hidden() -> None:
    wanted = {card.key: telling_numbers(card) for card in cards()}
    wanted = {key: values for key, values in wanted.items() if len(values) >= 60}
    assert {"wine", "breast_cancer", "co2", "elnino", "macrodata", "fertility", "engel"} <= set(wanted)
    copies: dict[str, list[Path]] = {key: [] for key in wanted}
    for path in files():
        found = numbers(path)
        for key, values in wanted.items():
            if len(found) > 50 and len(values & found) >= SHARE * len(values):
                copies[key].append(path.relative_to(library()))
    for card in cards():
        if card.key in copies:
            assert copies[card.key], f"{card.key}: the scan does not even find the source"
            seen = [path for path in copies[card.key] if not any(path.is_relative_to(place) for place in card.hide)]
            assert not seen, f"{card.key}: not hidden: {seen}"
