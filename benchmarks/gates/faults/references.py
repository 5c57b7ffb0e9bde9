"""References that show nothing, and metrics without room."""

from __future__ import annotations

import csv
import io
import statistics

from faults._graders import write_grader
from faults.copy import BASELINE, INSTRUCTION, LABELS, REFERENCE, Copy, Row
from faults.fault import NotApplicable, classes, fault, numbers, one_column, predictions
from synth_gym.challenge import Spec

FIXED = '''\
"""Reference."""

import csv

ANSWERS = {answers!r}

with open("submission.csv", "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\\n")
    writer.writerow([{key!r}, {target!r}])
    writer.writerows(ANSWERS.items())
'''

ONE_MORE = """\
import csv as _csv

with open("submission.csv", newline="") as _file:
    _rows = list(_csv.reader(_file))
with open("submission.csv", "w", newline="") as _file:
    _writer = _csv.writer(_file, lineterminator="\\n")
    _writer.writerows([one, {answer!r}] if one == {key!r} else [one, value] for one, value in _rows)
"""


BLUR = """\
import csv as _csv
import random as _random

_dice = _random.Random(7)
with open("submission.csv", newline="") as _file:
    _header, *_rows = _csv.reader(_file)
with open("submission.csv", "w", newline="") as _file:
    _writer = _csv.writer(_file, lineterminator="\\n")
    _writer.writerow(_header)
    _writer.writerows([key, repr(float(value) + _dice.gauss(0.0, {width!r}))] for key, value in _rows)
"""


def _errors(spec: Spec) -> bool:
    return numbers(spec) and spec.metric.name in ("rmse", "mae")


def _answers(copy: Copy, script: str) -> dict[str, Row]:
    """What a script answers with its first seed, by id."""
    submission = copy.run(script)[0].submission
    if submission is None:
        raise NotApplicable(f"{script} writes no submission here")
    return {row[copy.key]: row for row in csv.DictReader(io.StringIO(submission.decode()))}


@fault(
    "reference", "data_needed", "headroom", source="AlgoTune: verifiers that accept memorised answers", suits=one_column
)
def reference_hard_coded(copy: Copy) -> str:
    """The reference holds the answers in its source, a few of them wrong."""
    truth = copy.truth()
    values = list(truth.values())
    wrong = set(copy.rng.sample(list(truth), max(2, len(truth) // 25)))
    answers = {key: copy.rng.choice(values) if key in wrong else value for key, value in truth.items()}
    copy.write(REFERENCE, FIXED.format(answers=answers, key=copy.key, target=copy.target))
    copy.measure(REFERENCE)
    return f"solution.py knows all but {len(wrong)} of {len(truth)} answers"


@fault("headroom", source="MLE-bench: three competitions with crowded leaderboards", suits=predictions)
def no_headroom(copy: Copy) -> str:
    """The labels are the reference's own answers: it is at the optimum."""
    answers = _answers(copy, REFERENCE)
    copy.change_rows(LABELS, lambda row: row | answers[row[copy.key]])
    copy.measure()
    return "labels.csv was written by solution.py"


@fault("solvability", "headroom", source="Endless Terminals: 83% solved at the first try", suits=_errors)
def baseline_at_ceiling(copy: Copy) -> str:
    """The baseline leaves one percent of the way from the mean to the optimum."""
    answers = {key: float(row[copy.target]) for key, row in _answers(copy, REFERENCE).items()}
    spread, target = statistics.pstdev(answers.values()), copy.target
    near = {key: repr(value + copy.rng.gauss(0, 0.002 * spread)) for key, value in answers.items()}
    copy.change_rows(LABELS, lambda row: row | {target: near[row[copy.key]]})
    copy.write(BASELINE, copy.read(REFERENCE))
    copy.append(BASELINE, BLUR.format(width=0.01 * spread))
    copy.measure()
    return "baseline.py is solution.py with noise of 1% of its spread; labels.csv was written by solution.py"


@fault("headroom", source="RE-Bench: an environment dropped for its noise", suits=classes)
def reference_wins_by_a_row(copy: Copy) -> str:
    """The reference is better than the baseline by one row."""
    answers, labels = _answers(copy, BASELINE), copy.rows(LABELS)
    wrong = [r for r in labels if r["split"] == "private" and answers[r[copy.key]][copy.target] != r[copy.target]]
    row = copy.rng.choice(wrong)
    copy.write(REFERENCE, copy.read(BASELINE))
    copy.append(REFERENCE, ONE_MORE.format(key=row[copy.key], answer=row[copy.target]))
    copy.measure(seeds=(0,))
    return f"solution.py is baseline.py but for the row {row[copy.key]}"


@fault("direction", "oracle", source="AIRS-Bench: worst scores revised after the release", suits=predictions)
def wrong_direction(copy: Copy) -> str:
    """The metric is read the wrong way round, and so the worse script is the reference."""
    write_grader(copy)
    spec, mirrored = copy.spec, copy.rng.random() < 0.5
    flipped = "minimize" if spec.metric.sign > 0 else "maximize"
    optimum = spec.metric.optimum if mirrored or spec.metric.worst is None else spec.metric.worst
    says, other = ("Higher", "Lower") if spec.metric.sign > 0 else ("Lower", "Higher")
    copy.write(INSTRUCTION, copy.read(INSTRUCTION).replace(f"{says} is", f"{other} is"))
    baseline, reference = copy.read(BASELINE), copy.read(REFERENCE)
    copy.write(BASELINE, reference)
    copy.write(REFERENCE, baseline)
    worst = spec.metric.worst if optimum == spec.metric.optimum else spec.metric.optimum
    copy.update(
        metric={"direction": flipped, "optimum": optimum, "worst": worst},
        baseline=spec.reference.model_dump() | {"command": spec.baseline.command},
        reference=spec.baseline.model_dump() | {"command": spec.reference.command},
    )
    return f"{flipped}, optimum {optimum:g}"


@fault(
    "oracle",
    "direction",
    source="AIRS-Bench: declared optima and worst scores revised after the release",
    suits=predictions,
)
def wrong_optimum(copy: Copy) -> str:
    """The declared optimum cannot be reached."""
    write_grader(copy)
    spec = copy.spec
    optimum = spec.reference.mean + 3 * (spec.metric.optimum - spec.reference.mean)
    copy.update(metric={"optimum": optimum, "worst": None})
    return f"optimum {optimum:g}"
