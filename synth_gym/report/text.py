"""Text of unknown origin made fit to be read: what programs print holds escape sequences, control bytes and worse."""

from __future__ import annotations

import re

_ESCAPE_SEQUENCES = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # colours and cursor moves
    r"|\x1b[\]PX^_].*?(?:\x07|\x1b\\)"  # titles, links and other strings
    r"|\x1b[@-Z\\^_]",
    re.DOTALL,
)
_UNREADABLE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but tab and newline
    r"\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff"  # invisible, or turns the direction of what follows
    r"\ud800-\udfff\ufdd0-\ufdef\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f]"
)


def printable(text: str) -> str:
    """The text as a terminal would leave it, with every character that cannot be seen made visible.

    Escape sequences go; of a line redrawn with carriage returns the last drawing stays; other control characters become
    their pictures (U+2400 and on); characters that hide or reorder text become `⟨U+202E⟩`. The result is still to be
    escaped for HTML.

    >>> printable("\\x1b[31mred\\x1b[0m 10%\\r100%\\x00")
    '100%␀'
    """
    text = _ESCAPE_SEQUENCES.sub("", text)
    lines = (line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return _UNREADABLE.sub(_picture, "\n".join(lines))


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"
