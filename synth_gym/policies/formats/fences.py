"""Fenced code blocks of a text, as models write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_FENCE = re.compile(r"(?P<indent>[ \t]*)(?P<marks>`{3,}|~{3,})[ \t]*(?P<language>[^\s`]*)[^`]*")
_ONE_LINE = re.compile(r"[ \t]*```(?P<content>[^`]+)```[ \t]*")


@dataclass(frozen=True)
class Block:
    """One block."""

    language: str
    """What stands behind the opening fence, in lower case."""
    content: str
    start: int
    """Offset in the text of the opening fence."""
    end: int
    """Offset in the text after the closing fence's line."""
    closed: bool = True


def fenced_blocks(text: str) -> list[Block]:
    """The outermost blocks of a text, in order.

    Inside a block, a fence with a language opens an inner block, which belongs to the outer one: here-documents hold
    Markdown. A block may be indented, and it may stand on one line.

    >>> [block.content for block in fenced_blocks("Look:\\n```bash\\nls\\n```")]
    ['ls']
    """
    blocks: list[Block] = []
    opened: list[re.Match[str]] = []
    body: list[str] = []
    start = end = 0
    for line in text.split("\n"):
        start, end = (start if opened else end), end + len(line) + 1
        fence = _FENCE.fullmatch(line.rstrip())
        if not opened:
            if single := _ONE_LINE.fullmatch(line.rstrip()):
                blocks.append(Block("", single["content"].strip(), start, end))
            elif fence:
                opened, body = [fence], []
        elif fence and _closes(fence, opened[-1]):
            closed = opened.pop()
            if opened:
                body.append(line)
            else:
                blocks.append(_block(closed, body, start, end))
        else:
            opened += [fence] if fence and fence["language"] else []
            body.append(line)
    return [*blocks, _block(opened[0], body, start, end, closed=False)] if opened else blocks


def _closes(fence: re.Match[str], opened: re.Match[str]) -> bool:
    same = fence["marks"][0] == opened["marks"][0] and len(fence["marks"]) >= len(opened["marks"])
    return same and not fence["language"]


def _block(fence: re.Match[str], body: list[str], start: int, end: int, *, closed: bool = True) -> Block:
    content = "\n".join(line.removesuffix("\r").removeprefix(fence["indent"]) for line in body)
    return Block(fence["language"].lower(), content, start, end, closed)
