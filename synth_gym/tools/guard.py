"""SWE-agent's here-document guard: multi-line calls that are typed without a here-document."""

from __future__ import annotations

import re
from collections.abc import Mapping

_HERE_DOCUMENT = re.compile(r"""(?<!<)<<-?\s*\\?(?P<quote>["']?)(?P<delimiter>\w+)(?P=quote)""")


def guard_calls(command: str, end_names: Mapping[str, str]) -> str:
    """Turn bare multi-line calls into here-documents; everything else stays as it is.

    A model that was trained with SWE-agent types the first line, the text and the end name, which bash alone would take
    for several commands. A call counts when its name begins a line outside of any here-document and its end name stands
    alone on a later line.

    Args:
        command: what is about to run.
        end_names: the multi-line tools and the end name of each.

    >>> print(guard_calls("edit 1:2\\nx = 1\\nend_of_edit", {"edit": "end_of_edit"}))
    edit 1:2 << 'end_of_edit'
    x = 1
    end_of_edit
    """
    if not any(end_name in command for end_name in end_names.values()):
        return command
    lines = command.split("\n")
    last = {line.strip(): number for number, line in enumerate(lines)}
    at = 0
    while at < len(lines):
        opened = [match["delimiter"] for match in _HERE_DOCUMENT.finditer(lines[at])]
        end_name = end_names.get((lines[at].split() or [""])[0])
        if end_name and not opened and last.get(end_name, 0) > at:
            lines[at], opened = f"{lines[at]} << '{end_name}'", [end_name]
        for delimiter in opened:
            if last.get(delimiter, 0) <= at:  # never closed: bash takes all the rest for its text
                return "\n".join(lines)
            at = next(number for number in range(at + 1, len(lines)) if lines[number].strip() == delimiter)
            lines[at] = delimiter if delimiter == end_name else lines[at]
        at += 1
    return "\n".join(lines)
