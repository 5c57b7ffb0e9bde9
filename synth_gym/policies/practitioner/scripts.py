"""Writing scripts: a template, the facts of the task, imports for what is used, lines of a readable length."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import Any

import jinja2

from synth_gym.policies.practitioner.imports import add_imports
from synth_gym.policies.practitioner.knowledge import FOLDER

WIDTH = 100
_CLOSING = {"(": ")", "[": "]", "{": "}"}


@dataclass(frozen=True)
class Script:
    """A script, or one way of calling it, that leaves a submission behind."""

    name: str
    title: str
    """How a person calls its idea."""
    path: str
    text: str
    argument: str = ""

    def command(self, submission: str) -> str:
        """What makes the submission. A program is a submission itself, under another name."""
        if submission.endswith(".py"):
            return f"cp {self.path} {submission}"
        return f"python {self.path} {self.argument}".rstrip()

    def rewritten(self, text: str) -> Script:
        return replace(self, text=text)


def write_script(template: str, values: dict[str, Any]) -> str:
    """The script that a template gives, ready to run.

    Args:
        template: name of a file in `knowledge/scripts`, without `.py.j2`.
        values: what the template asks for; one that is not given is an error.
    """
    text = _environment().get_template(f"{template}.py.j2").render(**values)
    body = "\n".join(wrapped for line in _without_gaps(text.splitlines()) for wrapped in wrap(line))
    return add_imports(body.strip() + "\n")


def expression(template: str, values: dict[str, Any]) -> str:
    """A one-line Jinja template filled in."""
    return _environment().from_string(template).render(**values)


@functools.cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER / "scripts"),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )


def _without_gaps(lines: list[str]) -> list[str]:
    """At most two empty lines in a row, none with trailing spaces."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or kept[-2:] != ["", ""]:
            kept.append(line.rstrip())
    return kept


def wrap(line: str) -> list[str]:
    """A line, or when it is too long its outermost brackets with one element per line; comprehensions stay whole.

    >>> wrap("x = f(1)")
    ['x = f(1)']
    """
    body = line.rstrip(",")
    opening = next((place for place, character in enumerate(line) if character in "([{"), -1)
    if len(line) <= WIDTH or opening < 0 or body[-1] != _CLOSING[line[opening]] or " for " in body:
        return [line]
    tail = line[len(body) - 1 :]
    indent = " " * (len(line) - len(line.lstrip()))
    arguments = split_arguments(body[opening + 1 : -1])
    inner = [piece for argument in arguments for piece in wrap(f"{indent}    {argument},")]
    return [line[: opening + 1], *inner, indent + tail]


def split_arguments(text: str) -> list[str]:
    """Elements of a call or a list, at the commas outside of inner brackets and strings.

    >>> split_arguments('a, f(b, c), d=[1, 2], e="x, y"')
    ['a', 'f(b, c)', 'd=[1, 2]', 'e="x, y"']
    """
    pieces, depth, quote = [""], 0, ""
    for character in text:
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        depth += (character in "([{") - (character in ")]}") if not quote else 0
        if character == "," and depth == 0 and not quote:
            pieces.append("")
        else:
            pieces[-1] += character
    return [piece.strip() for piece in pieces if piece.strip()]
