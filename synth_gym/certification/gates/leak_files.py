"""Do the labels stand in any file of the workspace, in whatever form?"""

from __future__ import annotations

import contextlib
import math
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from synth_gym.certification.case import Case
from synth_gym.certification.data import data_of
from synth_gym.certification.gate import Finding, Gate, failed, not_applicable, passed
from synth_gym.certification.written import MAX_BYTES, columns_of, contents, paired, words_of

SURPRISE = 40.0
"""Bits of the labels that are searched for: by chance such a run occurs in one of a million files of as many words."""
MIN_RUN = 8
PAIRED = 0.9
"""Share of test ids that are followed by their label, beyond what the most frequent label explains."""
_TYPES = ("<f8", "<f4", "<i8", "<i4", "<i2", "u1")


def check(case: Case) -> Finding:
    if case.program:
        return not_applicable("a program has no labels")
    ids, targets = case.labels.ids, _targets(case)
    orders = _orders(case, ids)
    needles = [needle for values in targets for order in orders for needle in _needles([values[i] for i in order])]
    if not needles:
        return not_applicable("the labels say too little to be recognised")
    strongest = 0.0
    for name, content in _contents(case):
        if _in_order(needles, content):
            return failed(f"workspace/{name} holds the test rows' labels in their order: remove it")
        words = words_of(content)
        strongest = max(strongest, *(paired(words, ids, values) for values in targets))
        if strongest >= PAIRED:
            return failed(
                f"workspace/{name} names {strongest:.0%} of the test ids together with their label: remove it",
                round(strongest, 4),
                PAIRED,
            )
    return passed(round(strongest, 4), PAIRED)


def _targets(case: Case) -> list[list[str]]:
    """The label columns as they are written, and the classes where there is a column for each; constant ones left
    out.
    """
    columns = [list(values) for values in zip(*(row[1:] for row in case.truth), strict=True)]
    data = case.once(data_of)
    if len(columns) > 1 and data is not None:
        columns.append(data.target.values.tolist())
    return [values for values in columns if len(set(values)) > 1]


def _orders(case: Case, ids: Sequence[str]) -> list[Sequence[int]]:
    """The orders in which somebody might have written the labels: as they lie, as the test rows lie, by id."""
    data = case.once(data_of)
    lying = [] if data is None else [np.argsort(data.place).tolist()]
    by_text = sorted(range(len(ids)), key=lambda index: ids[index])
    by_number = sorted(range(len(ids)), key=lambda index: (len(ids[index]), ids[index]))
    return [range(len(ids)), *lying, by_text, by_number]


def _contents(case: Case) -> Iterator[tuple[str, bytes]]:
    """Every file of the workspace, and what is packed or coded in it."""
    workspace = case.challenge.workspace
    for path in sorted(workspace.rglob("*")):
        if path.is_file() and path.stat().st_size <= MAX_BYTES:
            yield from ((path.relative_to(workspace).as_posix(), part) for part in contents(path.read_bytes()))


def _in_order(needles: Sequence[tuple[bytes, bool]], content: bytes) -> bool:
    if any(needle in content for needle, is_text in needles if not is_text):
        return True
    texts = [b"\0".join((b"", *words, b"")) for words in columns_of(content)]
    return any(b"\0" + needle + b"\0" in text for needle, is_text in needles if is_text for text in texts)


def _needles(values: Sequence[str]) -> list[tuple[bytes, bool]]:
    """The first labels one after the other, as words (true) and as arrays of numbers or class codes (false)."""
    counts, count, bits = Counter(values), 0, 0.0
    while count < len(values) and (bits < SURPRISE or count < MIN_RUN):
        bits -= math.log2(counts[values[count]] / len(values))
        count += 1
    if bits < SURPRISE:
        return []
    words = (word for value in values[:count] for word in words_of(value.encode()))
    with np.errstate(all="ignore"):
        arrays = {array.astype(kind).tobytes() for array in _arrays(values, count) for kind in _TYPES}
    return [(b"\0".join(words), True), *((array, False) for array in sorted(arrays) if len(set(array)) > 1)]


def _arrays(values: Sequence[str], count: int) -> Iterator[NDArray[Any]]:
    codes = {value: code for code, value in enumerate(sorted(set(values)))}
    yield np.array([codes[value] for value in values[:count]])
    with contextlib.suppress(ValueError):
        yield np.array([float(value) for value in values[:count]])


GATE = Gate(
    name="leak_files",
    fault="a copy of the labels lies in the workspace as text, JSON, an array, an archive or base64",
    source="SandMLE's public folder, and MLGym tasks whose answers lie beside the training data",
    rule=f"no file holds {SURPRISE:g} bits of labels in the rows' order, or pairs {PAIRED:.0%} of the test ids with "
    "their labels",
    check=check,
    version=2,
)
