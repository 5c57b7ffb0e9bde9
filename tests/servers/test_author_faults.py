"""The playground's author: its faults are what they are called, and it mends what it is told of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.error import URLError

import pandas as pd
import pytest

from synth_gym.synthesis.draft import DrawRejectedError
from synth_gym.synthesis.llm.measures import measure_of
from synth_gym.synthesis.llm.schemas import ChallengeDraft
from tests.servers.asking import METRICS, challenge, idea_of, repair, replied, submission, topics, workspace
from tests.servers.author import Author
from tests.servers.author_ideas import ideas
from tests.servers.author_plan import DRAFT_FAULTS, FAULTS, REPLY_FAULTS, Plan

VOTE = "Expected vote in 1996"
GLUCOSE = "Glucose of a patient with diabetes"


@pytest.mark.parametrize(("task_type", "right", "wrong"), [("regression", "1.5", "9"), ("classification", "a", "b")])
def test_its_own_graders_know_right_from_wrong(task_type: str, right: str, wrong: str, tmp_path: Path) -> None:
    idea = next(idea for idea in ideas() if idea.task_type == task_type and not idea.trap)
    author = Author(Plan(titles={idea.title: "grader-crashes"}))
    frame = pd.DataFrame({"x": [1.0, 2.0], idea.target: [right, wrong]})
    asked = challenge(idea, frame)
    broken = replied(author, "challenge", asked)
    labels = [{"id": "1", idea.target: right}, {"id": "2", idea.target: wrong}]
    with pytest.raises(KeyError, match="answer"):
        _score(broken["grader"], tmp_path, labels, f"id,{idea.target}\n2,{wrong}\n1,{right}\n")
    mended = replied(author, "repair", repair(asked, broken, "grader fails"))
    assert _score(mended["grader"], tmp_path, labels, f"id,{idea.target}\n2,{wrong}\n1,{right}\n3,{right}\n") == 1
    assert _score(mended["grader"], tmp_path, labels, f"id,{idea.target}\n2,{wrong}\n1,{wrong}\n") < 1
    for bad in (f"1,{right}\n", f"1,{right}\n1,{right}\n2,{wrong}\n", f"1,{right}\n2,inf\n"):
        with pytest.raises(ValueError, match=r"twice|missing|finite|no class"):
            _score(mended["grader"], tmp_path, labels, f"id,{idea.target}\n{bad}")


def _score(source: str, folder: Path, labels: list[dict[str, str]], rows: str) -> float:
    (folder / "submission.csv").write_text(rows)
    namespace: dict[str, Any] = {}
    exec(compile(source, "grade.py", "exec"), namespace)
    return float(namespace["score"](folder / "submission.csv", labels))


def _expected_failure(fault: str) -> str:
    """How a synthesis would name what comes of a fault."""
    if fault in ("endless-loop", "wrong-names"):
        return "baseline fails"
    known = {
        "syntax-error": "reference is not Python",
        "constant-baseline": "baseline is no better than the sample",
        "weak-reference": "reference is hardly better than the baseline",
        "unknown-metric": "metric does not fit",
        "leaky-columns": "gate leak_columns",
    }
    return known.get(fault, "grader fails" if fault.startswith("grader") else "solution fails")


@pytest.mark.parametrize("fault", DRAFT_FAULTS)
def test_a_fault_is_what_it_is_called_and_is_mended_when_told(
    fault: str, tables: dict[str, pd.DataFrame], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    idea = idea_of(VOTE)
    frame = tables[idea.dataset]
    asked = challenge(idea, frame)
    author = Author(Plan(titles={VOTE: fault}))
    broken = replied(author, "challenge", asked)
    monkeypatch.chdir(tmp_path)
    workspace(tmp_path, idea, frame, replied(Author(), "challenge", asked))
    _CHECKS[fault](broken, tmp_path)

    mended = replied(author, "repair", repair(asked, broken, _expected_failure(fault)))
    assert mended != broken
    assert replied(author, "repair", repair(asked, mended, "something else")) == mended
    if not fault.startswith("grader"):
        assert mended == replied(Author(), "challenge", asked)


def _stops(part: str, error: type[BaseException], match: str) -> Any:
    def check(draft: dict[str, Any], folder: Path) -> None:
        with pytest.raises(error, match=match):
            submission(folder, draft[part])

    return check


def _loops(draft: dict[str, Any], folder: Path) -> None:
    source = draft["baseline"].replace("time.sleep(0.01)", 'raise SystemExit("still here")')
    with pytest.raises(SystemExit, match="still here"):
        submission(folder, source)


def _asks_the_network(draft: dict[str, Any], folder: Path) -> None:
    # To a port where nobody listens: whether this machine has a network is not the question.
    with pytest.raises(URLError, match="refused"):
        submission(folder, draft["reference"].replace("http://example.com/", "http://127.0.0.1:9/"))


def _lacks_ids(draft: dict[str, Any], folder: Path) -> None:
    assert "id" not in submission(folder, draft["reference"]).columns


def _is_the_sample(draft: dict[str, Any], folder: Path) -> None:
    submission(folder, draft["baseline"])
    assert (folder / "submission.csv").read_text() == (folder / "sample_submission.csv").read_text()


def _is_the_baseline(draft: dict[str, Any], folder: Path) -> None:
    assert draft["reference"] == draft["baseline"]


def _has_no_metric(draft: dict[str, Any], folder: Path) -> None:
    with pytest.raises(DrawRejectedError, match="metric"):
        measure_of(ChallengeDraft.model_validate(draft), METRICS["classification"])


def _keeps_the_party(draft: dict[str, Any], folder: Path) -> None:
    assert "party" in draft["features"]
    assert draft["drop_columns"] == []


def _graded(draft: dict[str, Any], folder: Path, rows: str) -> float:
    labels = [{"id": "1", "vote": "dole"}, {"id": "2", "vote": "clinton"}]
    return _score(draft["grader"], folder, labels, f"id,vote\n{rows}")


def _grader_crashes(draft: dict[str, Any], folder: Path) -> None:
    with pytest.raises(KeyError, match="answer"):
        _graded(draft, folder, "1,dole\n2,clinton\n")


def _grader_takes_inf(draft: dict[str, Any], folder: Path) -> None:
    assert _graded(draft, folder, "1,inf\n2,clinton\n") >= 0


def _grader_tells_labels(draft: dict[str, Any], folder: Path) -> None:
    with pytest.raises(ValueError, match="'1': 'dole'"):
        _graded(draft, folder, "2,clinton\n")


_CHECKS = {
    "syntax-error": _stops("reference", SyntaxError, "invalid syntax"),
    "endless-loop": _loops,
    "network": _asks_the_network,
    "outside-read": _stops("reference", FileNotFoundError, "grader/labels"),
    "wrong-names": _stops("baseline", KeyError, "the_vote"),
    "wrong-format": _lacks_ids,
    "constant-baseline": _is_the_sample,
    "weak-reference": _is_the_baseline,
    "unknown-metric": _has_no_metric,
    "leaky-columns": _keeps_the_party,
    "grader-crashes": _grader_crashes,
    "grader-takes-inf": _grader_takes_inf,
    "grader-tells-labels": _grader_tells_labels,
}


def test_a_weak_reference_of_a_regression_becomes_a_good_one(tables: dict[str, pd.DataFrame]) -> None:
    idea = idea_of(GLUCOSE)
    asked = challenge(idea, tables[idea.dataset])
    author = Author(Plan(titles={GLUCOSE: "weak-reference"}))
    broken = replied(author, "challenge", asked)
    name = "reference is hardly better than the baseline"
    assert replied(author, "repair", repair(asked, broken, name)) == replied(Author(), "challenge", asked)


def test_scripts_that_are_too_close_are_moved_apart(tables: dict[str, pd.DataFrame]) -> None:
    for title, line, others in ((VOTE, "DEPTH = 3", ("DEPTH = 1", "DEPTH = 6")), (GLUCOSE, "COLUMNS = 1", None)):
        idea = idea_of(title)
        asked = challenge(idea, tables[idea.dataset])
        draft = replied(Author(), "challenge", asked)
        assert f"\n{line}\n" in draft["baseline"]
        names = ("reference is hardly better than the baseline", "baseline is no better than the sample")
        weaker, stronger = (replied(Author(), "repair", repair(asked, draft, name)) for name in names)
        assert replied(Author(), "repair", repair(asked, draft, "gate trivial_floor")) == stronger
        assert weaker["reference"] == stronger["reference"] == draft["reference"]
        assert weaker["baseline"] != draft["baseline"] != stronger["baseline"]
        if others:
            assert others[0] in weaker["baseline"]
            assert others[1] in stronger["baseline"]


def test_a_stubborn_author_sends_the_same_again(tables: dict[str, pd.DataFrame]) -> None:
    asked = challenge(idea_of(VOTE), tables[idea_of(VOTE).dataset])
    author = Author(Plan(titles={VOTE: "syntax-error"}, stubborn=1))
    broken = replied(author, "challenge", asked)
    assert replied(author, "repair", repair(asked, broken, "reference is not Python")) == broken


def test_a_plan_spreads_all_its_faults_and_leaves_the_rest_alone() -> None:
    plan = Plan(share=0.5, seed=1)
    met = [plan.fault(idea.title) for idea in ideas()]
    assert set(met) - {None} <= set(FAULTS)
    assert len(set(met)) > len(FAULTS) / 2
    assert {Plan(share=1).fault(idea.title) for idea in ideas()} == set(FAULTS)
    assert 0.3 < sum(fault is None for fault in met) / len(met) < 0.7
    assert met == [Plan(share=0.5, seed=1).fault(idea.title) for idea in ideas()]
    assert met != [Plan(share=0.5, seed=2).fault(idea.title) for idea in ideas()]
    assert {Plan(share=1, faults=("network",)).fault(idea.title) for idea in ideas()} == {"network"}


@pytest.mark.parametrize("fault", REPLY_FAULTS)
def test_replies_that_cannot_be_used_are_given_anew(fault: str) -> None:
    author = Author(Plan(share=1, faults=(fault,)))
    text, finish = author.reply("topics", topics(), told=False)
    assert finish == ("length" if fault == "cut-off" else "stop")
    if fault == "wrong-schema":
        assert "topics" not in json.loads(text)
    else:
        with pytest.raises(json.JSONDecodeError):
            json.loads(text)
    again, finish = author.reply("topics", topics(), told=True)
    assert finish == "stop"
    assert json.loads(again)["topics"]
