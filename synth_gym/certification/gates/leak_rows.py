"""Do test rows stand among the training rows, with their answers?"""

from __future__ import annotations

import re

import numpy as np

from synth_gym.certification.association import (
    DECIDES,
    FAR_BELOW,
    MENDED,
    NEAR_PERFECT,
    beyond,
    looked_up,
    strength,
)
from synth_gym.certification.case import Case
from synth_gym.certification.data import Data, Values, answers_of, data_of, numbers, plain
from synth_gym.certification.gate import Finding, Gate, failed, not_applicable, passed
from synth_gym.certification.rows import copies, near_copies, twin_share

MAX_SHARE = 0.02
"""Real tables hold some rows twice (Iris one in 150); a split that was drawn before duplicates were removed, many."""
MAX_ROWS = 3
"""So many are always allowed: in a small table 2% is less than one row."""
FEW_COLUMNS = 6
"""Below it rows say too little for one coincidence to be a wonder."""
MORE_TWINS = 0.1
"""By what share of test rows they may have more twins among the training rows than these among themselves."""
MIN_GROUPS = 10
"""Different values from which on a column may name entities rather than kinds."""
MIN_SHARED = 20
"""Test rows of known entities, below which their answers are right by chance."""


def check(case: Case) -> Finding:
    if case.program:
        return not_applicable("a program has no rows")
    data = case.once(data_of)
    if data is None or data.train is None or data.target.train is None or not data.features:
        return not_applicable("the workspace shows no training rows with their target")
    group = next((one for one in data.features if _tells(one, data, case)), None)
    if group:
        return failed(
            f"most test rows share their {group!r} with training rows, which tells the answer far better than the "
            "reference does: keep each one on one side of the split, or remove the column"
        )
    if _exchangeable_twins(data):
        return failed(
            "far more test rows than training rows have a twin with the same answer among the training rows: draw the "
            "split after removing duplicates"
        )
    twins = near_copies(*_measured(data)) | copies(*_rows(data))
    told = sum(_same(data, test, train) for test, train in twins.items())
    share = told / len(data.place)
    if told > MAX_ROWS and share > MAX_SHARE:
        return failed(
            f"{told} of {len(data.place)} test rows stand among the training rows with the same answer, too like each "
            "other for chance: remove duplicates, and keep what belongs together on one side of the split",
            round(share, 4),
            MAX_SHARE,
        )
    return passed(round(share, 4), MAX_SHARE)


def _exchangeable_twins(data: Data) -> bool:
    """In tables of few columns equal rows may be chance; but then training rows have as many twins as test rows."""
    assert data.train and data.target.train is not None
    asked, known = _measured(data)
    if not len(asked) or asked.shape[1] >= FEW_COLUMNS:
        return False
    theirs = [(asked, data.target.values), (known, data.target.train)]
    test, train = (twin_share(rows, truth, known, data.target.train, own=rows is known) for rows, truth in theirs)
    return test * len(asked) > MAX_ROWS and test > train + MORE_TWINS


def _rows(data: Data) -> tuple[list[tuple[str, ...]], list[tuple[str, ...]]]:
    """Feature values of test and training rows, in one writing."""
    assert data.train
    tables = ({name: data.of_test(name) for name in data.features}, data.train.columns)
    test, train = (
        list(zip(*([_writing(value) for value in table[name]] for name in data.features), strict=True))
        for table in tables
    )
    return test, train


def _writing(value: str) -> str:
    """Equal numbers alike; texts without case, spaces and digits: a name that was counted up is no other text."""
    return re.sub(r"[\W\d]+", " ", value.lower()).strip() if " " in value else plain(value)


def _measured(data: Data) -> tuple[Values, Values]:
    """The numeric features of test and training rows, shape (rows, columns)."""
    assert data.train
    pairs = [(numbers(data.of_test(name)), numbers(data.train.columns[name])) for name in data.features]
    found = [(test, train) for test, train in pairs if test is not None and train is not None]
    if not found or len(found) < len(pairs):
        return np.empty((0, 0)), np.empty((0, 0))
    return np.stack([test for test, _ in found], axis=1), np.stack([train for _, train in found], axis=1)


def _tells(name: str, data: Data, case: Case) -> bool:
    """Whether a column names entities that training and test rows share, all rows of one with the same answer."""
    assert data.train and data.target.train is not None
    known, asked = data.train.columns[name], data.of_test(name)
    groups = set(known)
    if not data.target.classes or not MIN_GROUPS <= len(groups) <= len(known) / 2:
        return False
    shared = np.array([value in groups for value in asked])
    truth = data.target.values[shared]
    if shared.sum() < MIN_SHARED or len(set(truth.tolist())) < 2:
        return False
    theirs = [value for value, one in zip(asked, shared, strict=True) if one]
    found = looked_up(known, data.target.train, theirs)
    told = strength(found, truth, True)
    submission = case.reference[0].submission if told >= NEAR_PERFECT else None
    if not submission:
        return False
    answers = answers_of(case, submission)[shared]
    own = strength(answers, truth, True)
    mended = beyond(answers, found, truth, True) >= MENDED[True]
    return own <= told - FAR_BELOW or mended or (told >= DECIDES and own < told)


def _same(data: Data, test: int, train: int) -> bool:
    assert data.target.train is not None
    asked, known = data.target.values[test], data.target.train[train]
    return bool(asked == known) if data.target.classes else bool(np.isclose(asked, known, rtol=1e-3))


GATE = Gate(
    name="leak_rows",
    fault="test rows, or slight variants of them, stand among the training rows",
    source="the Spaceship Titanic task: 40.8% of the test rows share a group with a training row",
    rule=f"at most {MAX_SHARE:.0%} of the test rows have a copy with the same answer that chance does not explain",
    check=check,
    version=2,
)
