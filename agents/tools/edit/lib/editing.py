"""What the edit tools share: read a text file, refuse a change that breaks it, write it, show what changed.

Only the standard library, and little of it: every call starts a Python of its own, and `pathlib` or `argparse` would
double the time that takes.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

MAX_BYTES = 16_000_000
MAX_LINES = 200
MAX_CHARACTERS = 12_000
MAX_LINE = 400
CONTEXT = 3
"""Lines shown before and after a change."""
EXCERPT = 24
"""A changed piece longer than this is shown by its two ends."""


class ToolError(Exception):
    """The call cannot be done; the message says why."""


class UsageError(ToolError):
    """The call is not written as it must be."""


def run(tool: Callable[[list[str]], None], usage: str) -> None:
    """Run a tool with the command line's arguments. An error ends with code 1, a malformed call with code 2."""
    name = os.path.basename(sys.argv[0])
    try:
        tool(sys.argv[1:])
    except UsageError as error:
        sys.exit(_fail(f"{name}: {error}\nusage: {usage}", 2))
    except ToolError as error:
        sys.exit(_fail(f"{name}: {error}", 1))
    except OSError as error:
        sys.exit(_fail(f"{name}: {error.filename or 'file'}: {error.strerror}", 1))


def _fail(message: str, code: int) -> int:
    print(message, file=sys.stderr)
    return code


def arguments(given: list[str], least: int, most: int) -> list[str]:
    """The arguments, padded with empty ones up to `most`."""
    if not least <= len(given) <= most:
        wanted = f"{least} to {most} arguments" if least < most else counted(least, "argument")
        raise UsageError(f"expected {wanted}, got {len(given)}")
    return given + [""] * (most - len(given))


def counted(count: int, noun: str) -> str:
    """`1 line`, `2 lines`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def number(text: str, what: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise UsageError(f"{what} must be a whole number, not {text!r}") from None


def line_range(text: str) -> tuple[int | None, int | None]:
    """`3:7` as (3, 7); a side that is left out is None."""
    start, colon, end = text.partition(":")
    if text and not colon:
        raise UsageError(f"lines are written start:end, not {text!r}")
    return number(start, "start") if start else None, number(end, "end") if end else None


def body() -> str:
    """The text on standard input, without the newline that ends a here-document."""
    return sys.stdin.buffer.read().decode("utf-8", "surrogateescape").removesuffix("\n")


def body_lines() -> list[str]:
    """The text on standard input as lines; no lines when it is empty."""
    text = body()
    return text.removesuffix("\n").split("\n") if text else []


class TextFile:
    """A text file in memory. Its newlines are `\\n` here and on disk what they were."""

    def __init__(self, path: str) -> None:
        self.path = path
        raw = _read(path)
        self.newline = "\r\n" if b"\r\n" in raw and raw.count(b"\r\n") == raw.count(b"\n") else "\n"
        self.text = raw.decode("utf-8", "surrogateescape").replace(self.newline, "\n")

    @property
    def lines(self) -> list[str]:
        return split(self.text)

    def replace(self, lines: list[str], first: int, count: int, summary: str) -> None:
        """Make these the file's lines; show the `count` new ones, from line `first` on."""
        write(self.path, self.text, "".join(f"{line}\n" for line in lines), self.newline)
        report(self.path, summary, lines, first, count)


def split(text: str) -> list[str]:
    """The lines of a text; only a newline ends a line (`str.splitlines` would also break at form feeds)."""
    lines = text.split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def write(path: str, old: str | None, new: str, newline: str = "\n") -> None:
    """Write a text file in one move, unless it breaks a Python file that parsed.

    Raises:
        ToolError: nothing would change, or the new text does not parse while the old one did.
    """
    if new == old:
        raise ToolError(f"{path} would stay as it is: nothing was changed")
    fault = syntax_fault(path, new)
    if fault and old is not None and not syntax_fault(path, old):
        message, line = fault
        context = numbered(split(new), line - CONTEXT, line + CONTEXT, mark=line)
        raise ToolError(f"refused, {path} is unchanged: it would no longer parse: {message}\n{context}")
    _replace_file(os.path.realpath(path), new.replace("\n", newline).encode("utf-8", "surrogateescape"))
    if fault:
        print(f"warning: {path} does not parse: {fault[0]}")


def syntax_fault(path: str, text: str) -> tuple[str, int] | None:
    """What keeps a Python file from compiling, with its line; None for a sound file and for any other kind of file."""
    if not path.endswith(".py"):
        return None
    try:
        compile(text.encode("utf-8", "surrogateescape"), path, "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"{type(error).__name__} at line {error.lineno or 1}: {error.msg}", error.lineno or 1
    except (ValueError, RecursionError, MemoryError) as error:
        return f"{type(error).__name__}: {error}", 1
    return None


def report(path: str, summary: str, lines: list[str], first: int, count: int) -> None:
    """Print what was done and the numbered lines around it."""
    print(f"{path}: {summary}, {counted(len(lines), 'line')} now")
    last = first + count - 1
    if count <= EXCERPT:
        print(numbered(lines, first - CONTEXT, last + CONTEXT))
    else:
        print(numbered(lines, first - CONTEXT, first + EXCERPT // 2 - 1))
        print("...")
        print(numbered(lines, last - EXCERPT // 2 + 1, last + CONTEXT))


def numbered(lines: list[str], first: int, last: int, mark: int = 0) -> str:
    """Lines `first` to `last` (from 1, inclusive, clipped to the file) with their numbers, one marked by `>`."""
    first, last = max(first, 1), min(last, len(lines))
    width = len(str(last))
    return "\n".join(f"{'>' if n == mark else ' '}{n:>{width}}| {cut(lines[n - 1])}" for n in range(first, last + 1))


def cut(line: str) -> str:
    left_out = len(line) - MAX_LINE
    return f"{line[:MAX_LINE]} ... ({left_out:,} characters more)" if left_out > 0 else line


def _read(path: str) -> bytes:
    if os.path.isdir(path):
        raise ToolError(f"{path} is a folder")
    if not os.path.exists(path):
        raise ToolError(f"{path} does not exist{_similar(path)}")
    if not os.path.isfile(path):
        raise ToolError(f"{path} is not a regular file")
    if (size := os.path.getsize(path)) > MAX_BYTES:
        raise ToolError(f"{path} is too large ({size:,} bytes; the limit is {MAX_BYTES:,}): use head, tail, sed or cut")
    with open(path, "rb") as file:
        raw = file.read()
    if b"\0" in raw[:8192]:
        raise ToolError(f"{path} is not a text file")
    return raw


def _similar(path: str) -> str:
    from difflib import get_close_matches

    folder, name = os.path.split(path)
    try:
        close = get_close_matches(name, os.listdir(folder or "."), n=1)
    except OSError:
        return ""
    return f" (did you mean {os.path.join(folder, close[0])}?)" if close else ""


def _replace_file(path: str, raw: bytes) -> None:
    """Write beside the file, then rename: a kill in the middle leaves the old content."""
    mode = os.stat(path).st_mode & 0o7777 if os.path.exists(path) else None
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        with open(temporary, "wb") as file:
            file.write(raw)
        if mode is not None:
            os.chmod(temporary, mode)
        os.replace(temporary, path)
    except OSError:
        if os.path.exists(temporary):
            os.remove(temporary)
        raise
