"""A tool bundle: a folder with `config.yaml`, `bin/` and optionally `install.sh`.

The format is SWE-agent's (https://swe-agent.com/latest/config/tools/), read more strictly: unknown keys, a signature
that disagrees with the arguments and a tool without an executable are errors when the bundle is loaded, not in the
middle of an episode.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from jinja2 import TemplateSyntaxError
from pydantic import Field, field_validator, model_validator

from synth_gym.errors import InvalidFileError
from synth_gym.schema import Strict, load
from synth_gym.tools.templates import compile_template

NAME = r"[a-zA-Z_][a-zA-Z0-9_-]*"

PLACEHOLDER = re.compile(rf"""(?P<quote>["']?)\[?<(?P<angle>{NAME})>\]?(?P=quote)|\{{(?P<brace>{NAME})\}}""")
"""`<name>`, `[<name>]` or `{name}`. Quotes that hug a placeholder belong to it: values arrive quoted anyway."""


class Argument(Strict):
    """One argument of a tool."""

    name: str = Field(pattern=f"^{NAME}$")
    type: Literal["string", "integer", "number", "boolean", "array", "object"]
    description: str
    required: bool
    items: dict[str, Any] | None = None
    """JSON schema of an array's elements."""
    enum: tuple[Any, ...] | None = None
    argument_format: str = "{{value}}"
    """Jinja template of the argument on the command line (`--range {{value|join(' ')}}`); strings arrive quoted."""

    @field_validator("argument_format")
    @classmethod
    def _compiles(cls, value: str) -> str:
        try:
            compile_template(value)
        except TemplateSyntaxError as error:
            raise ValueError(f"{value!r} is not a Jinja template: {error.message}") from None
        return value


class ToolConfig(Strict):
    """One entry under `tools:`."""

    docstring: str | None
    """What the model is told; `{NAME}` stands for one of the bundle's variables, other braces for themselves."""
    signature: str | None = None
    """The command line with `<argument>` placeholders; without it, the tool's name and every argument in order."""
    end_name: str | None = Field(default=None, pattern=r"^\w+$")
    """Last line of a multi-line signature: what stands between the first line and it is the tool's standard input."""
    arguments: tuple[Argument, ...] = ()

    @model_validator(mode="after")
    def _consistent(self) -> ToolConfig:
        names = [argument.name for argument in self.arguments]
        if repeated := [name for name, count in Counter(names).items() if count > 1]:
            raise ValueError(f"argument {repeated[0]!r} is defined twice")
        required = [argument.required for argument in self.arguments]
        if required != sorted(required, reverse=True):
            raise ValueError("required arguments must stand before optional ones")
        if self.signature is not None:
            self._check_signature(self.signature, set(names))
        elif self.end_name is not None:
            raise ValueError("end_name needs a signature of several lines")
        return self

    def _check_signature(self, signature: str, names: set[str]) -> None:
        placed = placeholders(signature)
        if missing := sorted(names - placed):
            raise ValueError(f"the signature lacks <{missing[0]}>")
        if unknown := sorted(placed - names):
            raise ValueError(f"the signature names <{unknown[0]}>, which is not an argument")
        if self.end_name is not None and signature.strip().splitlines()[1:][-1:] != [self.end_name]:
            raise ValueError(f"the signature's last line must be the end_name {self.end_name!r}")


class BundleConfig(Strict):
    """The content of a bundle's `config.yaml`."""

    tools: dict[str, ToolConfig]
    state_command: str | None = None

    @field_validator("tools")
    @classmethod
    def _callable(cls, tools: dict[str, ToolConfig]) -> dict[str, ToolConfig]:
        for name in tools:
            if not re.fullmatch(NAME, name):
                raise ValueError(f"{name!r} cannot be a tool's name: use letters, digits, '_' and '-'")
        return tools


@dataclass(frozen=True)
class Tool:
    """One tool as a model sees it."""

    name: str
    description: str
    arguments: tuple[Argument, ...]
    signature: str
    end_name: str | None = None


@dataclass(frozen=True)
class Bundle:
    """A bundle folder that was read and checked."""

    path: Path
    tools: tuple[Tool, ...]
    state_command: str | None
    """Command that describes the state after each action; none of our own bundles needs one."""
    installs: bool
    """Whether the folder has an `install.sh`, to be sourced in the shell before the first action."""
    runnable: bool
    """Whether every file in `bin/` may be executed; a checkout or an archive can lose that permission."""


def load_bundle(path: Path, variables: Mapping[str, str] | None = None) -> Bundle:
    """Read and check one bundle folder.

    Args:
        path: the folder.
        variables: what `{NAME}` in a docstring stands for.

    Raises:
        InvalidFileError: one line that names the file and every fault in it.
    """
    path = Path(path).resolve()
    if not (path / "config.yaml").is_file():
        raise InvalidFileError(f"{path}: is not a tool bundle (it holds no config.yaml)")
    config = load(path / "config.yaml", BundleConfig)
    installs = (path / "install.sh").is_file()
    files = _executables(path / "bin", () if installs else tuple(config.tools))
    tools = tuple(_tool(name, entry, variables or {}) for name, entry in config.tools.items())
    return Bundle(path, tools, config.state_command, installs, all(os.access(file, os.X_OK) for file in files))


def placeholders(text: str) -> set[str]:
    """Names of the placeholders in a signature."""
    return {match["angle"] or match["brace"] for match in PLACEHOLDER.finditer(text)}


def _tool(name: str, entry: ToolConfig, variables: Mapping[str, str]) -> Tool:
    signature = entry.signature or " ".join([name, *(f"<{argument.name}>" for argument in entry.arguments)])
    description = re.sub(r"\{(\w+)\}", lambda match: variables.get(match[1], match[0]), entry.docstring or "")
    return Tool(name, description.strip(), entry.arguments, signature.strip(), entry.end_name)


def _executables(folder: Path, tools: tuple[str, ...]) -> list[Path]:
    files = sorted(file for file in folder.iterdir() if file.is_file()) if folder.is_dir() else []
    if not files:
        raise InvalidFileError(f"{folder}: a tool bundle needs at least one executable in it")
    if missing := sorted(set(tools) - {file.name for file in files}):
        raise InvalidFileError(f"{folder / missing[0]}: is missing, but config.yaml describes it as a tool")
    return files
