"""Arguments of a call, as JSON text or as an object."""

from __future__ import annotations

import json
from typing import Any

from synth_gym.policies.replies import valid


def read_arguments(given: Any) -> dict[str, Any]:
    """The arguments as an object; servers send them as JSON text, as nothing, or as an object already.

    Raises:
        ValueError, RecursionError: they are none; the message says why.
    """
    if given is None or given == "":
        return {}
    arguments = json.loads(given, strict=False, parse_constant=_no_constant) if isinstance(given, str) else given
    if not isinstance(arguments, dict):
        raise ValueError(f"they must be a JSON object with named values, not {str(given)[:100]}")
    text = json.dumps(arguments, ensure_ascii=False)
    if text != valid(text):
        raise ValueError("they hold half of a surrogate pair, which is not valid Unicode")
    return arguments


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
