"""Do ids, the order of the rows or the times of the files tell the labels?"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from synth_gym.certification.association import among_themselves, rank_correlation
from synth_gym.certification.case import Case
from synth_gym.certification.data import Data, Values, data_of, numbers
from synth_gym.certification.gate import Finding, Gate, failed, not_applicable, passed

SIGMAS = 6.0
"""Against orders drawn at random: some dozens of orders are tried for each of thousands of challenges."""
MIN_STRENGTH = 0.15
"""Of all that could be known: less is not worth an agent's while."""
DRAWS = 50
_SAME_ORDER = 0.999


def check(case: Case) -> Finding:
    if case.program:
        return not_applicable("a program has no labels")
    data = case.once(data_of)
    if data is None:
        return not_applicable("the test rows are not in a table")
    strongest = 0.0
    for name, values in _traces(case, data):
        if _is_visible(values, data):
            continue
        found = among_themselves(values, data.target.values, data.target.classes)
        strongest = max(strongest, found)
        if found >= MIN_STRENGTH and _sigmas(values, data, found) >= SIGMAS:
            return failed(
                f"{name} tells the labels ({found:.2f} of 1): draw ids at random and shuffle the rows",
                round(found, 4),
                MIN_STRENGTH,
            )
    return passed(round(strongest, 4), MIN_STRENGTH)


def _traces(case: Case, data: Data) -> Iterator[tuple[str, list[str]]]:
    """What comes with a row besides its values: name -> one text for each row of the labels."""
    ids = case.labels.ids
    yield "the place of a row in the test table", [str(index) for index in data.place]
    yield "the id", ids
    yield "the last character of the id", [f"'{one[-1:]}" for one in ids]
    yield "the start of the id", [f"'{one[: max(1, len(one) // 2)]}" for one in ids]
    yield "the length of the id", [str(len(one)) for one in ids]
    for table in case.tables:
        named = table.columns.get(case.layout.id_column, [])
        if table is not data.test and set(ids) <= set(named):
            where = {value: index for index, value in enumerate(named)}
            yield f"the place of a row in workspace/{table.name}", [str(where[one]) for one in ids]
    yield from _files(case)


def _files(case: Case) -> Iterator[tuple[str, list[str]]]:
    """Where each test row has a file of its own: when it was written."""
    files = {path.stem: path for path in case.challenge.workspace.rglob("*") if path.is_file()}
    if set(case.labels.ids) <= set(files):
        yield "the time of a row's file", [str(files[one].stat().st_mtime_ns) for one in case.labels.ids]


def _is_visible(values: list[str], data: Data) -> bool:
    """Whether it is only the order of a feature, as in a series that lies there in the order of time."""
    order = numbers(values)
    if order is None:
        return False
    columns = (np.array(data.of_test(name)) for name in data.features)
    return any(abs(rank_correlation(order, _sortable(column))) >= _SAME_ORDER for column in columns)


def _sortable(column: Values) -> Values:
    found = numbers(column.tolist())
    return column if found is None else found


def _sigmas(values: list[str], data: Data, found: float) -> float:
    """By how many standard deviations it tells more than of labels in random order."""
    draw = np.random.default_rng(0)
    truth, classes = data.target.values, data.target.classes
    chance = [among_themselves(values, draw.permutation(truth), classes) for _ in range(DRAWS)]
    return float((found - np.mean(chance)) / max(float(np.std(chance)), 1e-9))


GATE = Gate(
    name="leak_order",
    fault="rows sorted by label, ids that count within a class, files written class by class",
    source="no published case; asked for because tables and images are often exported class by class",
    rule=f"neither ids nor places nor file times tell more than chance by {SIGMAS:g} sigma and {MIN_STRENGTH:g} of 1",
    check=check,
)
