"""Which Parquet files of a repository are which split of which config."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import PurePosixPath
from typing import Any

from synth_gym.synthesis.draft import DrawRejectedError

_SPLIT = re.compile(r"(?:^|[/._-])(train|test|validation|valid|dev)(?=[/._-]|$)")
_FOLDERS = ("", "data", "default")
"""Folders that are no config's name."""


@dataclass(frozen=True)
class Split:
    """The files of one split."""

    config: str
    name: str
    sizes: Mapping[str, int]
    """Path -> bytes."""

    @property
    def bytes(self) -> int:
        return sum(self.sizes.values())


def best_split(sizes: Mapping[str, int], card: Mapping[str, Any]) -> Split:
    """The split to read: `train` of the default config, or whatever comes nearest.

    Args:
        sizes: path -> bytes of every file of the repository.
        card: the card's metadata; its `configs` count, else the paths.

    Raises:
        DrawRejectedError: there is no Parquet file.
    """
    parquet = {path: size for path, size in sorted(sizes.items()) if path.endswith(".parquet")}
    if not parquet:
        raise DrawRejectedError("dataset has no Parquet files", ", ".join(sorted(sizes)[:5]))
    found = list(_declared(parquet, card)) or list(_by_path(parquet))
    return min(found, key=lambda one: (one.config != "default", one.name != "train", -one.bytes, one.config, one.name))


def _declared(parquet: Mapping[str, int], card: Mapping[str, Any]) -> Iterator[Split]:
    """What the card says."""
    for config in _dicts(card.get("configs")):
        for split, patterns in _patterns(config.get("data_files")):
            files = {path: size for path, size in parquet.items() if any(fnmatch(path, one) for one in patterns)}
            if files:
                yield Split(str(config.get("config_name") or "default"), split, files)


def _patterns(files: Any) -> Iterator[tuple[str, list[str]]]:
    """Split and patterns of a config's `data_files`, which may be one pattern, several, or one entry for each split."""
    if isinstance(files, str):
        yield "train", [files]
    for one in files if isinstance(files, list) else []:
        if isinstance(one, dict):
            paths = one.get("path")
            yield str(one.get("split")), [str(path) for path in (paths if isinstance(paths, list) else [paths])]
        else:
            yield "train", [str(one)]


def _by_path(parquet: Mapping[str, int]) -> Iterator[Split]:
    """What the paths say: `<config>/<split>-00000-of-00001.parquet`, `<config>/<split>/0000.parquet` and the like."""
    groups: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for path, size in parquet.items():
        said = _SPLIT.search(path)
        folder = str(PurePosixPath(path).parent).replace(".", "", 1) if "/" not in path else path.split("/")[0]
        config = "default" if folder in _FOLDERS or _SPLIT.search(folder) else folder
        groups[config, said[1] if said else "train"][path] = size
    yield from (Split(config, name, files) for (config, name), files in groups.items())


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
