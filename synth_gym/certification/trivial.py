"""Submissions that know nothing of the rows that they answer for."""

from __future__ import annotations

import random
import statistics
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, Literal

from synth_gym.certification.case import Case
from synth_gym.grading.submission import parser_of

DRAWS = 5
"""Submissions of values drawn at random; their scores are averaged."""
MAX_CLASSES = 10
"""Constants are tried for so many of the most frequent classes."""


@dataclass(frozen=True)
class Trivial:
    """One such submission. Those of the same name are draws of the same kind."""

    name: str
    content: bytes
    bar: Literal["baseline", "reference"] = "baseline"
    """Whose score it must not reach."""


@dataclass(frozen=True)
class TrivialScore:
    """What submissions of one kind earn on the private split, on average over the draws."""

    name: str
    score: float
    bar: Literal["baseline", "reference"]


def trivial_scores(case: Case) -> list[TrivialScore]:
    """Of every kind of trivial submission that is accepted."""
    kinds: dict[str, tuple[list[float], Trivial]] = {}
    trivials = list(trivial_submissions(case))
    grades = case.grade_all([trivial.content for trivial in trivials])
    for trivial, grade in zip(trivials, grades, strict=True):
        if grade.score is not None:
            kinds.setdefault(trivial.name, ([], trivial))[0].append(grade.score)
    found = [TrivialScore(name, statistics.fmean(scores), one.bar) for name, (scores, one) in kinds.items()]
    case.approaches |= {one.name: one.score for one in found}
    return found


def trivial_submissions(case: Case) -> Iterator[Trivial]:
    """What everybody could hand in without looking at the data."""
    if case.program:
        probes = import_module(f"synth_gym.grading.protocols.{case.program.protocol}.probes")
        programs = probes.trivial_programs(case.challenge)
        yield from (Trivial(name, source.encode(), bar) for name, source, bar in programs)
        return
    yield from _samples(case)
    known = [_known_values(case, name) for name in case.layout.columns]
    for name, answer in _constants(case, known).items():
        yield Trivial(name, case.submission([[row[0], *answer] for row in case.truth]))
    for seed in range(DRAWS):
        yield Trivial("known values in random order", case.submission(_drawn(case, known, seed)))


def _samples(case: Case) -> Iterator[Trivial]:
    """Files of the workspace that have the form of a submission."""
    for table in case.tables:
        if set(table.columns) == set(case.layout.header):
            yield Trivial(f"workspace/{table.name}", table.content)


def _drawn(case: Case, known: list[list[str]], seed: int) -> list[list[str]]:
    """Every answer drawn from the values that are known. The true values are not shuffled: where a series grows, their
    level alone is knowledge of the future.
    """
    draw = random.Random(seed)
    return [[row[0], *(draw.choice(values) for values in known)] for row in case.truth]


def _constants(case: Case, known: list[list[str]]) -> dict[str, list[str]]:
    """One answer for all rows, by what is known of the target: its values in the training data."""
    categories = [column.type == "category" for column in case.layout.columns.values()]
    if all(categories):
        ranked = [[value for value, _ in Counter(values).most_common(MAX_CLASSES)] for values in known]
        depth = max(map(len, ranked))
        return {f"always {_at(ranked, rank)}": _at(ranked, rank) for rank in range(depth)}
    if any(categories):
        return {}
    numbers = [[float(value) for value in values] for values in known]
    constants = {
        "always 0": ["0"] * len(known),
        "always the mean": [repr(statistics.fmean(values)) for values in numbers],
        "always the median": [repr(statistics.median(values)) for values in numbers],
        "always the most frequent value": [repr(Counter(values).most_common(1)[0][0]) for values in numbers],
        "every class as likely": [repr(1 / max(2, len(known)))] * len(known),
    }
    types = [column.type for column in case.layout.columns.values()]
    return {name: list(map(_as_type, answer, types)) for name, answer in constants.items()}


def _at(ranked: list[list[str]], rank: int) -> list[str]:
    return [values[min(rank, len(values) - 1)] for values in ranked]


def _as_type(text: str, kind: str) -> str:
    return str(round(float(text))) if kind == "integer" else text


def _known_values(case: Case, name: str) -> list[str]:
    """The target's values that the workspace shows; where it shows none, the true ones of the public split."""
    ids, parse = set(case.labels.ids), parser_of(case.layout.columns[name])
    for table in case.tables:
        if name in table.columns and not ids.intersection(table.columns.get(case.layout.id_column, ())):
            values = [value for value in table.columns[name] if value]
            if values and all(map(partial(_is_readable, parse), values)):
                return values
    return [case.labels.rows[index][name].strip() for index in case.labels.indices("public")]


def _is_readable(parse: Callable[[str], Any], text: str) -> bool:
    """Whether a value is written as the submission's are: a column may hold class names where probabilities are
    asked for.
    """
    try:
        parse(text)
    except ValueError:
        return False
    return True
