"""Arguments of a call, checked against the tool's schema, with faults explained to the model that made them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from synth_gym.errors import did_you_mean
from synth_gym.tools.bundle import Argument, Tool
from synth_gym.tools.errors import InvalidToolCallError


def check_arguments(tool: Tool, arguments: Any) -> dict[str, Any]:
    """The given arguments as values of their declared types; those that are null count as absent.

    A number written as a string ("12") is taken as the number, and a number for a string as its text: on a command line
    they are the same.

    Raises:
        InvalidToolCallError: an argument is unknown, missing, or of the wrong type.
    """
    if not isinstance(arguments, dict):
        raise InvalidToolCallError(f"the arguments of `{tool.name}` must be a JSON object, not {_kind(arguments)}")
    declared = {argument.name: argument for argument in tool.arguments}
    given = {name: value for name, value in arguments.items() if value is not None}
    for name in given:
        if name not in declared:
            hint = did_you_mean(name, declared)
            raise InvalidToolCallError(f"`{tool.name}` has no argument {name!r}{hint}; {_takes(tool)}")
    for argument in tool.arguments:
        if argument.required and argument.name not in given:
            raise InvalidToolCallError(f"`{tool.name}` needs the argument {argument.name!r}; {_takes(tool)}")
    return {name: _checked(tool, declared[name], value) for name, value in given.items()}


def _checked(tool: Tool, argument: Argument, value: Any) -> Any:
    place = f"argument {argument.name!r} of `{tool.name}`"
    try:
        checked = _CONVERTERS[argument.type](value)
    except (TypeError, ValueError, OverflowError):
        raise InvalidToolCallError(f"{place} must be of type {argument.type}, not {_kind(value)}") from None
    if argument.enum is not None and checked not in argument.enum:
        allowed = ", ".join(json.dumps(choice) for choice in argument.enum)
        raise InvalidToolCallError(f"{place} must be one of {allowed}")
    _check_text(place, checked)
    return checked


def _check_text(place: str, value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value:
            raise InvalidToolCallError(f"{place} holds a NUL character, which no command line can carry")
        if not _encodable(value):
            raise InvalidToolCallError(f"{place} holds half of a surrogate pair, which is not valid Unicode")
    elif isinstance(value, list | dict):
        for inner in value.values() if isinstance(value, dict) else value:
            _check_text(place, inner)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _string(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise TypeError


def _integer(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float | str) or int(value) != float(value):
        raise TypeError
    return int(value)


def _number(value: Any) -> float | int:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        return int(value) if re.fullmatch(r"-?\d+", value) else float(value)
    raise TypeError


def _exactly(*types: type) -> Callable[[Any], Any]:
    def convert(value: Any) -> Any:
        if not isinstance(value, types):
            raise TypeError
        return value

    return convert


_CONVERTERS: dict[str, Callable[[Any], Any]] = {
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": _exactly(bool),
    "array": _exactly(list),
    "object": _exactly(dict),
}


def _kind(value: Any) -> str:
    kinds = {str: "string", bool: "boolean", int: "integer", float: "number", list: "array", dict: "object"}
    return kinds.get(type(value), "null" if value is None else type(value).__name__)


def _takes(tool: Tool) -> str:
    names = [argument.name if argument.required else f"{argument.name} (optional)" for argument in tool.arguments]
    return f"it takes {', '.join(names)}" if names else "it takes no arguments"
