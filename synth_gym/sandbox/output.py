"""Output of a command in bounded memory: the head and the tail are kept."""

from __future__ import annotations

import re

_PARTIAL_START = re.compile(rb"\A[\x80-\xbf]{1,3}")
_PARTIAL_END = re.compile(rb"(?:[\xc2-\xf4]|[\xe0-\xf4][\x80-\xbf]|[\xf0-\xf4][\x80-\xbf]{2})\Z")


class HeadTail:
    """Collects bytes; of more than `limit` only the first and the last half are kept.

    >>> output = HeadTail(8)
    >>> output.add(b"0123456789")
    >>> output.text()
    '0123\\n[... 2 bytes left out ...]\\n6789'
    """

    def __init__(self, limit: int) -> None:
        self._half = max(limit // 2, 1)
        self._head = bytearray()
        self._tail = bytearray()
        self._total = 0

    def add(self, chunk: bytes) -> None:
        self._total += len(chunk)
        room = self._half - len(self._head)
        if room > 0:
            self._head += chunk[:room]
            chunk = chunk[room:]
        if len(chunk) >= self._half:
            self._tail[:] = chunk[-self._half :]
            return
        self._tail += chunk
        # Trimmed only when twice too long, so that many small chunks cost linear time.
        if len(self._tail) > 2 * self._half:
            del self._tail[: -self._half]

    def text(self) -> str:
        """What was kept, as text: invalid UTF-8 replaced, no character cut in two at the gap."""
        tail = bytes(self._tail[-self._half :])
        left_out = self._total - len(self._head) - len(tail)
        if not left_out:
            return (bytes(self._head) + tail).decode("utf-8", "replace")
        head = _PARTIAL_END.sub(b"", bytes(self._head))
        tail = _PARTIAL_START.sub(b"", tail)
        left_out = self._total - len(head) - len(tail)
        gap = f"\n[... {left_out:,} bytes left out ...]\n"
        return head.decode("utf-8", "replace") + gap + tail.decode("utf-8", "replace")
