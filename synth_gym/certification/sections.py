"""The sections of an instruction."""

from __future__ import annotations

import re


def section(text: str, name: str) -> str | None:
    """What stands under the heading `## name`; None without such a heading."""
    found = re.search(rf"^## {name}\n(.*?)(?=^## |\Z)", text, re.DOTALL | re.MULTILINE)
    return found.group(1) if found else None
