"""A call of a tool as one command for bash."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable
from typing import Any

from jinja2 import TemplateError

from synth_gym.tools.arguments import check_arguments
from synth_gym.tools.bundle import PLACEHOLDER, Argument, Tool
from synth_gym.tools.errors import InvalidToolCallError
from synth_gym.tools.templates import compile_template

MAX_ARGUMENT_BYTES = 131_071
"""Longest single argument that Linux passes to a program (MAX_ARG_STRLEN, 128 KiB with its closing NUL)."""

BASH = Tool(
    name="bash",
    description=(
        "Run a command line, or several lines, in the persistent bash shell and get the output. The working directory, "
        "variables and background jobs stay from call to call. There is no terminal: standard input is empty, so "
        "interactive programs end at once."
    ),
    arguments=(Argument(name="command", type="string", description="What bash shall run.", required=True),),
    signature="<command>",
)


def render_call(tool: Tool, arguments: Any) -> str:
    """The command that makes the call.

    Every value is quoted, so that it reaches the tool as it is, whatever it holds. A multi-line tool gets its body as a
    here-document whose delimiter does not occur in the body. The built-in `bash` runs its argument as it stands.

    Raises:
        InvalidToolCallError: the call does not fit the tool's schema.
    """
    values = check_arguments(tool, arguments)
    if tool is BASH:
        return _bash(values["command"])
    declared = {argument.name: argument for argument in tool.arguments}

    def word(name: str) -> str:
        return _word(tool, declared[name], values[name]) if name in values else ""

    if tool.end_name is None:
        return _fill(tool.signature, word).strip()
    first, *body = tool.signature.splitlines()[:-1]
    text = _fill("\n".join(body), lambda name: _plain(values.get(name, "")))
    return f"{_fill(first, word).strip()} {_here_document(text, tool.end_name)}"


def _bash(command: str) -> str:
    if not command.strip():
        raise InvalidToolCallError("the command of `bash` is empty: say what to run")
    return command


def _fill(template: str, value_of: Callable[[str], str]) -> str:
    return PLACEHOLDER.sub(lambda match: value_of(match["angle"] or match["brace"]), template)


def _word(tool: Tool, argument: Argument, value: Any) -> str:
    if (size := len(_plain(value).encode())) > MAX_ARGUMENT_BYTES:
        raise InvalidToolCallError(
            f"argument {argument.name!r} of `{tool.name}` is {size:,} bytes long, more than the {MAX_ARGUMENT_BYTES:,} "
            "that a command line can carry: do it in smaller pieces, or write a file with a here-document in `bash`"
        )
    try:
        return compile_template(argument.argument_format).render(value=_quoted(value))
    except (TemplateError, TypeError, ValueError) as error:
        place = f"argument {argument.name!r} of `{tool.name}`"
        raise InvalidToolCallError(f"{place} does not fit its format: {error}") from None


class _Words(list[Any]):
    """Array elements, each quoted; as text they are words of a command line."""

    def __str__(self) -> str:
        return " ".join(map(str, self))


def _quoted(value: Any) -> Any:
    if isinstance(value, list):
        return _Words(map(_quoted, value))
    return shlex.quote(_plain(value)) if isinstance(value, str | dict) else value


def _plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _here_document(text: str, delimiter: str) -> str:
    lines = text.split("\n")
    while delimiter in lines:
        delimiter += "_"
    return f"<< '{delimiter}'\n{text}\n{delimiter}"
