"""What a model is told of a tool: the OpenAI function schema, and the same as text."""

from __future__ import annotations

from typing import Any

from synth_gym.tools.bundle import Argument, Tool


def function_schema(tool: Tool) -> dict[str, Any]:
    """The tool as an OpenAI function definition (`{"type": "function", "function": {...}}`)."""
    parameters = {
        "type": "object",
        "properties": {argument.name: _property(argument) for argument in tool.arguments},
        "required": [argument.name for argument in tool.arguments if argument.required],
    }
    function = {"name": tool.name, "description": tool.description, "parameters": parameters}
    return {"type": "function", "function": function}


def documentation(tool: Tool) -> str:
    """The tool as plain text, for people and for models without tool calls."""
    lines = [tool.name, *_indented(tool.description), "  usage:", *("  " + line for line in _indented(usage(tool)))]
    for argument in tool.arguments:
        need = "required" if argument.required else "optional"
        lines.append(f"  {argument.name} ({argument.type}, {need}): {argument.description}")
    return "\n".join(lines)


def usage(tool: Tool) -> str:
    """The signature as it is typed in a shell: a multi-line tool reads a here-document."""
    if tool.end_name is None:
        return tool.signature
    first, _, rest = tool.signature.partition("\n")
    return f"{first} << '{tool.end_name}'\n{rest}"


def _property(argument: Argument) -> dict[str, Any]:
    described: dict[str, Any] = {"type": argument.type, "description": argument.description}
    if argument.items is not None:
        described["items"] = argument.items
    if argument.enum is not None:
        described["enum"] = list(argument.enum)
    return described


def _indented(text: str) -> list[str]:
    return [f"  {line}".rstrip() for line in text.splitlines()]
