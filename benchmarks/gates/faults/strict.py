"""Laxities of shipped graders that this package's own reader of submissions is there to prevent.

Each writes a grader that is as lax as the one that was seen, then hands in what that one scored. As long as it is
rejected there is nothing for a gate to find; should the reader ever let it through, the class starts to count.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from faults._graders import write_grader
from faults.copy import LABELS, Copy, Row
from faults.fault import Lives, fault, one_column
from synth_gym.grading import Grader

MERGED = (
    "known = [row for row in labels if row[KEY] in answers]\nreturn metric(known, [answers[row[KEY]] for row in known])"
)
FINITE = (
    "good = [row for row in labels if math.isfinite(parse(answers[row[KEY]][COLUMNS[0]]))]\n"
    "return metric(good, [answers[row[KEY]] for row in good])"
)


def _scored(change: Callable[[list[Row], str], list[Row]]) -> Lives:
    """Whether the true values, changed in this way, get a score."""

    def lives(copy: Copy) -> bool:
        rows = [{name: row[name] for name in row if name != "split"} for row in copy.rows(LABELS)]
        copy.put_rows("submission.csv", change(rows, copy.target))
        artefact = copy.folder / "submission.csv"
        content = artefact.read_bytes()
        artefact.unlink()
        return grade(copy, content) is not None

    return lives


def grade(copy: Copy, content: bytes) -> float | None:
    """The private score of a submission with this content; None when it is rejected."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        (scratch / "artefact").write_bytes(content)
        grader = Grader(copy.challenge, sandbox=copy.sandbox, scratch=scratch)
        return grader.grade(scratch / "artefact", "private").score


def _with_value(text: str) -> Lives:
    return _scored(lambda rows, target: [rows[0] | {target: text}, *rows[1:]])


@fault("mutations", source="OpenMLE house prices: one inf is scored", suits=one_column, lives=_with_value("inf"))
def grader_takes_infinity(copy: Copy) -> str:
    """The grader skips infinite answers."""
    write_grader(copy, FINITE)
    return "rows with an infinite answer are left out"


@fault("mutations", source="evaluators that average with nanmean", suits=one_column, lives=_with_value("nan"))
def grader_takes_nan(copy: Copy) -> str:
    """The grader skips answers that are not a number."""
    write_grader(copy, FINITE)
    return "rows with NaN are left out"


@fault(
    "mutations",
    source="MLGym Titanic: inner merge",
    suits=one_column,
    lives=_scored(lambda rows, _: rows[: len(rows) // 2]),
)
def grader_takes_missing_rows(copy: Copy) -> str:
    """The grader scores the rows that are there."""
    write_grader(copy, MERGED)
    return "rows that were not handed in are left out"


@fault(
    "mutations",
    source="MLGym Titanic: one known row repeated 418 times has accuracy 1.0",
    suits=one_column,
    lives=_scored(lambda rows, _: rows[:1] * len(rows)),
)
def grader_takes_repeated_rows(copy: Copy) -> str:
    """The grader takes repeated rows."""
    write_grader(copy, MERGED)
    return "an id may occur many times"


@fault(
    "mutations",
    source="MLGym house prices: foreign ids score an RMSE of 0",
    suits=one_column,
    lives=_scored(
        lambda rows, _: [
            dict(zip(row, ["x" + next(iter(row.values())), *list(row.values())[1:]], strict=True)) for row in rows
        ]
    ),
)
def grader_takes_foreign_ids(copy: Copy) -> str:
    """The grader never looks at the ids."""
    write_grader(copy, "return metric(labels, rows[: len(labels)])")
    return "rows are compared by place"
