"""What a model's grader may do: compare numbers and texts, and read the submission.

It runs in the grader's process, which is trusted and no sandbox; anything else is refused before it runs. What is
allowed stands in `agents/synthesis/graders.yaml`.
"""

from __future__ import annotations

import ast
import builtins
import functools
import importlib
from collections.abc import Iterator
from itertools import chain
from types import ModuleType

from synth_gym.content import content
from synth_gym.schema import Strict, load
from synth_gym.synthesis.draft import DrawRejectedError

_READING = {"open", "read_text", "read_bytes"}
"""What may be done with the path of the submission."""
_OF_HINTS = (ast.Name, ast.Attribute, ast.Subscript, ast.Constant, ast.Tuple, ast.List, ast.BinOp, ast.BitOr, ast.Load)
"""What type hints, which Python evaluates too, are made of."""
_REFUSED_NODES = (ast.ClassDef, ast.AsyncFunctionDef, ast.Global, ast.Nonlocal, ast.Await)


class Allowed(Strict):
    """The content of the file."""

    modules: dict[str, tuple[str, ...]]
    builtins: tuple[tuple[str, ...], ...]
    attributes_refused: tuple[tuple[str, ...], ...]


def check_grader(source: str) -> None:
    """Refuse a grader that could do anything but grade.

    Args:
        source: Python that compiles.

    Raises:
        DrawRejectedError: with the line and what is not allowed there.
    """
    tree = ast.parse(source)
    for line, fault in chain(_imports(tree), _hints(tree), _uses(tree)):
        raise DrawRejectedError("grader does more than compare", f"line {line}: {fault} is not allowed")


Fault = tuple[int, str]
"""Line, and what is not allowed there."""


@functools.cache
def _allowed() -> Allowed:
    return load(content("agents") / "synthesis" / "graders.yaml", Allowed)


def _imports(tree: ast.Module) -> Iterator[Fault]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, f"import {one.name}") for one in node.names if not _is_open(one.name))
        elif isinstance(node, ast.ImportFrom):
            for one in node.names:
                if node.level or not _may_use(node.module or "", one.name):
                    yield node.lineno, f"from {node.module} import {one.name}"


def _is_open(module: str) -> bool:
    """Whether all of a module may be used, so that it may be imported whole."""
    return _allowed().modules.get(module) == () or module == "csv"


def _may_use(module: str, name: str) -> bool:
    """Whether a name of a module may be used: modules hold other modules, and these everything."""
    names = _allowed().modules.get(module)
    if names is None or name.startswith("_") or name in _refused():
        return False
    return name in names or (not names and not isinstance(_of(module, name), (ModuleType, type(None))))


def _of(module: str, name: str) -> object:
    return getattr(importlib.import_module(module), name, None)


def _hints(tree: ast.Module) -> Iterator[Fault]:
    """Type hints that do more than name types."""
    for hint in _annotations(tree):
        yield from ((hint.lineno, "that type hint") for node in ast.walk(hint) if not isinstance(node, _OF_HINTS))


def _annotations(tree: ast.Module) -> list[ast.expr]:
    found = (getattr(node, name, None) for node in ast.walk(tree) for name in ("annotation", "returns"))
    return [one for one in found if isinstance(one, ast.expr)]


def _uses(tree: ast.Module) -> Iterator[Fault]:
    """Names and attributes outside of type hints."""
    imports = [one for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names]
    modules = {one.asname or one.name: one.name for one in imports}
    hints = {id(node) for hint in _annotations(tree) for node in ast.walk(hint)}
    owners = {id(child): node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if id(node) in hints:
            continue
        if isinstance(node, _REFUSED_NODES):
            yield node.lineno, type(node).__name__
        elif isinstance(node, ast.Attribute):
            yield from _attribute(node, modules)
        elif isinstance(node, ast.Name):
            # Under another name, or inside something else, nothing could be said of these any more.
            guarded = node.id == "submission" or node.id in modules
            if guarded and not isinstance(owners[id(node)], ast.Attribute):
                yield node.lineno, f"the use of {node.id!r} as a value"
            elif node.id == "Path" or (hasattr(builtins, node.id) and node.id not in _builtins()):
                yield node.lineno, repr(node.id)


def _attribute(node: ast.Attribute, modules: dict[str, str]) -> Iterator[Fault]:
    base = node.value.id if isinstance(node.value, ast.Name) else ""
    if base == "submission":
        fine = node.attr in _READING
    elif base in modules:
        fine = _may_use(modules[base], node.attr)
    else:
        fine = not node.attr.startswith("_") and node.attr not in _refused()
    if not fine:
        yield node.lineno, ast.unparse(node)


@functools.cache
def _builtins() -> frozenset[str]:
    return frozenset(chain(*_allowed().builtins))


@functools.cache
def _refused() -> frozenset[str]:
    return frozenset(chain(*_allowed().attributes_refused))
