"""What the search tools share: walk a folder, find lines, print them with a cap.

Only the standard library, and little of it: every call starts a Python of its own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator

MAX_MATCHES = 50
BEFORE, AFTER = 80, 200
"""Characters kept on each side of a match's beginning in a long line."""


class ToolError(Exception):
    """The call cannot be done; the message says why."""


def run(tool: Callable[..., int], usage: str, least: int, most: int) -> None:
    """Run a tool and exit: 0 something found, 1 nothing found or not possible, 2 a malformed call."""
    name, given = os.path.basename(sys.argv[0]), sys.argv[1:]
    if not least <= len(given) <= most or not given[0]:
        sys.exit(_fail(f"usage: {usage}", 2))
    try:
        sys.exit(0 if tool(*given) else 1)
    except ToolError as error:
        sys.exit(_fail(f"{name}: {error}", 1))
    except OSError as error:
        sys.exit(_fail(f"{name}: {error.filename}: {error.strerror}", 1))


def _fail(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def files_below(folder: str) -> Iterator[str]:
    """Every regular file below a folder in a fixed order, hidden folders and `__pycache__` left out."""
    if not os.path.isdir(folder):
        raise ToolError(f"{folder} is not a folder")
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith(".") and name != "__pycache__")
        for name in sorted(names):
            path = os.path.normpath(os.path.join(root, name))
            if os.path.isfile(path):
                yield path


def matches(path: str, text: str) -> Iterator[tuple[int, str]]:
    """The lines of a file that contain the text, numbered from 1; none for a binary file.

    Raises:
        ToolError: the text spans lines.
    """
    if "\n" in text:
        raise ToolError("the text must lie within one line")
    wanted = text.encode("utf-8", "surrogateescape")
    with open(path, "rb") as file:
        if b"\0" in file.read(8192):
            return
        file.seek(0)
        for number, line in enumerate(file, 1):
            if (at := line.find(wanted)) >= 0:
                yield number, _excerpt(line.rstrip(b"\r\n"), at)


def _excerpt(line: bytes, at: int) -> str:
    start, end = max(0, at - BEFORE), at + AFTER
    piece = line[start:end].decode("utf-8", "replace")
    return f"{'...' if start else ''}{piece}{'...' if end < len(line) else ''}"
