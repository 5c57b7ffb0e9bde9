"""Does a column of the workspace tell the labels under another name or in another writing?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from synth_gym.certification.association import (
    FAR_BELOW,
    NEAR_PERFECT,
    among_themselves,
    from_training,
    strength,
)
from synth_gym.certification.case import Case
from synth_gym.certification.data import Data, answers_of, data_of
from synth_gym.certification.gate import Finding, Gate, failed, not_applicable, passed

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
    share, name = max(_shared(data), default=(0.0, ""))
    if share >= NEAR_PERFECT and _reference(case, data) <= share - FAR_BELOW:
        return failed(
            f"column {name!r} alone, learnt from the training rows, tells the test rows' labels ({share:.2f} of 1), "
            "far better than the reference: remove the column",
            round(share, 4),
            NEAR_PERFECT,
        )
    hidden, place = max(_only_in_test(case, data), default=(0.0, ""))
    if hidden >= NEAR_PERFECT:
        return failed(
            f"{place}, which no training row has, encodes the labels ({hidden:.2f} of 1): remove it",
            round(hidden, 4),
            NEAR_PERFECT,
        )
    return passed(round(max(share, hidden), 4), NEAR_PERFECT)


def _shared(data: Data) -> Iterator[Found]:
    """How well each feature alone, learnt from the training rows, tells the labels."""
    target = data.target
    if data.train is None or target.train is None:
        return
    for name in data.features:
        columns = data.train.columns[name], data.of_test(name)
        yield from_training(columns[0], target.train, columns[1], target.values, target.classes), name


def _reference(case: Case, data: Data) -> float:
    """How well the reference's answers tell the labels, by the same measure."""
    submission = case.reference[0].submission
    if submission is None:
        return 0.0
    return strength(answers_of(case, submission), data.target.values, data.target.classes)


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
    rule=f"no feature alone tells {NEAR_PERFECT:.0%} of the labels while the reference stays {FAR_BELOW:g} below it; "
    "no column that only test rows have does",
    check=check,
)
