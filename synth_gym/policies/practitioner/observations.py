"""Reading what the terminal answers: verdicts of `validate`, tracebacks, heads of CSV files, line counts."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass

_NUMBER = r"(-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)"
_SCORE = re.compile(rf"^Public score \(.*\): {_NUMBER}", re.MULTILINE)
_BASELINE = re.compile(rf"^Baseline: {_NUMBER}", re.MULTILINE)
_VALIDATIONS_LEFT = re.compile(r"^Validations left: (\d+)", re.MULTILINE)
_REJECTED = re.compile(r"^Submission rejected: (.*)", re.MULTILINE)
_SPENT = re.compile(r"No validations are left")
_EXCEPTION = re.compile(r"^(?:\w+\.)*(\w*(?:Error|Exception|Interrupt|Exit)): ?(.*)", re.MULTILINE)
_FRAME = re.compile(r'^  File "([^"]+)", line (\d+)', re.MULTILINE)
_STOPPED = re.compile(r"reached its time limit|^\[Exit code: (?:124|137)\]", re.MULTILINE)
_FAILED = re.compile(r"^\[Exit code: (\d+)\]", re.MULTILINE)
_SECTION = re.compile(r"^==> (.+) <==$", re.MULTILINE)
_COUNT = re.compile(r"^ *(\d+) (\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Fault:
    """Why a command did not bring a score."""

    kind: str
    """Name of the exception, `rejected`, `slow` or `unknown`."""
    message: str = ""
    line: int | None = None
    """Where in the script, for an exception."""


@dataclass(frozen=True)
class Verdict:
    """What came of running a script and validating its submission."""

    score: float | None = None
    baseline: float | None = None
    validations_left: int | None = None
    fault: Fault | None = None


def read_verdict(observation: str, script: str = "") -> Verdict:
    """What an observation says about the submission; `script` is the file whose lines a traceback should name."""
    left = _VALIDATIONS_LEFT.search(observation)
    if score := _SCORE.search(observation):
        baseline = _BASELINE.search(observation)
        return Verdict(float(score[1]), float(baseline[1]) if baseline else None, int(left[1]) if left else None)
    if _SPENT.search(observation):
        return Verdict(validations_left=0, fault=Fault("spent"))
    return Verdict(fault=read_fault(observation, script) or Fault("unknown", observation.strip()[-200:]))


def read_fault(observation: str, script: str = "") -> Fault | None:
    """The fault that an observation shows, or None when it shows none."""
    if match := _REJECTED.search(observation):
        return Fault("rejected", match[1])
    if _STOPPED.search(observation):
        return Fault("slow")
    if raised := _EXCEPTION.findall(observation):
        kind, message = raised[-1]
        lines = [int(number) for path, number in _FRAME.findall(observation) if script and path.endswith(script)]
        return Fault(kind, message, lines[-1] if lines else None)
    return Fault("unknown", observation.strip()[-200:]) if _FAILED.search(observation) else None


@dataclass(frozen=True)
class Table:
    """The head of a CSV file, as far as it was seen."""

    path: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    complete: bool = True
    """False when the lines were cut before their end."""

    def sample(self, column: str) -> list[str]:
        """The values seen in a column."""
        index = self.columns.index(column)
        return [row[index] for row in self.rows if index < len(row)]


def read_tables(observation: str, *, path: str = "", cut_at: int | None = None) -> list[Table]:
    """The CSV heads that `head` printed: under `==> path <==` lines, or of the one file `path`.

    Args:
        observation: what was printed.
        path: the file, when it was only one and `head` did not name it.
        cut_at: number of characters at which lines were cut.
    """
    pieces = _SECTION.split(observation)
    named = list(zip(pieces[1::2], pieces[2::2], strict=True)) or [(path, observation)]
    tables = (_read_table(name, text, cut_at) for name, text in named if name.endswith(".csv"))
    return [table for table in tables if table]


def _read_table(path: str, text: str, cut_at: int | None) -> Table | None:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("[")]
    if not lines or "," not in lines[0]:
        return None
    complete = cut_at is None or len(lines[0]) < cut_at
    header, *rows = (tuple(row) for row in csv.reader(lines))
    return Table(path, header if complete else header[:-1], tuple(rows), complete)


def read_counts(observation: str) -> dict[str, int]:
    """Lines per file, as `wc -l` prints them."""
    return {name: int(count) for count, name in _COUNT.findall(observation) if name != "total"}


def is_number(text: str) -> bool:
    """Whether a CSV cell holds a number; an empty cell may be one that is missing."""
    return bool(re.fullmatch(rf"{_NUMBER}|", text.strip(), re.IGNORECASE))
