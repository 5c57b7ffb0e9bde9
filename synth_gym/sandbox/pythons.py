"""The Python installations that a sandbox shows, and the places in them that it must not show."""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterable
from pathlib import Path

_LIBRARIES = ("lib*/python3*", "lib*/python3*/site-packages", "lib*/python3*/dist-packages")


def prefixes() -> tuple[Path, ...]:
    """The folders that the running interpreter needs: its installation and, in a virtual environment, that one too.

    A virtual environment refers to its base by the name that it was made with, so names are given unresolved.
    """
    executable = Path(sys.executable).resolve().parent.parent
    return tuple(dict.fromkeys((executable, Path(sys.base_prefix), Path(sys.prefix))))


def checkout() -> Path | None:
    """The source tree that this package runs from, if it was not installed: it holds the graders and solutions."""
    folder = Path(__file__).resolve().parents[2]
    return folder if (folder / "pyproject.toml").is_file() else None


@functools.cache
def hidden_places(names: tuple[str, ...], roots: tuple[Path, ...]) -> tuple[Path, ...]:
    """Where the named places exist, for every Python below the visible roots.

    Args:
        names: paths relative to a library folder (standard library, site-packages, dist-packages). The package itself,
            which carries the challenges with their graders, is always added.
        roots: installation prefixes.
    """
    libraries = {found.resolve() for root in roots for pattern in _LIBRARIES for found in root.glob(pattern)}
    places = {library / name for library in libraries for name in ("synth_gym", *names)}
    found = {variant.resolve() for place in places for variant in (place, *_bytecode(place)) if variant.exists()}
    return tuple(sorted(place for place in found if not found.intersection(place.parents)))


def _bytecode(place: Path) -> Iterable[Path]:
    """Compiled copies of a module: they hold its constants."""
    return place.parent.glob(f"__pycache__/{place.stem}.*.pyc") if place.suffix == ".py" else ()
