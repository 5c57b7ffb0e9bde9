"""The playground's author: it knows its datasets, keeps to what it is asked, and what it writes runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from tests.servers.asking import METRICS, challenge, idea_of, replied, submission, topics, workspace
from tests.servers.author import Author
from tests.servers.author_ideas import ideas
from tests.servers.author_plan import Plan
from tests.servers.hub_traps import RENAMED, TRAPS

DIAGNOSIS = "Breast cancer diagnosis without sizes"
VOTE = "Expected vote in 1996"
JOURNEY = "Car cost on a journey between two cities"
MANUAL = "Sorting the documentation of numerical software"


def test_every_idea_is_about_a_column_of_a_dataset_that_is_there(tables: dict[str, pd.DataFrame]) -> None:
    hidden = {TRAPS[name] for name in ("missing", "wrong-columns", "no-parquet")}
    for idea in ideas():
        if idea.dataset not in hidden:
            columns = tables[RENAMED.get(idea.dataset, idea.dataset)].columns
            assert {idea.target, *idea.drop, *(idea.features or ())} <= set(columns), idea.title
    assert {idea.trap for idea in ideas()} >= set(TRAPS)
    good = [idea for idea in ideas() if not idea.trap]
    assert len({(idea.dataset, idea.target) for idea in good}) >= 60
    assert len({idea.title for idea in ideas()}) == len(ideas())


def test_topics_keep_to_their_cell_and_clear_of_what_there_is() -> None:
    author = Author()
    seen: list[str] = []
    for _ in range(30):
        reply = replied(author, "topics", topics(5, avoid=seen))
        assert all(one["area"] == "health and medicine" and one["task_type"] == "regression" for one in reply["topics"])
        seen += [one["title"] for one in reply["topics"]]
    assert len(set(seen)) == 150
    assert "health and medicine" in idea_of(seen[0]).areas


def test_bad_datasets_come_up_as_often_as_planned() -> None:
    def trapped(share: float) -> int:
        titles = [one["title"] for one in replied(Author(Plan(traps=share)), "topics", topics(8))["topics"]]
        return sum(bool(idea_of(title).trap) for title in titles)

    assert trapped(0) == 0
    assert trapped(1) == 8


def test_the_first_proposal_is_on_the_topic_and_some_leave_the_dataset_to_the_search() -> None:
    found = []
    for idea in ideas():
        topic = topics()["cell"] | {"title": idea.title, "description": "x", "task_type": idea.task_type}
        reply = replied(Author(), "proposals", {"topic": topic, "candidates": 3})["proposals"]
        assert len(reply) == 3
        assert reply[0]["title"] == idea.title
        assert reply[0]["dataset_id"] in (idea.dataset, None)
        found.append(reply[0])
    assert 10 < sum(one["dataset_id"] is None for one in found) < 60
    assert any(one["target"] != idea_of(one["title"]).target for one in found)


@pytest.mark.parametrize("title", [DIAGNOSIS, VOTE, JOURNEY, MANUAL])
def test_what_it_writes_runs_and_the_reference_is_better(
    title: str, tables: dict[str, pd.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    idea = idea_of(title)
    frame = tables[idea.dataset]
    draft = replied(Author(), "challenge", challenge(idea, frame))
    assert not {idea.target, *idea.drop} & set(draft["features"])
    monkeypatch.chdir(tmp_path)
    test = workspace(tmp_path, idea, frame, draft)
    truth = test[idea.target].to_numpy()
    gains = []
    for part in ("baseline", "reference"):
        given = submission(tmp_path, draft[part])
        assert list(given["id"]) == list(test["id"])
        gains.append(_gain(draft["metric"], given.drop(columns="id"), truth))
    assert gains[1] > gains[0]


def _gain(metric: str, given: pd.DataFrame, truth: np.ndarray) -> float:
    """More is better."""
    from sklearn.metrics import log_loss, roc_auc_score

    if metric == "log_loss":
        return -float(log_loss(truth == max(truth), given.iloc[:, 0]))
    if metric == "roc_auc":
        return float(roc_auc_score(truth == max(truth), given.iloc[:, 0]))
    if metric in METRICS["classification"]:
        return float((given.iloc[:, 0].to_numpy() == truth).mean())
    return -float(np.abs(given.iloc[:, 0].to_numpy() - truth).mean())
