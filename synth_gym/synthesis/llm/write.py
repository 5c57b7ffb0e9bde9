"""From a model's draft and real rows to a challenge.

The pipeline makes splits, ids, labels and the facts of the instruction; the model chooses metric and columns and writes
the scripts and some words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from synth_gym import __version__
from synth_gym.challenge import Column, Provenance
from synth_gym.synthesis.draft import Draft, DrawRejectedError
from synth_gym.synthesis.llm.grounded import Grounded, read_rows
from synth_gym.synthesis.llm.measures import Measure, check_source, fitting_metrics, measure_of
from synth_gym.synthesis.llm.names import matched
from synth_gym.synthesis.llm.schemas import ChallengeDraft
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.families.base import LIMITS, PACKAGES
from synth_gym.synthesis.recipes.families.predictions import Answers, Texts, predictions_draft
from synth_gym.synthesis.recipes.tables import TEST_FRACTION, Table, part, with_ids

if TYPE_CHECKING:
    import pandas as pd

MAX_CATEGORIES = 20
"""A text column with no more values is described by them."""
LONG = 50
"""Texts with more different values are read, not counted."""
MAX_NAME = 40


@dataclass(frozen=True)
class WrittenAddress(Address):
    """Names a written challenge; says who wrote it."""

    model: str
    prompt_hash: str
    created: str

    def provenance(self, target: str, twists: tuple[str, ...]) -> Provenance:
        return Provenance(
            generator="llm",
            model=self.model,
            prompt_hash=self.prompt_hash,
            target=target,
            twists=twists,
            seed=self.seed,
            created=self.created,
            tool_version=__version__,
        )


@dataclass(frozen=True)
class Written:
    """A candidate (`synthesis.draft.Candidate`): everything that its challenge is made from."""

    grounded: Grounded
    reply: ChallengeDraft
    rows: Path
    """File of the rows."""
    topic: int
    """The topic's number."""
    seed: int
    model: str
    prompt_hash: str
    """Key of the call that wrote the draft."""
    created: str
    command_seconds: float

    @property
    def id(self) -> str:
        return challenge_id(self.grounded.proposal.title, self.topic)

    @property
    def family(self) -> str:
        features = set(self.grounded.proposal.features or ())
        columns = [column for column in self.grounded.dataset.columns if column.name in features]
        texts = any(column.dtype == "text" and column.distinct > LONG for column in columns)
        return f"{'text' if texts else 'tabular'}-{self.grounded.proposal.task_type}"

    def draft(self) -> Draft:
        for name in ("baseline", "reference"):
            check_source(name, getattr(self.reply, name))
        proposal = self.grounded.proposal
        frame = read_rows(self.rows)
        measure = measure_of(self.reply, fitting_metrics(proposal.task_type, list(frame[proposal.target].unique())))
        address = WrittenAddress(
            self.seed, self.family, self.topic, self.id, self.model, self.prompt_hash, self.created
        )
        table = _table(frame[[*self._features(), proposal.target]], proposal.target, proposal.task_type, address)
        answers, positive = _answers(table, proposal.task_type, measure)
        limits = LIMITS.model_copy(update={"command_seconds": self.command_seconds})
        draft = predictions_draft(
            address,
            self._texts(table, measure, positive),
            self.grounded.entry,
            measure.metric,
            table,
            answers,
            limits=limits,
        )
        return draft.with_files({**draft.files, "grader/grade.py": measure.grader}) if measure.grader else draft

    def _features(self) -> list[str]:
        """The columns that the agent gets, in the order of the dataset."""
        known = list(self.grounded.proposal.features or ())
        wanted = {matched(name, known) for name in self.reply.features} or set(known)
        dropped = {matched(name, known) for name in self.reply.drop_columns}
        features = [name for name in known if name in wanted - dropped]
        if not features:
            raise DrawRejectedError("no features left", f"there are: {', '.join(known[:30])}")
        return features

    def _texts(self, table: Table, measure: Measure, positive: str | None) -> Texts:
        proposal = self.grounded.proposal
        asked = f" The positive class is `{positive}`." if positive else ""
        context: dict[str, Any] = {
            "question": " ".join(proposal.task.split()) + asked,
            "about": plain_notes(self.reply.instruction_notes),
            "notes": [],
            "target": proposal.target,
            "columns": [_described(name, table.train[name]) for name in table.features if name != "id"],
            "answer": _described(proposal.target, table.train[proposal.target]),
            "packages": ", ".join(PACKAGES),
        }
        return Texts(
            title=" ".join(self.reply.title.split()),
            family=self.family,
            tags=("plain", "huggingface"),
            instruction="llm/instruction.md.j2",
            context=context,
            baseline=self.reply.baseline,
            solution=self.reply.reference,
            metric=measure.card,
        )


