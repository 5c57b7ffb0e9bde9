"""Several bundles and the built-in `bash`, as one set of tools."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from synth_gym.content import content
from synth_gym.errors import InvalidFileError, did_you_mean
from synth_gym.tools.bundle import Bundle, Tool, load_bundle
from synth_gym.tools.errors import InvalidToolCallError
from synth_gym.tools.guard import guard_calls
from synth_gym.tools.rendering import BASH, render_call
from synth_gym.tools.schemas import documentation, function_schema

DEFAULT_BUNDLES = ("edit", "search", "submission")


@dataclass(frozen=True)
class Toolset:
    """The tools of an episode.

    Args:
        bundles: in order; the executables of a later one are found first.
        variables: environment variables of foreign bundles (SWE-agent's `env_variables`).
        registry: what foreign bundles read from their registry (SWE-agent's `registry_variables`).

    >>> tools = Toolset.default()
    >>> tools.render("search_dir", {"text": "it's here", "folder": "src"})
    'search_dir \\'it\\'"\\'"\\'s here\\' src'
    """

    bundles: tuple[Bundle, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)
    registry: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def default(cls) -> Toolset:
        """`bash` and the bundles that ship with the package."""
        return cls.load(DEFAULT_BUNDLES)

    @classmethod
    def load(
        cls,
        paths: Sequence[Path | str],
        *,
        variables: Mapping[str, str] | None = None,
        registry: Mapping[str, Any] | None = None,
    ) -> Toolset:
        """Load bundles.

        Args:
            paths: bundle folders; a plain string without a slash names a bundle that ships with the package.
            variables: see the class; `{NAME}` in a docstring stands for one of them.
            registry: see the class.

        Raises:
            InvalidFileError: a bundle is missing or faulty, or two bundles share a tool or a folder name.
        """
        bundles = tuple(load_bundle(find_bundle(path), variables) for path in paths)
        _refuse_duplicates([(tool.name, bundle.path) for bundle in bundles for tool in bundle.tools], "tool")
        _refuse_duplicates([(bundle.path.name, bundle.path) for bundle in bundles], "folder name")
        return cls(bundles, variables or {}, registry or {})

    @property
    def tools(self) -> tuple[Tool, ...]:
        """`bash` first, then every bundle's tools in order."""
        return (BASH, *(tool for bundle in self.bundles for tool in bundle.tools))

    @property
    def schemas(self) -> list[dict[str, Any]]:
        """The tools as OpenAI function definitions."""
        return [function_schema(tool) for tool in self.tools]

    @property
    def folders(self) -> tuple[Path, ...]:
        """Host folders of the bundles."""
        return tuple(bundle.path for bundle in self.bundles)

    @property
    def foreign(self) -> bool:
        """Whether a bundle does not ship with the package: SWE-agent's conventions are kept for it."""
        return any(folder.parent != shipped_bundles() for folder in self.folders)

    def stage(self, scratch: Path) -> tuple[Path, ...]:
        """The folders to show in a sandbox: where an executable lacks the permission, a mended copy.

        Args:
            scratch: folder for copies; it is made when there are any.
        """
        return tuple(bundle.path if bundle.runnable else _mended(bundle.path, scratch) for bundle in self.bundles)

    @property
    def documentation(self) -> str:
        """The tools as plain text."""
        return "\n\n".join(documentation(tool) for tool in self.tools)

    def render(self, name: str, arguments: dict[str, Any]) -> str:
        """The bash command that makes a call.

        Raises:
            InvalidToolCallError: no such tool, or arguments that do not fit its schema.
        """
        tools = {tool.name: tool for tool in self.tools}
        if name not in tools:
            hint = did_you_mean(name, tools)
            raise InvalidToolCallError(f"there is no tool {name!r}{hint}; the tools are: {', '.join(tools)}")
        return render_call(tools[name], arguments)

    def guard(self, command: str) -> str:
        """The command with bare calls of multi-line tools made here-documents, see `guard_calls`."""
        return guard_calls(command, {tool.name: tool.end_name for tool in self.tools if tool.end_name})


def find_bundle(path: Path | str) -> Path:
    """The folder of a bundle: a path as it is, a plain name among the shipped ones."""
    if isinstance(path, Path) or "/" in path or path in (".", ".."):
        return Path(path)
    shipped = shipped_bundles()
    if (shipped / path).is_dir():
        return shipped / path
    names = sorted(folder.name for folder in shipped.iterdir() if folder.is_dir())
    shipped_names = ", ".join(names)
    hint = did_you_mean(path, names) or f" (a folder of your own is written ./{path})"
    raise InvalidFileError(f"no tool bundle {path!r} is shipped{hint}; there are: {shipped_names}")


def shipped_bundles() -> Path:
    """The folder of the bundles that ship with the package."""
    return content("agents") / "tools"


def _mended(bundle: Path, scratch: Path) -> Path:
    copy = Path(shutil.copytree(bundle, scratch / bundle.name, dirs_exist_ok=True))
    for file in (copy / "bin").iterdir():
        file.chmod(0o755)
    return copy


def _refuse_duplicates(found: list[tuple[str, Path]], what: str) -> None:
    seen = {BASH.name: Path("(built in)")} if what == "tool" else {}
    for name, path in found:
        if name in seen:
            raise InvalidFileError(f"{path}: the {what} {name!r} is already taken by {seen[name]}")
        seen[name] = path
