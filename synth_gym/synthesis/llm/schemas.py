"""What the stages ask of the model and what it must reply.

Every request is a chat completion whose `response_format` is the JSON schema of one of `REPLIES`, by the stage's name.
Its last user message ends with the line `INPUT` and one JSON object, the stage's whole machine-readable input:

- `topics`: `TopicsInput`
- `proposals`: `ProposalsInput`
- `challenge`: `ChallengeInput`
- `repair`: `RepairInput`
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, field_validator

from synth_gym.schema import Strict

TaskType = Literal["classification", "regression"]
Kind = Literal["integer", "number", "boolean", "text"]
"""What a column's cells are."""


class Cell(Strict):
    """A place in the taxonomy."""

    area: str
    modality: str
    task_type: TaskType
    difficulty: str


class TopicsInput(Strict):
    """Asks for topics of one cell."""

    count: int
    cell: Cell
    avoid: tuple[str, ...]
    """Titles that there are already."""


class Topic(Strict):
    """One topic."""

    title: str
    description: str
    area: str
    modality: str
    task_type: TaskType
    difficulty: str

    @field_validator("title", "description")
    @classmethod
    def _said(cls, value: str) -> str:
        return _not_empty(value)


class Topics(Strict):
    """The reply of `topics`."""

    topics: tuple[Topic, ...]


class ProposalsInput(Strict):
    """Asks for tasks on one topic."""

    topic: Topic
    candidates: int
    """How many proposals; they are tried in the order of the reply."""


class Proposal(Strict):
    """A task, and where its data may be found."""

    title: str
    task: str
    """What is to be predicted from what, and why it is worth it."""
    dataset_query: str
    """Words for the Hub's search."""
    dataset_id: str | None
    """`owner/name` where the model knows one; it is tried before the search."""
    target: str
    """The column to predict."""
    features: tuple[str, ...] | None
    """The columns to predict it from; null for all others."""
    task_type: TaskType
    metric: str

    @field_validator("title", "task", "dataset_query", "target")
    @classmethod
    def _said(cls, value: str) -> str:
        return _not_empty(value)


class Proposals(Strict):
    """The reply of `proposals`."""

    proposals: tuple[Proposal, ...]


class ColumnCard(Strict):
    """One column of a dataset, as it was read."""

    name: str
    dtype: Kind
    distinct: int
    """Different values among the rows that were read."""
    missing: int
    """Empty cells among them."""
    examples: tuple[Any, ...]
    """A few different values."""


class DatasetCard(Strict):
    """A dataset of the Hub as the model sees it."""

    id: str
    config: str
    split: str
    revision: str
    """The commit that was read."""
    licence: str
    """SPDX identifier."""
    columns: tuple[ColumnCard, ...]
    rows: int
    """In the whole split; the challenge may use fewer."""
    sample: tuple[dict[str, Any], ...]
    """A few rows."""


class ChallengeInput(Strict):
    """Asks for a challenge. The names in `proposal` are those of the dataset."""

    proposal: Proposal
    dataset: DatasetCard
    metrics: tuple[str, ...]
    """The package's metrics that fit the task."""


class ChallengeDraft(Strict):
    """The reply of `challenge` and of `repair`.

    Rows, ids, splits, labels and the instruction's facts are the pipeline's. Scripts run in the workspace, without
    arguments and without network; they read `data/train.csv` and `data/test.csv`, draw everything random from the
    environment variable `SEED`, and write `submission.csv` in the format of `sample_submission.csv`.
    """

    title: str
    instruction_notes: str
    """Markdown that joins the generated instruction: background, and what the columns mean."""
    metric: str
    """A name of `ChallengeInput.metrics`; any other name with `grader` alone."""
    features: tuple[str, ...]
    """Columns that the agent gets."""
    drop_columns: tuple[str, ...]
    """Columns that it must not get; they win over `features`."""
    baseline: str
    """Python source: a simple honest solution."""
    reference: str
    """Python source: a clearly better one."""
    grader: str | None
    """Python source, only where no metric of the package fits: `score(submission: Path, labels: list[dict[str, str]])
    -> float`, more is better, and the best possible value is 1."""

    @field_validator("title", "baseline", "reference")
    @classmethod
    def _said(cls, value: str) -> str:
        return _not_empty(value)


class Failure(Strict):
    """Why a draft is no certified challenge."""

    stage: Literal["run", "gate"]
    """A script or the grader failed, or scored too little; or a gate refused the whole."""
    name: str
    """`baseline fails`, `reference is hardly better than the baseline` ...; or the gate's name."""
    message: str
    """What was seen, a trace where there is one."""


class RepairInput(Strict):
    """Asks for a mended challenge."""

    challenge: ChallengeDraft
    """The draft that failed."""
    dataset: DatasetCard
    failure: Failure


REPLIES: dict[str, type[BaseModel]] = {
    "topics": Topics,
    "proposals": Proposals,
    "challenge": ChallengeDraft,
    "repair": ChallengeDraft,
}
"""The reply's model by stage; the stage is also the schema's name in `response_format`."""


def _not_empty(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    return value
