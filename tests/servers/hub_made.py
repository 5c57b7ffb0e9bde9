"""Datasets made from what packages carry in another form: months of a series, documentation of a library."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from synth_gym.synthesis.recipes import frames
from synth_gym.synthesis.recipes.catalogue import card_named

if TYPE_CHECKING:
    import pandas as pd

MONTHS = 12
"""Before each month of a series."""
MIN_CHARACTERS, MAX_CHARACTERS = 80, 320
MOST_TEXTS = 300
"""Of each class."""
_DOCSTRING = re.compile(r'def \w+\([^"\']*?\):\s+r?"""(.+?)"""', re.DOTALL)


@dataclass(frozen=True)
class Made:
    """A dataset before it is a repository."""

    name: str
    title: str
    about: str
    licence: str
    frame: pd.DataFrame
    columns: dict[str, str]


def series() -> Iterator[Made]:
    """Months with those before them."""
    yield _windows("elnino", "temperature", "pacific-sea-temperature", "Temperature of the Pacific, month by month")
    yield _windows("co2", "co2", "mauna-loa-co2", "Carbon dioxide over Mauna Loa, month by month")


def texts() -> Iterator[Made]:
    """Documentation strings of two libraries, each with the sub-package that it stands in."""
    statistics = ("tsa", "stats", "genmod", "discrete", "robust", "regression")
    yield _manual("statsmodels", statistics, "statistics-manual", "Manual of a statistics library")
    numerics = ("stats", "optimize", "sparse", "signal", "interpolate", "ndimage")
    yield _manual("scipy", numerics, "numerics-manual", "Manual of a library for numerics")


def _windows(key: str, value: str, name: str, title: str) -> Made:
    import pandas as pd

    card = card_named(key)
    values = frames.table(card)[value]
    lags = {f"months_ago_{lag}": values.shift(lag) for lag in range(1, MONTHS + 1)}
    frame = pd.DataFrame({"month": [number % 12 + 1 for number in range(len(values))], **lags, value: values})
    about = {f"months_ago_{lag}": f"The value {lag} months before." for lag in range(1, MONTHS + 1)}
    columns = {"month": "Month, counted from the first of the series.", **about, value: "The value of the month."}
    return Made(name, title, card.about, card.licence, frame.dropna().reset_index(drop=True), columns)


def _manual(package: str, parts: tuple[str, ...], name: str, title: str) -> Made:
    import pandas as pd

    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(package)
    root = Path(spec.origin).parent
    rows = [{"text": text, "part": part} for part in parts for text in _docstrings(root / part)]
    # Shuffled, so that a part of the rows has every class.
    frame = pd.DataFrame(rows).drop_duplicates("text").sample(frac=1.0, random_state=0).reset_index(drop=True)
    columns = {"text": "How a function is described.", "part": "The sub-package that the function belongs to."}
    return Made(name, title, f"Documentation strings of functions of {package}.", "BSD-3-Clause", frame, columns)


def _docstrings(folder: Path) -> list[str]:
    """What a sub-package's functions say of themselves."""
    found: list[str] = []
    for path in sorted(folder.rglob("*.py")):
        if "tests" not in path.parts:
            said = _DOCSTRING.findall(path.read_text(encoding="utf-8", errors="replace"))
            found += [" ".join(text.split())[:MAX_CHARACTERS] for text in said]
    return [text for text in dict.fromkeys(found) if len(text) >= MIN_CHARACTERS][:MOST_TEXTS]