def challenge_id(title: str, number: int) -> str:
    """A CamelCase name of a topic's challenge; the number makes it unique.

    >>> challenge_id("Predict the wine's cultivar (3 classes)", 12)
    'PredictTheWinesCultivar3Classes12'
    """
    words = re.findall(r"[A-Za-z0-9]+", title.replace("'", ""))
    kept = ""
    for word in words:
        if len(kept) + len(word) > MAX_NAME:
            break
        kept += word[0].upper() + word[1:]
    # A name that began or ended with digits would be none, or run into the number.
    kept = kept.lstrip("0123456789").rstrip("0123456789")
    return f"{kept or 'Task'}{number}"


def plain_notes(notes: str) -> str:
    """Markdown without headings and fences, which would break the instruction's own."""
    lines = [re.sub(r"^\s*#+\s*", "", line) for line in notes.splitlines() if not line.strip().startswith("```")]
    return "\n".join(lines).strip()


def _table(frame: pd.DataFrame, target: str, task_type: str, address: WrittenAddress) -> Table:
    """Training and test rows; classes keep their shares."""
    names = [name for name in frame.columns if name != target]
    frame = frame.drop_duplicates(names).reset_index(drop=True)
    strata = frame[target].to_numpy() if task_type == "classification" else None
    test = part(strata, len(frame), TEST_FRACTION, address.stream("test"))
    train, held_out = with_ids(frame[~test], frame[test], address.stream("ids"))
    return Table(train, held_out, target)


def _answers(table: Table, task_type: str, measure: Measure) -> tuple[Answers, str | None]:
    """What a submission holds, what is true, what the sample says; and the positive class where there is one."""
    name, labels = table.target, table.test[table.target]
    if task_type == "regression":
        least = 0.0 if measure.metric.name == "rmsle" else None
        sample = {name: float(table.train[name].median())}
        return Answers({name: Column(type="number", minimum=least)}, labels.to_frame(), sample), None
    classes = tuple(sorted(table.train[name].unique()))
    if not measure.card.probabilities:
        column = Column(type="category", values=classes)
        return Answers({name: column}, labels.to_frame(), {name: table.train[name].mode()[0]}), None
    probability = Column(type="number", minimum=0.0, maximum=1.0)
    shares = table.train[name].value_counts(normalize=True).sort_index()
    if len(classes) == 2:
        positive = classes[-1]
        truth = (labels == positive).astype(int).to_frame()
        return Answers({name: probability}, truth, {name: round(float(shares[positive]), 3)}), positive
    import pandas as pd

    truth = pd.DataFrame({one: (labels == one).astype(np.int64) for one in classes})
    return Answers(dict.fromkeys(classes, probability), truth, shares.round(3).to_dict()), None


def _described(name: str, column: pd.Series) -> dict[str, str]:
    """A row of the instruction's table of columns."""
    if column.dtype.kind in "iuf":
        return {"name": name, "type": "number", "about": "May be missing." if column.isna().any() else ""}
    values = sorted({str(value) for value in column.dropna()})
    if len(values) > MAX_CATEGORIES:
        return {"name": name, "type": "text", "about": ""}
    quoted = ", ".join(f"`{value.replace('`', chr(39)).replace('|', '/')}`" for value in values)
    return {"name": name, "type": "category", "about": f"One of {quoted}."}
