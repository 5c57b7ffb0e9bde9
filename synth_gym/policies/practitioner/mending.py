"""From a fault to its mend. Every rule looks only at what the terminal said, at the script's text and at the notes."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any

from synth_gym.policies.practitioner.hands import Edit
from synth_gym.policies.practitioner.imports import import_line
from synth_gym.policies.practitioner.knowledge import knowledge
from synth_gym.policies.practitioner.notebook import Notebook
from synth_gym.policies.practitioner.observations import Fault


@dataclass(frozen=True)
class Mend:
    """A change of the script and what to say about it."""

    edit: Edit
    phrase: str
    """Key in `knowledge/phrases.yaml`."""
    values: dict[str, Any] = field(default_factory=dict)


Rule = Callable[[Fault, str, Notebook], Mend | None]


def find_mend(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    """The first rule's answer that would change the script, or None: then nobody knows what to do."""
    for rule in _RULES:
        mend = rule(fault, script, notes)
        if mend and mend.edit.old in script and mend.edit.apply(script) != script:
            return mend
    return None


def _missing_import(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    match = re.search(r"name '(\w+)' is not defined", fault.message)
    line = import_line(match[1]) if match else None
    if not match or not line:
        return None
    return Mend(Edit(*_import_anchor(script, line)), "mend.import", {"name": match[1]})


def _import_anchor(script: str, line: str) -> tuple[str, str]:
    """The first import of the same module, or of the same kind, and what it becomes with the new line."""
    imports = [found for found in script.splitlines() if re.match(r"(import|from) \w", found)]
    module, _, name = line.partition(" import ")
    for found in imports:
        if name and found.startswith(f"{module} import "):
            return f"{found}\n", f"{found}, {name}\n"
    later = [found for found in imports if found.startswith(line.split()[0]) and found > line]
    if later:
        return f"{later[0]}\n", f"{line}\n{later[0]}\n"
    anchor = imports[-1] if imports else script.splitlines()[0]
    return f"{anchor}\n", f"{anchor}\n{line}\n" if imports else f"{line}\n{anchor}\n"


def _wrong_column(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    if fault.kind not in ("KeyError", "ValueError", "AttributeError"):
        return None
    known = notes.column_names() or notes.task.columns
    for wrong in re.findall(r"'([^'\[\]]+)'", fault.message):
        if wrong in known or f'"{wrong}"' not in script:
            continue
        right = _meant(wrong, script, notes, known)
        if right:
            return Mend(Edit(f'"{wrong}"', f'"{right}"'), "mend.column", {"wrong": wrong, "right": right})
    return None


def _meant(wrong: str, script: str, notes: Notebook, known: tuple[str, ...]) -> str | None:
    """The column that a wrong name stands for: a similar one, or the target if that is what the script calls it."""
    close = get_close_matches(wrong.lower(), [name.lower() for name in known], n=1, cutoff=0.75)
    if close:
        return next(name for name in known if name.lower() == close[0])
    is_target = re.search(rf'TARGET\b.* = .*"{re.escape(wrong)}"', script)
    return notes.target if is_target and notes.target else None


def _wrong_path(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    match = re.search(r"No such file or directory: '([^']+)'", fault.message)
    if not match:
        return None
    wrong = match[1]
    candidates = [path for path in notes.paths() if path.rsplit("/", 1)[-1] == wrong.rsplit("/", 1)[-1]]
    right = candidates[0] if candidates else next(iter(get_close_matches(wrong, notes.paths(), n=1)), None)
    return Mend(Edit(f'"{wrong}"', f'"{right}"'), "mend.path", {"wrong": wrong, "right": right}) if right else None


def _wrong_argument(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    match = re.search(r"(\w+)\.__init__\(\) got an unexpected keyword argument '(\w+)'", fault.message)
    if not match:
        return None
    model, wrong = match.groups()
    right = knowledge("arguments").get(model, {}).get(wrong)
    call = re.search(rf"\b{model}\((?:[^()]|\([^()]*\))*?\b{wrong}=", script)
    if not right or not call:
        return None
    old = call[0]
    new = old[: -len(wrong) - 1] + f"{right}="
    return Mend(Edit(old, new), "mend.argument", {"model": model, "wrong": wrong, "right": right})


def _words(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    if not re.search("could not convert string to float|with string dtype", fault.message):
        return None
    old = "X_test = test[X.columns]\n"
    new = (
        f"{old}X, X_test = pd.get_dummies(X), pd.get_dummies(X_test)\n"
        "X_test = X_test.reindex(columns=X.columns, fill_value=0)\n"
    )
    return Mend(Edit(old, new), "mend.words")


def _gaps(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    if "NaN" not in fault.message and "missing values" not in fault.message:
        return None
    lines = re.findall(r"^X_test = .*\n", script, re.MULTILINE)
    if not lines:
        return None
    fill = "X, X_test = X.fillna(X.median()), X_test.fillna(X.median())\n"
    return Mend(Edit(lines[-1], lines[-1] + fill), "mend.gaps")


def _index_column(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    if not re.search(r"unexpected column (''|'Unnamed|'index)", fault.message):
        return None
    match = re.search(r'\.to_csv\("[^"]+"\)', script)
    return Mend(Edit(match[0], match[0][:-1] + ", index=False)"), "mend.index") if match else None


def _id_column(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    match = re.search(r"column '([^']+)' is missing", fault.message)
    if not match or match[1] != notes.id_column:
        return None
    return Mend(Edit("DataFrame({", "DataFrame({ID: test[ID], "), "mend.id", {"column": match[1]})


def _misnamed_output(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    match = re.search(r"(\S+) does not exist in the workspace", fault.message)
    written = re.search(r'\.to_csv\("([^"]+)"', script)
    if not match or not written:
        return None
    values = {"wrong": written[1], "right": match[1]}
    return Mend(Edit(f'to_csv("{written[1]}"', f'to_csv("{match[1]}"'), "mend.output", values)


def _labels_written(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    """Labels where probabilities are wanted."""
    if notes.metric.output != "probability" or "is not a number" not in fault.message:
        return None
    return Mend(Edit("model.predict(X_test)", "model.predict_proba(X_test)[:, column]"), "mend.probability")


def _slow(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    if fault.kind != "slow":
        return None
    sizes = [(int(m[2]), m) for m in re.finditer(r"\b(n_estimators|max_iter)=(\d+)", script)]
    if not sizes:
        return None
    size, match = max(sizes, key=lambda found: found[0])
    return Mend(Edit(match[0], f"{match[1]}={max(size // 20, 20)}"), "mend.slow")


def _heavy_search(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    match = re.search(r"\bcv=[3-9]\b", script)
    return Mend(Edit(match[0], "cv=2"), "mend.slow") if fault.kind == "slow" and match else None


def _open_bracket(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    if fault.kind != "SyntaxError" or "was never closed" not in fault.message:
        return None
    for line in script.splitlines():
        if line.endswith(")") and line.count("(") == line.count(")") + 1:
            return Mend(Edit(f"{line}\n", f"{line})\n"), "mend.bracket")
    return None


def _number_for_action(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    """A game's program that returns an action's number where its name is wanted."""
    if not re.search(r"\d+ is not one of the actions", fault.message):
        return None
    match = re.search(r"^( +return )(?!MINE\[|random|expected)((?:max|best_response)\(.*\))$", script, re.MULTILINE)
    inside = script.find("def ", script.find("def best_response") + 1)
    if not match or match.start() < inside:
        match = re.compile(match.re.pattern, re.MULTILINE).search(script, inside) if match else None
    return Mend(Edit(match[0], f"{match[1]}MINE[{match[2]}]"), "mend.action") if match else None


def _empty_history(fault: Fault, script: str, notes: Notebook) -> Mend | None:
    """The first round, in which nothing has been played yet."""
    if not re.search(r"round 1: .*raised IndexError", fault.message):
        return None
    match = re.search(r"^( +)(?:now|chances) = .*\n", script, re.MULTILINE)
    if not match:
        return None
    guard = f"{match[1]}if not mine:\n{match[1]}    return MINE[0]\n"
    return Mend(Edit(match[0], guard + match[0]), "mend.empty")


_RULES: tuple[Rule, ...] = (
    _missing_import,
    _wrong_path,
    _wrong_column,
    _wrong_argument,
    _words,
    _gaps,
    _index_column,
    _id_column,
    _misnamed_output,
    _labels_written,
    _slow,
    _open_bracket,
    _number_for_action,
    _empty_history,
    _heavy_search,
)
