"""Lists of benchmarks that certified challenges keep clear of.

One ships (`benchmarks/decontaminate/mlgym.yaml`); more are given by `synth-gym certify --decontaminate FILE.yaml`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from pydantic import Field

from synth_gym.certification.data import plain
from synth_gym.content import content
from synth_gym.schema import Strict, load


class Entry(Strict):
    """One task of a benchmark."""

    id: str
    names: tuple[str, ...] = ()
    """What the task, its dataset and mirrors of it are called; compared word by word, without case."""
    description: str = ""
    """What is to be done; an instruction that says nearly the same is contaminated."""
    rows: tuple[str, ...] = ()
    """Fingerprints of rows of its data (`fingerprint`)."""


class BenchmarkList(Strict):
    """The content of one list."""

    name: str
    source: str = ""
    """Where the names come from."""
    entries: tuple[Entry, ...] = Field(min_length=1)


def shipped_lists() -> list[Path]:
    """The lists that are always used."""
    return sorted((content("benchmarks") / "decontaminate").glob("*.yaml"))


@cache
def read_list(path: Path) -> BenchmarkList:
    """A list by its file.

    Raises:
        InvalidFileError: one line that names every fault.
    """
    return load(path, BenchmarkList)


def digest(lists: Iterable[Path]) -> str:
    """Names the content of lists, so that findings made with others are made anew."""
    whole = hashlib.sha256()
    for path in lists:
        whole.update(read_list(path).model_dump_json().encode())
    return whole.hexdigest()[:16]


def fingerprint(values: Sequence[str]) -> str:
    """Names one row by its values, in whatever order the columns stand; ids are left out by the caller.

    >>> fingerprint(["5.10", "setosa"]) == fingerprint(["setosa", "5.1"])
    True
    """
    text = "\x1f".join(sorted(plain(value.strip()).lower() for value in values if value.strip()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
