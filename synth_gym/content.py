"""Where the content that ships with the package lies: `envs/`, `agents/`, `benchmarks/`.

In a checkout these folders stand beside the package; in a wheel they are carried inside it. One function finds them in
both.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def content(folder: str) -> Path:
    """The path of one content folder (`"envs"`, `"agents"`, `"benchmarks"`)."""
    carried = _PACKAGE / "_content" / folder
    return carried if carried.is_dir() else _PACKAGE.parent / folder
