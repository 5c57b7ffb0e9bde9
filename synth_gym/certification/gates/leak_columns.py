"""Does a column of the workspace tell the labels under another name or in another writing?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from synth_gym.certification.association import (
    DECIDES,
    EXACT,
    FAR_BELOW,
    MENDED,
    NEAR_PERFECT,
    among_themselves,
    beyond,
    learnt,
    rank_correlation,
    strength,
)
from synth_gym.certification.case import Case
from synth_gym.certification.data import Data, Values, answers_of, data_of, numbers
from synth_gym.certification.gate import Finding, Gate, failed, not_applicable, passed
from synth_gym.certification.time_order import time_columns

STRONG, ALL_BUT_RIGHT = 0.8, 0.98
"""What a column alone must tell to be suspected, and what a reference of numbers may reach at most, from 0 to 1."""
ALONE = 0.3
"""How far the second best column is behind one that stands alone."""
MIN_ROWS = 20
"""Below it a column gets there by chance."""

Found = tuple[float, str]


def check(case: Case) -> Finding:
    if case.program:
        return not_applicable("a program has no labels")
    data = case.once(data_of)
    if data is None:
        return not_applicable("the test rows are not in a table")
    if len(data.place) < MIN_ROWS:
        return not_applicable(f"fewer than {MIN_ROWS} test rows")
    if len(set(data.target.values.tolist())) < 2:
        return not_applicable("all labels are the same")
    target, told = data.target, _told(data)
    shares = {name: strength(answers, target.values, target.classes) for name, answers in told.items()}
    ranked = sorted(((share, name) for name, share in shares.items()), reverse=True)
    (share, name), (next_best, _), *_ = [*ranked, (0.0, ""), (0.0, "")]
    # Only a strong column is worth a run of the reference.
    answers = _reference_answers(case) if share >= STRONG else None
    reference = 0.0 if answers is None else strength(answers, target.values, target.classes)
    if target.classes and (share >= DECIDES or _stands_alone(share, next_best, reference)):
        return failed(
            f"column {name!r} alone tells the test rows' labels ({share:.2f} of 1, the reference {reference:.2f}, the "
            f"next best column {next_best:.2f}): remove the column, or ask for what is not in it",
            round(share, 4),
            NEAR_PERFECT,
        )
    if share >= NEAR_PERFECT and reference <= share - FAR_BELOW:
        return failed(
            f"column {name!r} alone, learnt from the training rows, tells the test rows' labels ({share:.2f} of 1), "
            "far better than the reference: remove the column",
            round(share, 4),
            NEAR_PERFECT,
        )
    known = next((one for one in _untimed(data) if _is_rescaled(data.of_test(one), data)), None)
    if known is None and answers is not None:
        strong = (one for one in _untimed(data) if shares.get(one, 0.0) >= STRONG)
        known = next((one for one in strong if _mends(answers, told[one], data)), None)
    if known:
        return failed(
            f"column {known!r} alone tells what the reference cannot find out from all the others, or is the label in "
            "another scale: remove the column"
        )
    hidden, place = max(_only_in_test(case, data), default=(0.0, ""))
    if hidden >= NEAR_PERFECT:
        return failed(
            f"{place}, which no training row has, encodes the labels ({hidden:.2f} of 1): remove it",
            round(hidden, 4),
            NEAR_PERFECT,
        )
    return passed(round(max(share, hidden), 4), NEAR_PERFECT)


def _stands_alone(share: float, next_best: float, reference: float) -> bool:
    """Whether one column tells nearly what the reference does, and far more than any other does."""
    return share >= STRONG and next_best <= share - ALONE and reference <= share + FAR_BELOW


def _told(data: Data) -> dict[str, Values]:
    """The test rows' labels as each feature alone, learnt from the training rows, tells them."""
    target = data.target
    if data.train is None or target.train is None:
        return {}
    train = data.train.columns
    return {
        name: learnt(train[name], target.train, data.of_test(name), target.values, target.classes)
        for name in data.features
    }


def _untimed(data: Data) -> list[str]:
    """Features but for times: a series that rises all the time is ordered like its steps, and yet nobody knows how far
    it will rise.
    """
    times = time_columns(data)
    return [name for name in data.features if name not in times]


def _is_rescaled(values: Sequence[str], data: Data) -> bool:
    """Whether a column orders the test rows exactly as the numbers that are asked for do."""
    column = None if data.target.classes else numbers(values)
    if column is None or np.isnan(column).any():
        return False
    return rank_correlation(column, data.target.values) ** 2 >= EXACT


def _mends(answers: Values, told: Values, data: Data) -> bool:
    """Whether a column tells most of what the reference's answers get wrong."""
    truth, classes = data.target.values, data.target.classes
    # Where the reference is all but right, what is left is chance, and any strong column may tell it.
    if not classes and strength(answers, truth, False) > ALL_BUT_RIGHT:
        return False
    return beyond(answers, told, truth, classes) >= MENDED[classes]


def _reference_answers(case: Case) -> Values | None:
    """The reference's answers in the target's terms; None if it wrote nothing."""
    submission = case.reference[0].submission
    return None if submission is None else answers_of(case, submission)


def _only_in_test(case: Case, data: Data) -> Iterator[Found]:
    """How well each column that the training rows lack tells the labels; other tables are joined by id."""
    key, ids = case.layout.id_column, case.labels.ids
    for table in case.tables:
        if table is data.train:
            continue
        for name, values in _joined(table.columns, key, ids):
            if not (table is data.test and name in data.features):
                known = among_themselves(values, data.target.values, data.target.classes)
                yield known, f"column {name!r} of workspace/{table.name}"


def _joined(columns: dict[str, list[str]], key: str, ids: Sequence[str]) -> Iterator[tuple[str, list[str]]]:
    """The columns of a table, row by row of the labels: by any column that holds every id."""
    wanted = set(ids)
    for name in [key, *(name for name in columns if name != key)]:
        if wanted <= set(columns.get(name, ())):
            where = {value: index for index, value in enumerate(columns[name])}
            rows = [where[one] for one in ids]
            yield from ((other, [values[row] for row in rows]) for other, values in columns.items() if other != name)
            return


GATE = Gate(
    name="leak_columns",
    fault="the label, renamed or re-encoded, stands among the features",
    source="label leaks of MLE-bench (issues 77, 93 and 108), one of them a column",
    rule=f"no feature alone tells {NEAR_PERFECT:.0%} of the labels while the reference stays {FAR_BELOW:g} below it, "
    f"nor {MENDED[True]:.0%} of what the reference gets wrong; none decides the labels or stands alone; none is the "
    "label in another scale; no column that only test rows have tells the labels",
    check=check,
    version=2,
)
