"""Is the private split really a second, hidden one, and drawn as the data ask for?"""

from __future__ import annotations

import math
from collections import Counter

import numpy as np

from synth_gym.certification.association import among_themselves, rank_correlation
from synth_gym.certification.case import Case
from synth_gym.certification.data import Data, Values, data_of, numbers
from synth_gym.certification.gate import Finding, Gate, failed, passed
from synth_gym.certification.resplit import Gaps, gaps
from synth_gym.certification.time_order import follows, is_cut, time_columns
from synth_gym.grading.protocols import read_config

SIGMAS = 4.5
"""Between the split's gap of scores and those of splits drawn anew."""
MIN_WINS = 0.8
"""Share of hidden halves of the private rows in which the reference must not be worse than the baseline."""
MOSTLY_LATER = 0.9
"""Share of later test rows from which on a cut in time was meant."""
MORE_REPEATED = 0.25
"""Share of private rows that may stand among the public ones beyond what chance explains."""
PREDICTABLE = 6.0
"""Standard deviations, as `leak_order`."""


def check(case: Case) -> Finding:
    if case.program:
        return _program(case)
    data = case.once(data_of)
    private = np.array([row["split"] == "private" for row in case.labels.rows])
    by_time = False
    if data is not None:
        fault = _time_fault(case, data)
        if fault:
            return failed(fault)
        by_time = any(is_cut(data.of_test(name), private) for name in time_columns(data))
        place = None if by_time else _gives_away(case, data, private)
        if place:
            return failed(f"{place} tells which test rows are private: draw the split at random and shuffle the rows")
        if _repeats(data, private):
            return failed("private test rows repeat public ones, whose answers `validate` tells: draw them apart")
    if not _counts(case, private):
        return failed("the private score does not follow the private rows' answers alone: mend grade.py")
    found = gaps(case, private)
    return passed("the metric is the challenge's own") if found is None else _judge(found, by_time=by_time)


def _program(case: Case) -> Finding:
    """The public configuration must not be the private one."""
    assert case.program
    config = read_config(case.program.protocol, case.challenge.grader)
    for name, value in config.items():
        if isinstance(value, dict) and {"public", "private"} <= set(value) and value["public"] == value["private"]:
            return failed(f"{name} of the private split are those of the public one: draw others")
    gap = abs(case.spec.baseline.public_mean - case.spec.baseline.mean)
    return passed(f"baseline's gap of public and private score {gap:.4g}")


def _time_fault(case: Case, data: Data) -> str | None:
    """Forecasts must be of the future; a cut in time must be a clean one."""
    if data.train is None:
        return None
    columns = time_columns(data)
    later = {name: follows(data.train.columns[name], data.of_test(name)) for name in columns}
    if case.spec.family == "forecasting" and later and max(later.values()) < 1:
        return f"test rows are not later than all training rows by {max(later, key=lambda name: later[name])!r}"
    unclean = next((name for name, share in later.items() if MOSTLY_LATER <= share < 1), None)
    if unclean is None:
        return None
    return f"most test rows are later than all training rows by {unclean!r}, but not all: cut cleanly"


def _gives_away(case: Case, data: Data, private: Values) -> str | None:
    """What the agent sees that tells private test rows from public ones."""
    share = max(private.mean(), 1 - private.mean())
    flags = np.array(["private" if flag else "public" for flag in private])
    # Standard error of the share of rows that one would guess right by the more frequent part alone.
    error = math.sqrt(share * (1 - share) / len(private)) / (1 - share)
    for name, values in (("the place of a row", [str(one) for one in data.place]), ("the id", case.labels.ids)):
        if is_cut(values, private) or among_themselves(values, flags, True) > PREDICTABLE * error:
            return name
    for name in data.features:
        column = numbers(data.of_test(name))
        if column is None or np.isnan(column).any():
            continue
        if abs(rank_correlation(column, private)) * math.sqrt(len(private) - 1) > PREDICTABLE:
            return f"column {name!r}"
    return None


def _repeats(data: Data, private: Values) -> bool:
    """Whether private rows stand among the public ones far more often than these stand there twice, as by chance."""
    rows = list(zip(*(data.of_test(name) for name in data.features), strict=True))
    hidden, shown = ([row for row, flag in zip(rows, part, strict=True) if flag] for part in (private, ~private))
    counts = Counter(shown)
    repeated = sum(row in counts for row in hidden) / len(hidden)
    by_chance = sum(counts[row] > 1 for row in shown) / len(shown)
    return repeated > by_chance + MORE_REPEATED


def _counts(case: Case, private: Values) -> bool:
    """Whether wrong answers of private rows change the private score, and those of public rows do not."""
    contents = [case.submission(case.truth)]
    for part in (private, ~private):
        rows, places = list(case.truth), np.flatnonzero(part)
        order = sorted(places.tolist(), key=lambda place: rows[place][1:])
        moved = order[len(order) // 2 :] + order[: len(order) // 2]
        answers = {place: case.truth[other][1:] for place, other in zip(order, moved, strict=True)}
        contents.append(case.submission([[row[0], *answers.get(place, row[1:])] for place, row in enumerate(rows)]))
    right, hidden, shown = (grade.score for grade in case.grade_all(contents))
    return right == shown and (right != hidden or contents[0] == contents[1])


def _judge(found: Gaps, *, by_time: bool) -> Finding:
    figure = f"gap {found.gap:.4g} ({found.sigmas:.2g} sigma), reference ahead in {found.wins:.0%} of hidden halves"
    if not by_time and abs(found.sigmas) > SIGMAS:
        return failed(
            f"public and private scores differ by {found.gap:.4g}, {abs(found.sigmas):.2g} standard deviations of "
            "splits drawn at random: draw the split so that both parts are alike",
            round(found.sigmas, 3),
            SIGMAS,
        )
    if found.wins < MIN_WINS:
        return failed(
            f"the reference is behind the baseline in {1 - found.wins:.0%} of hidden halves of the private rows: give "
            "more test rows or a stronger reference",
            round(found.wins, 3),
            MIN_WINS,
        )
    return passed(figure, f"{SIGMAS:g} sigma, {MIN_WINS:.0%}")


GATE = Gate(
    name="second_split",
    fault="the private split is known, not alike, or not later than what is known",
    source="MLE-bench splits with seed 0 and OpenMLE with seed 42; AIRA: 39.6 on a hidden split, 47.7 on the shown one",
    rule="private rows repeat no public ones, and they alone decide the private score; nothing visible tells private "
    "rows from public ones, unless they are later; forecasts are of the future; the gap of scores is one of random "
    f"splits ({SIGMAS:g} sigma); the reference leads in {MIN_WINS:.0%} of halves of the private rows that are drawn "
    "with a seed made of the labels, which no agent can know",
    check=check,
    version=2,
)
