"""How long to wait before a busy or failing server is asked again."""

from __future__ import annotations

import email.utils
import random
import time
from collections.abc import Mapping
from contextlib import suppress

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 60.0
"""Seconds, doubled from try to try."""
LONGEST_ASKED = 600.0
"""Seconds: a server that asks for a longer pause than this is asked again after it all the same."""


def pause(failures: int, headers: Mapping[str, str]) -> float:
    """Seconds to wait after so many failures in a row.

    What the server asks for (`Retry-After`) is honoured. Otherwise the pause doubles, and a random half of it is taken
    off: hundreds of episodes that were refused together must not come back together (Brooker 2015, "Exponential
    backoff and jitter").
    """
    asked = _asked(headers)
    if asked is not None:
        return min(asked, LONGEST_ASKED) * random.uniform(1.0, 1.1)
    return float(min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** min(failures - 1, 10)) * random.uniform(0.5, 1.0))


def _asked(headers: Mapping[str, str]) -> float | None:
    """What the headers ask for: milliseconds, seconds, or a date."""
    milliseconds, asked = headers.get("retry-after-ms"), headers.get("retry-after")
    with suppress(TypeError, ValueError):
        return max(0.0, float(milliseconds) / 1000)  # type: ignore[arg-type]
    with suppress(TypeError, ValueError):
        return max(0.0, float(asked))  # type: ignore[arg-type]
    with suppress(TypeError, ValueError):
        return max(0.0, email.utils.parsedate_to_datetime(str(asked)).timestamp() - time.time())
    return None
