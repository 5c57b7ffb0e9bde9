"""Import lines for the names that a script uses."""

from __future__ import annotations

import ast
import functools
from collections import defaultdict

from synth_gym.policies.practitioner.knowledge import knowledge


@functools.cache
def _origins() -> dict[str, tuple[str, bool]]:
    """Name -> (module, whether the name is the module itself)."""
    known = knowledge("imports")
    modules = {alias: (module, True) for alias, module in known["modules"].items()}
    return modules | {name: (module, False) for module, names in known["names"].items() for name in names}


def import_line(name: str) -> str | None:
    """The line that brings a known name.

    >>> import_line("np")
    'import numpy as np'
    >>> import_line("SVC")
    'from sklearn.svm import SVC'
    """
    if name not in _origins():
        return None
    module, whole = _origins()[name]
    if not whole:
        return f"from {module} import {name}"
    return f"import {module}" if name == module else f"import {module} as {name}"


def add_imports(body: str) -> str:
    """The script with the imports that it needs, standard library first, below its docstring."""
    tree = ast.parse(body)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    used = ({node.id for node in names} - bound) & set(_origins())
    groups: dict[bool, list[str]] = defaultdict(list)
    for line in _merged(used):
        groups[line.split()[1].split(".")[0] in _STANDARD].append(line)
    block = "\n\n".join("\n".join(groups[standard]) for standard in (True, False) if groups[standard])
    docstring, _, rest = body.partition('"""\n') if body.startswith('"""') else ("", "", body)
    head = f'{docstring}"""\n\n' if docstring else ""
    return f"{head}{block}\n\n{rest.lstrip()}" if block else body


_STANDARD = {"collections", "json", "math", "os", "random", "re", "sys"}


def _merged(names: set[str]) -> list[str]:
    """Import lines, the names of one module on one line, in alphabetical order of the modules."""
    lines = [line for name in names if _origins()[name][1] and (line := import_line(name))]
    by_module: dict[str, list[str]] = defaultdict(list)
    for name in sorted(names):
        module, whole = _origins()[name]
        if not whole:
            by_module[module].append(name)
    lines += [f"from {module} import {', '.join(members)}" for module, members in by_module.items()]
    return sorted(lines, key=lambda line: (line.startswith("from"), line.split()[1]))
