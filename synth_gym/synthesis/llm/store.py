"""Replies that were paid for once: a folder of files, one for each request.

A request is its whole body (model, messages, reply schema, sampling) and the number of the draw, for where the same
question is asked again on purpose. The server's address is no part of it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from synth_gym.files import write_json


@dataclass(frozen=True)
class Recorded:
    """One answered request."""

    content: str
    """The reply's text."""
    finish: str
    """Why the server stopped: `stop`, `length` ..."""
    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    cost: float
    """US dollars."""
    seconds: float
    stage: str


def key_of(body: dict[str, Any], draw: int) -> str:
    """Names a request."""
    text = json.dumps({"body": body, "draw": draw}, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


class Store:
    """The recorded calls.

    Args:
        folder: of the files; several runs may share it.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> Recorded | None:
        """What the request was answered, if it was."""
        try:
            return Recorded(**json.loads(self._path(key).read_text(encoding="utf-8"))["reply"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def put(self, key: str, body: dict[str, Any], draw: int, reply: Recorded) -> None:
        """Remember an answer."""
        write_json(self._path(key), {"request": body, "draw": draw, "reply": asdict(reply)})

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / f"{key}.json"
