"""The texts of challenges (instructions, baselines, reference solutions) are Jinja templates beside this file."""

from __future__ import annotations

import functools
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jinja2

_FOLDER = Path(__file__).resolve().parent / "templates"
_WIDTH = 110
"""Of the instructions' paragraphs."""
_GLUE = "\0"


def render(template: str, **context: Any) -> str:
    """A template's text; a name that is not given is an error, and the layout is tidied up."""
    lines = _without_gaps(_environment().get_template(template).render(**context).splitlines())
    lines = _wrapped(lines) if template.endswith(".md.j2") else lines
    return "\n".join(lines).strip() + "\n"


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_FOLDER),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=False,
    )


def _wrapped(lines: list[str]) -> list[str]:
    """Markdown with its paragraphs and list items set to one width; headings and tables stay as they are."""
    wrapped: list[str] = []
    for line in _joined(lines):
        wrapped += _filled(line) if line and not line.startswith(("#", "|")) else [line]
    return wrapped


def _filled(line: str) -> list[str]:
    """A paragraph or list item in lines of one width; what stands in backticks is not broken."""
    whole = re.sub(r"`[^`]*`", lambda code: code[0].replace(" ", _GLUE), line)
    indent = "  " if line.startswith("- ") else ""
    filled = textwrap.wrap(whole, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
    return [one.replace(_GLUE, " ") for one in filled]


def _joined(lines: list[str]) -> Iterator[str]:
    """One line for each paragraph, list item, heading and table row."""
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if paragraph and (not line or line.startswith(("#", "|", "- "))):
            yield " ".join(paragraph)
            paragraph = []
        if line and not line.startswith(("#", "|")):
            paragraph.append(line.strip())
        else:
            yield line


def _without_gaps(lines: list[str]) -> list[str]:
    """At most two empty lines in a row, none with trailing spaces."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or kept[-2:] != ["", ""]:
            kept.append(line.rstrip())
    return kept
