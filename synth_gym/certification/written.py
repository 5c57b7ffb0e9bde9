"""Labels as they may stand in a file: as words beside ids, compressed, or coded as text."""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import io
import itertools
import lzma
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from synth_gym.certification.data import plain

MAX_BYTES = 16 * 2**20
"""Of one file: data of synthesised challenges are far smaller."""
COLUMNS = 6
"""Words of a line that may be the label, from its start."""
_DEPTH = 2
"""Codings around each other that are undone."""
_MIN_CODED = 64
_WORD = re.compile(rb"[\w.+-]+")
_BASE64 = re.compile(rb"(?:[A-Za-z0-9+/_-]{16,}={0,2}\s{0,2})+[A-Za-z0-9+/_-]*={0,2}")
_HEX = re.compile(rb"(?:[0-9a-fA-F]{32,}\s{0,2})+[0-9a-fA-F]*")
_BROKEN = (zipfile.BadZipFile, zlib.error, lzma.LZMAError)
_OPENERS: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b": gzip.decompress,
    b"BZh": bz2.decompress,
    b"\xfd7zXZ": lzma.decompress,
    b"\x78": zlib.decompress,
}


def words_of(content: bytes) -> list[bytes]:
    """Words and numbers, in their order."""
    return _WORD.findall(content)


def columns_of(content: bytes) -> Iterator[list[bytes]]:
    """All words; then the first of every line, the second, ..., the last: a list may number its lines."""
    lines = [words_of(line) for line in content.splitlines()]
    yield [word for line in lines for word in line]
    for place in (*range(COLUMNS), -1):
        found = [line[place] for line in lines if -len(line) <= place < len(line)]
        if len(found) > 1:
            yield found


def contents(content: bytes, depth: int = _DEPTH) -> Iterator[bytes]:
    """The content of a file and everything that is packed or coded in it."""
    yield content
    if depth:
        for part in (*_unpacked(content), *_decoded(content)):
            yield from contents(part, depth - 1)


def paired(words: Sequence[bytes], ids: Sequence[str], values: Sequence[str]) -> float:
    """Share of the ids that are directly followed by their label, beyond what the most frequent label explains."""
    wanted = set(ids)
    after: dict[str, set[str]] = {one: set() for one in ids}
    for word, following in itertools.pairwise(words):
        one = word.decode("utf-8", "replace")
        if one in wanted:
            after[one].add(plain(following.decode("utf-8", "replace")))
    right = sum(plain(value) in after[one] for one, value in zip(ids, values, strict=True)) / len(ids)
    most = max(Counter(values).values()) / len(values)
    return max(0.0, (right - most) / (1 - most))


def _unpacked(content: bytes) -> list[bytes]:
    try:
        if content[:2] == b"PK":
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                return [archive.read(one) for one in archive.infolist() if one.file_size <= MAX_BYTES]
        opener = next((opener for start, opener in _OPENERS.items() if content.startswith(start)), None)
        return [opener(content)[:MAX_BYTES]] if opener else []
    except (OSError, EOFError, ValueError, RuntimeError, NotImplementedError, *_BROKEN):
        return []


def _decoded(content: bytes) -> Iterator[bytes]:
    for match in _HEX.finditer(content):
        if len(match[0]) >= _MIN_CODED and len(coded := b"".join(match[0].split())) % 2 == 0:
            yield binascii.unhexlify(coded)
    for match in _BASE64.finditer(content):
        if len(match[0]) >= _MIN_CODED:
            coded = b"".join(match[0].split()).rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
            coded = coded[: len(coded) - (len(coded) % 4 == 1)]
            yield base64.b64decode(coded + b"=" * (-len(coded) % 4))
