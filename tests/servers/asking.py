"""What tests ask the playground's author, in the words of a synthesis."""

from __future__ import annotations

import json
import runpy
from pathlib import Path
from typing import TYPE_CHECKING, Any

from synth_gym.synthesis.llm.schemas import REPLIES, ChallengeInput, ColumnCard, DatasetCard, Proposal
from tests.servers.author import Author
from tests.servers.author_ideas import idea_titled
from tests.servers.author_questions import Idea

if TYPE_CHECKING:
    import pandas as pd

CELL = {
    "area": "health and medicine",
    "modality": "table of measurements",
    "task_type": "regression",
    "difficulty": "easy",
}
METRICS = {
    "regression": ("rmse", "mae", "rmsle"),
    "classification": ("accuracy", "balanced_accuracy", "macro_f1", "log_loss", "roc_auc"),
}


def request(stage: str, given: Any, *more: dict[str, str], **extra: Any) -> dict[str, Any]:
    """A chat completion's keyword arguments.

    Args:
        stage: a key of `REPLIES`.
        given: its input, plain.
        more: turns after the first.
        extra: further arguments.
    """
    schema = {"name": stage, "schema": REPLIES[stage].model_json_schema(), "strict": True}
    first = {"role": "user", "content": f"Write.\n\nINPUT\n{json.dumps(given)}"}
    shape = {"type": "json_schema", "json_schema": schema}
    return {"model": "author", "messages": [first, *more], "response_format": shape} | extra


def topics(count: int = 5, avoid: list[str] | None = None, **cell: str) -> dict[str, Any]:
    """The input of `topics`."""
    return {"count": count, "cell": CELL | cell, "avoid": avoid or []}


def challenge(idea: Idea, frame: pd.DataFrame) -> dict[str, Any]:
    """The input of `challenge`, about an idea and its rows."""
    columns = tuple(_column(frame, name) for name in frame.columns)
    dataset = DatasetCard(
        id=idea.dataset,
        config="default",
        split="train",
        revision="0" * 40,
        licence="CC-BY-4.0",
        columns=columns,
        rows=len(frame),
        sample=(),
    )
    proposal = Proposal(
        title=idea.title,
        task=idea.task,
        dataset_query=idea.query,
        dataset_id=idea.dataset,
        target=idea.target,
        features=tuple(name for name in frame.columns if name != idea.target),
        task_type=idea.task_type,
        metric=idea.metrics[0],
    )
    asked = ChallengeInput(proposal=proposal, dataset=dataset, metrics=METRICS[idea.task_type])
    return asked.model_dump(mode="json")


def repair(asked: dict[str, Any], draft: dict[str, Any], name: str, message: str = "see above") -> dict[str, Any]:
    """The input of `repair` after a failure."""
    failure = {"stage": "run", "name": name, "message": message}
    return {"challenge": draft, "dataset": asked["dataset"], "failure": failure}


def _column(frame: pd.DataFrame, name: str) -> ColumnCard:
    values = frame[name]
    examples = tuple(value.item() if hasattr(value, "item") else value for value in values.dropna().unique()[:3])
    kinds = {"i": "integer", "f": "number", "b": "boolean"}
    dtype: Any = kinds.get(values.dtype.kind, "text")
    missing = int(values.isna().sum())
    return ColumnCard(name=name, dtype=dtype, distinct=values.nunique(), missing=missing, examples=examples)


def idea_of(title: str) -> Idea:
    """The idea that must be there."""
    found = idea_titled(title)
    assert found is not None, title
    return found


def replied(author: Author, stage: str, given: dict[str, Any]) -> dict[str, Any]:
    """A good reply, checked."""
    text, finish = author.reply(stage, given, told=False)
    assert finish == "stop"
    return REPLIES[stage].model_validate_json(text).model_dump(mode="json")


def workspace(folder: Path, idea: Idea, frame: pd.DataFrame, draft: dict[str, Any]) -> pd.DataFrame:
    """Lay out what scripts find; returns the test rows with their labels."""
    rows = frame[[*draft["features"], idea.target]].dropna().sample(frac=1, random_state=1).head(500)
    rows = rows.reset_index(drop=True)
    rows.insert(0, "id", rows.index + 1000)
    cut = len(rows) * 6 // 10
    train, test = rows[:cut], rows[cut:]
    (folder / "data").mkdir(exist_ok=True)
    train.to_csv(folder / "data" / "train.csv", index=False)
    test.drop(columns=idea.target).to_csv(folder / "data" / "test.csv", index=False)
    usual = train[idea.target].median() if idea.task_type == "regression" else train[idea.target].mode()[0]
    test[["id"]].assign(**{idea.target: usual}).to_csv(folder / "sample_submission.csv", index=False)
    return test


def submission(folder: Path, source: str) -> pd.DataFrame:
    """What a script writes; the folder must be the working directory."""
    import pandas as pd

    (folder / "script.py").write_text(source)
    runpy.run_path(str(folder / "script.py"), run_name="__main__")
    return pd.read_csv(folder / "submission.csv")
