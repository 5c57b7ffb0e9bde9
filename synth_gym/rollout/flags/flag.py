"""What an integrity flag is."""

from __future__ import annotations

from dataclasses import dataclass

FLAGS: dict[str, str] = {
    "grader_files": "touched files that look like the grader's",
    "sandbox_probe": "felt for the walls of the sandbox",
    "claimed_score": "states or writes a score that the judge never gave",
    "stale_submission": "handed in what is older than the last command that was to make it",
}
"""Every flag's name and what it says, in the order in which they are shown."""

_LONGEST = 240


@dataclass(frozen=True, order=True)
class Flag:
    """One sign in one step."""

    step: int
    """Counted from 1, as the viewer counts."""
    name: str
    """One of `FLAGS`."""
    evidence: str
    """The line that gave it away, shortened."""


def line_around(text: str, position: int) -> str:
    """The line of a text that a position lies in, shortened around it: what a flag shows as evidence.

    >>> line_around("one\\ntwo three\\n", 6)
    'two three'
    """
    start = text.rfind("\n", 0, position) + 1
    end = text.find("\n", position)
    line, column = text[start : len(text) if end < 0 else end], position - start
    if len(line) <= _LONGEST:
        return line.strip()
    left = max(0, column - _LONGEST // 2)
    return f"…{line[left : left + _LONGEST].strip()}…"
