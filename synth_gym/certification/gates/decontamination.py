"""Is the challenge clear of the benchmarks that students are measured on?"""

from __future__ import annotations

from collections.abc import Iterator

from synth_gym.certification.case import Case
from synth_gym.certification.data import data_of
from synth_gym.certification.decontaminate import Entry, digest, fingerprint, read_list, shipped_lists
from synth_gym.certification.gate import Finding, Gate, failed, passed
from synth_gym.certification.sections import section
from synth_gym.certification.similarity import cosines, taken_over, words

MAX_COSINE = 0.3
"""Of TF-IDF vectors: no challenge of the shipped suite gets beyond 0.16 with any task of the shipped list, a
description of one in other words gets 0.36."""
MAX_TAKEN = 0.25
"""Share of a description's five-word sequences that stand in the instruction."""
MAX_ROWS = 3
"""Rows of a benchmark's data that a challenge may hold: short rows are alike by chance."""


def check(case: Case) -> Finding:
    entries = [entry for path in _lists(case) for entry in read_list(path).entries]
    name = next((found for entry in entries for found in _named(case, entry)), None)
    if name:
        return failed(f"the challenge is a task that students are measured on: {name}; leave it out of training suites")
    rows = _fingerprints(case) if any(entry.rows for entry in entries) else set()
    for entry in entries:
        held = len(rows.intersection(entry.rows))
        if held > MAX_ROWS:
            return failed(f"{held} rows of the data belong to {entry.id}: use other data", held, MAX_ROWS)
    return _compare_texts(case, [entry for entry in entries if entry.description])


def _lists(case: Case) -> list:
    return [*shipped_lists(), *case.inputs.lists]


def _inputs(case: Case) -> str:
    return digest(_lists(case))


def _named(case: Case, entry: Entry) -> Iterator[str]:
    """How the challenge names itself or what it asks for, where that is a name of the entry."""
    spec = case.spec
    task = _task(case.challenge.instruction)
    for ours in (spec.dataset.id, spec.dataset.config or "", spec.id, spec.title, spec.dataset.url or "", task):
        said = "the task" if ours == task else repr(ours)
        yield from (f"{said} is {theirs!r} ({entry.id})" for theirs in names_in(ours, entry))


def names_in(text: str, entry: Entry) -> Iterator[str]:
    """The names of a benchmark's task that stand in a name."""
    own = words(text)
    for theirs in (entry.id, *entry.names):
        other = words(theirs)
        together = "".join(other)
        if any(own[start : start + len(other)] == other for start in range(len(own))) or "".join(own) == together:
            yield theirs


def _fingerprints(case: Case) -> set[str]:
    """Of every row of the tables, without its id; of test rows with their answer too."""
    key = case.predictions.id_column if case.predictions else ""
    found: set[str] = set()
    data = case.once(data_of)
    for table in case.tables:
        columns = [values for name, values in table.columns.items() if name != key]
        if data is not None and table is data.test:
            answers = dict(zip(case.labels.ids, case.truth, strict=True))
            answered = [answers.get(one, [""])[1:] for one in table.columns[key]]
            found |= {fingerprint([*row, *more]) for *row, more in zip(*columns, answered, strict=True)}
        found |= {fingerprint(row) for row in zip(*columns, strict=True)}
    return found


def _task(text: str) -> str:
    """The instruction's section on what is asked for; all of it where there is none."""
    found = section(text, "Task")
    return text if found is None else found


def _compare_texts(case: Case, entries: list[Entry]) -> Finding:
    text = case.challenge.instruction
    descriptions = [entry.description for entry in entries]
    # What is asked for stands in the first section; the rest, which speaks of files and rules, would hide it.
    found = [cosines(part, descriptions) for part in (text, _task(text))]
    alike = [
        (max(cosine / MAX_COSINE, taken_over(text, entry.description) / MAX_TAKEN), cosine, entry.id)
        for entry, *both in zip(entries, *found, strict=True)
        for cosine in [max(both)]
    ]
    worst, cosine, name = max(alike, default=(0.0, 0.0, ""))
    if worst > 1:
        return failed(f"the instruction reads like that of {name}: leave it out", round(cosine, 4), MAX_COSINE)
    return passed(round(cosine, 4), MAX_COSINE)


GATE = Gate(
    name="decontamination",
    fault="students are trained on what they are measured on",
    source="MLGym uses CIFAR-10, Fashion-MNIST, MNLI, COCO and FineWeb, which a sampler of topics may well propose",
    rule=f"no name, at most {MAX_ROWS} rows, and no description, by the instruction or its section on the task "
    f"(cosine {MAX_COSINE:g}, {MAX_TAKEN:.0%} of the five-word sequences), of a listed benchmark's task",
    check=check,
    version=2,
    inputs=_inputs,
)
