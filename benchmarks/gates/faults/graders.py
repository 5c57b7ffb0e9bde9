"""Graders that score what they should not, or not always the same."""

from __future__ import annotations

from faults._graders import HONEST, write_grader
from faults.copy import BASELINE, LABELS, REFERENCE, SAMPLE, SCRIPTS, Copy
from faults.fault import NotApplicable, classes, fault, one_column, predictions
from synth_gym.challenge import Spec

OTHER_METRIC = {
    "accuracy": "macro_f1",
    "balanced_accuracy": "accuracy",
    "macro_f1": "accuracy",
    "rmse": "mae",
    "mae": "rmse",
}
"""Metrics that take the same columns and have the same optimum."""

BY_POSITION = "return metric(labels, rows[: len(labels)])"
UNSEEDED = (
    "score = metric(labels, [answers[row[KEY]] for row in labels])\nreturn score * (1 + random.uniform(-1, 1) * 1e-3)"
)
WALL_CLOCK = "score = metric(labels, [answers[row[KEY]] for row in labels])\nreturn score + (time.time() % 1) * 1e-6"
HASH_ORDER = f"""\
half = max(3, len(labels) // 2)
chosen = list({{row[KEY] for row in labels}})[:half]
labels = [row for row in labels if row[KEY] in chosen]
{HONEST}"""
CRASHES = (
    "if len({row[column] for row in rows for column in COLUMNS}) == 1:\n"
    "    raise ZeroDivisionError('the answers have no spread')\n" + HONEST
)


def _replaceable(spec: Spec) -> bool:
    return predictions(spec) and spec.metric.name in OTHER_METRIC


@fault("oracle", source="MLGym house prices: rows in another order get an R2 of -1.15", suits=predictions)
def grader_by_position(copy: Copy) -> str:
    """The grader compares rows by their place."""
    write_grader(copy, BY_POSITION)
    copy.measure()
    return "grade.py compares the first rows of the file with the labels"


@fault("mutations", source="OpenMLE Spaceship: labels 'abc', 7 and 0.4 are scored", suits=classes)
def grader_any_class(copy: Copy) -> str:
    """The grader accepts classes that do not exist."""
    columns = {name: column.model_dump() | {"values": None} for name, column in copy.predictions.columns.items()}
    copy.update(submission={"columns": columns})
    return "the column's values are not stated"


@fault(
    "trivial_floor",
    "cheats",
    source="MLGym MS-COCO: the score is the mean of a column of the submission",
    suits=one_column,
)
def self_reported_score(copy: Copy) -> str:
    """The grader averages a score that the submission itself states."""
    best = copy.spec.metric.optimum
    column = {"type": "number", "minimum": None, "maximum": None, "values": None}
    copy.update(
        submission={"columns": {copy.target: copy.predictions.columns[copy.target].model_dump(), "own": column}}
    )
    copy.change_rows(LABELS, lambda row: row | {"own": repr(best)})
    copy.change_rows(SAMPLE, lambda row: row | {"own": "0.0"})
    write_grader(copy, "return sum(float(answers[row[KEY]]['own']) for row in labels) / len(labels)")
    stated = {BASELINE: copy.spec.baseline.mean, REFERENCE: copy.spec.reference.mean}
    for script in SCRIPTS:
        copy.append(script, STATE_SCORE.format(score=stated[script]))
    _tell_own(copy)
    copy.measure()
    return "the column 'own' is averaged"


STATE_SCORE = """\
import csv as _csv

with open("submission.csv", newline="") as file:
    rows = list(_csv.DictReader(file))
with open("submission.csv", "w", newline="") as file:
    writer = _csv.DictWriter(file, [*rows[0], "own"], lineterminator="\\n")
    writer.writeheader()
    writer.writerows(row | {{"own": {score!r}}} for row in rows)
"""


def _tell_own(copy: Copy) -> None:
    wanted = f"`{copy.key}` and `{next(iter(copy.predictions.columns))}`"
    if not copy.replace("workspace/instruction.md", wanted, wanted.replace(" and ", ", ") + " and `own`"):
        raise NotApplicable("the instruction names its columns in another way")


@fault("determinism", source="MLGym's games: the unchanged starter scores 1.0197 to 1.0244", suits=predictions)
def grader_unseeded(copy: Copy) -> str:
    """The grader draws at random without a seed."""
    write_grader(copy, UNSEEDED)
    return "the score moves by up to 0.1%"


@fault("determinism", source="MLGym 3-SAT: the metric is wall-clock time", suits=predictions)
def grader_wall_clock(copy: Copy) -> str:
    """The score depends on the time."""
    write_grader(copy, WALL_CLOCK)
    return "the second's fraction is added to the score, in millionths"


@fault("determinism", source="evaluators that iterate over sets of strings", suits=predictions)
def grader_hash_order(copy: Copy) -> str:
    """The grader scores a subset that depends on the hash seed."""
    write_grader(copy, HASH_ORDER)
    return "half of the rows, chosen by the order of a set"


@fault("trivial_floor", "mutations", source="AIRS-Bench: MASE on constant series", suits=predictions)
def grader_crashes(copy: Copy) -> str:
    """The grader crashes on a valid submission."""
    write_grader(copy, CRASHES)
    return "an exception where all answers are equal"


@fault("oracle", "instruction", source="AIRS-Bench: evaluators mended after the release", suits=_replaceable)
def grader_other_metric(copy: Copy) -> str:
    """The grader computes another metric than the one that is declared."""
    other = OTHER_METRIC[copy.spec.metric.name]
    write_grader(copy, HONEST.replace("])", f"], name={other!r})"))
    copy.measure()
    return f"grade.py computes {other}, not {copy.spec.metric.name}"


@fault("second_split", source="MLGym: validate and submit return the same number", suits=predictions)
def private_rows_unused(copy: Copy) -> str:
    """The grader scores the public rows, whichever split is asked for."""
    public = [row for row in copy.rows(LABELS) if row["split"] == "public"]
    write_grader(copy, f"labels = {public!r}\n{HONEST}")
    copy.measure()
    return "grade.py holds the public labels and scores only these"
