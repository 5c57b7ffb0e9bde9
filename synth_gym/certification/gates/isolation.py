"""Are the labels out of reach?"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed
from synth_gym.certification.tables import Table
from synth_gym.certification.written import words_of
from synth_gym.grading.protocols import read_config
from synth_gym.sandbox.pythons import hidden_places, prefixes

MIN_AGREEMENT = 0.99
"""Share of test rows from which on a column is taken for the labels."""

MIN_LINES, MIN_LENGTH, MOST_LINES = 8, 12, 0.5
"""A hidden script of so many lines, each of so many characters, is shown where this share of them stands."""
MIN_WORDS = 6
"""Of a private configuration, below which it could stand in a file by chance."""


def check(case: Case) -> Finding:
    open_source = _open_source(case)
    if open_source:
        return failed(
            f"an installed package, {open_source}, carries the data and their labels: name the folder in dataset.hide"
        )
    unhidden = [name for name in case.spec.dataset.hide if not _is_hidden(name)]
    if unhidden:
        return failed(
            f"dataset.hide names {unhidden[0]!r}, which lies under no Python library folder: its data stay readable"
        )
    copied = _copied_file(case)
    if copied:
        return failed(f"workspace/{copied} is a copy of a file of grader/ or solution/: remove it")
    quoted = _quoted_file(case)
    if quoted:
        return failed(f"workspace/{quoted} holds most of a script of grader/ or solution/: remove it")
    if not case.predictions:
        shown = _shown_configuration(case)
        return failed(f"workspace/{shown} holds the private split's configuration: remove it") if shown else passed()
    leaks = sorted(_agreements(case), reverse=True)
    if not leaks:
        return passed(0.0, MIN_AGREEMENT)
    share, place = leaks[0]
    if share < MIN_AGREEMENT:
        return passed(round(share, 4), MIN_AGREEMENT)
    return failed(
        f"{place} agrees with the labels of {share:.1%} of the test rows: remove it", round(share, 4), MIN_AGREEMENT
    )


def _open_source(case: Case) -> str | None:
    """The package that carries the data, if a sandbox shows it."""
    dataset = case.spec.dataset
    if dataset.hide:
        return None
    try:
        return str(distribution(dataset.source).metadata["Name"])
    except (PackageNotFoundError, ValueError):
        return None


def _is_hidden(name: str) -> bool:
    roots = (Path("/usr"), Path("/usr/local"), *prefixes())
    return set(hidden_places((name,), roots)) != set(hidden_places((), roots))


def _copied_file(case: Case) -> str | None:
    secret = {_digest(path) for part in (case.challenge.grader, case.challenge.solution) for path in _files(part)}
    workspace = case.challenge.workspace
    found = (path for path in _files(workspace) if _digest(path) in secret)
    return next((path.relative_to(workspace).as_posix() for path in found), None)


def _quoted_file(case: Case) -> str | None:
    """A file, other than the baseline, with most of what a hidden script says and the baseline does not."""
    workspace = case.challenge.workspace
    known = _lines(workspace / "baseline.py")
    scripts = (path for part in (case.challenge.grader, case.challenge.solution) for path in part.rglob("*.py"))
    hidden = [lines for path in scripts if len(lines := _lines(path) - known) >= MIN_LINES]
    for path in _files(workspace):
        shown = _lines(path) if path != workspace / "baseline.py" else set()
        if any(len(lines & shown) >= MOST_LINES * len(lines) for lines in hidden):
            return path.relative_to(workspace).as_posix()
    return None


def _lines(path: Path) -> set[str]:
    """The lines of a file that say something of their own."""
    try:
        lines = map(str.strip, path.read_text(encoding="utf-8").splitlines())
    except (OSError, UnicodeDecodeError):
        return set()
    return {line for line in lines if len(line) >= MIN_LENGTH}


def _shown_configuration(case: Case) -> str | None:
    """A file that holds the private half of what a program is graded on, in whatever format."""
    assert case.program
    config = read_config(case.program.protocol, case.challenge.grader)
    halves = [value["private"] for value in config.values() if isinstance(value, dict) and "private" in value]
    secrets = [needle for half in halves if len(needle := words_of(json.dumps(half).encode())) >= MIN_WORDS]
    for path in _files(case.challenge.workspace):
        shown = b" ".join(words_of(path.read_bytes()))
        if any(b" ".join(secret) in shown for secret in secrets):
            return path.relative_to(case.challenge.workspace).as_posix()
    return None


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and path.stat().st_size]


def _digest(path: Path) -> bytes:
    return hashlib.sha256(path.read_bytes()).digest()


@dataclass(frozen=True)
class _Target:
    """One label column, by id."""

    truth: dict[str, str]
    constant: float
    """Share of rows that the most frequent label gets right."""

    @classmethod
    def of(cls, ids: Sequence[str], values: Sequence[str]) -> _Target:
        return cls(dict(zip(ids, values, strict=True)), Counter(values).most_common(1)[0][1] / len(values))

    def agreement(self, answers: Mapping[str, str]) -> float:
        """Share of right answers; of what is beyond the most frequent label where that alone is right for most rows."""
        right = sum(answers.get(key) == value for key, value in self.truth.items()) / len(self.truth)
        return right if self.constant < 0.5 else max(0.0, (right - self.constant) / (1 - self.constant))


def _agreements(case: Case) -> Iterator[tuple[float, str]]:
    """How well each column of the workspace agrees with a label column, joined by id or by position."""
    ids, *columns = zip(*case.truth, strict=True)
    targets = [_Target.of(ids, [_plain(value) for value in values]) for values in columns]
    targets = [target for target in targets if target.constant < 1]
    orders = [ids, *(table.columns[name] for table in case.tables for name in _keys(table, ids))]
    for table in case.tables:
        keys = _keys(table, ids)
        for name, values in table.columns.items():
            plain = [_plain(value) for value in values]
            names = [table.columns[key] for key in keys] + [order for order in orders if len(order) == len(plain)]
            for joined in names if name not in keys else ():
                answers = dict(zip(joined, plain, strict=True))
                yield from (
                    (target.agreement(answers), f"column {name!r} of workspace/{table.name}") for target in targets
                )


def _keys(table: Table, ids: Sequence[str]) -> list[str]:
    """Columns of a table that name at least half of the test rows."""
    wanted = set(ids)
    return [name for name, values in table.columns.items() if 2 * len(wanted.intersection(values)) >= len(wanted)]


def _plain(value: str) -> str:
    """One writing for equal numbers."""
    try:
        return repr(float(value))
    except ValueError:
        return value


GATE = Gate(
    name="isolation",
    fault="labels, grader or solution can be read by the agent",
    source="test labels in the workspace of 4 of 13 MLGym tasks; answers in SandMLE's public folder",
    rule="no file of the workspace is a copy of a hidden one or holds half of its lines, nor a program's private "
    "opponents or seeds; no column agrees with the labels; an installed package that carries the data is hidden",
    check=check,
    version=2,
)
