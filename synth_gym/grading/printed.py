"""Reading the number that an evaluation script printed."""

from __future__ import annotations

import json
import math
from typing import Any


def last_number(text: str, key: str) -> float | None:
    """A number of the last JSON object that stands on a line of its own; None if there is none, or it is not finite.

    >>> last_number('loading\\n{"Score": 1}\\n{"Score": 2.5}\\n', "Score")
    2.5
    """
    for line in reversed(text.splitlines()):
        found = _object(line.strip())
        if found is not None:
            value = found.get(key)
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                return None
            return float(value)
    return None


def _object(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
