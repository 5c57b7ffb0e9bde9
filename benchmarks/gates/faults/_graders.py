"""A custom grader that does what the built-in metric does, for faults to be made in."""

from __future__ import annotations

from faults.copy import Copy

GRADE = "grader/grade.py"

SOURCE = '''\
"""Scores a submission."""

import csv
import math
import random
import time

from synth_gym.grading.metrics import compute

KEY = {key!r}
COLUMNS = {columns!r}
PARAMETERS = {parameters!r}


def read(submission):
    with submission.open(newline="") as file:
        return list(csv.DictReader(file))


def parse(text):
    return {parse}


def metric(truth, answers, name={name!r}):
    sides = [[[parse(row[column]) for row in side] for column in COLUMNS] for side in (truth, answers)]
    return compute(name, *sides, PARAMETERS)


def score(submission, labels):
    rows = read(submission)
    answers = {{row[KEY]: row for row in rows}}
    {body}
'''

HONEST = "return metric(labels, [answers[row[KEY]] for row in labels])"


def write_grader(copy: Copy, body: str = HONEST) -> None:
    """Write `grader/grade.py`.

    Args:
        copy: a predictions challenge.
        body: what `score` does with `rows`, `answers` and `labels`; as it stands, what the declared metric does.
    """
    columns = copy.predictions.columns
    text = next(iter(columns.values())).type == "category"
    copy.write(
        GRADE,
        SOURCE.format(
            key=copy.key,
            columns=list(columns),
            parameters=copy.spec.metric.parameters,
            name=copy.spec.metric.name,
            parse="text" if text else "float(text)",
            body=body.replace("\n", "\n    "),
        ),
    )
