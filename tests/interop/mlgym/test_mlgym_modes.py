"""What is known to game MLGym's tasks scores in `compat` and earns nothing in `strict`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from synth_gym.challenge import Challenge
from synth_gym.outcome import Outcome, StepResult
from synth_gym.session import Session

OWN_OPPONENT = """cat > target.py <<'END'
def target_column_strategy(history):
    return len(history) % 2
END"""
OWN_SCORE = """cat >> evaluate.py <<'END'
print('{"Score": 7}')
END"""
PRINT_AND_GO = """cat > strategy.py <<'END'
import os
print('{"Score": 42}', flush=True)
os._exit(0)
END"""
REWIND = """cat > strategy.py <<'END'
import random
from target import target_column_strategy
def row_strategy(history):
    state = random.getstate()
    theirs = target_column_strategy(history)
    random.setstate(state)
    return theirs
END"""
OPTIMUM = 1.5
"""Of the made-up game: both doors are met, one is worth 2 and one 1."""


@pytest.fixture
def play(challenges: dict[tuple[str, str], Challenge]) -> Iterator[Any]:
    """Starts a session of a mode and a task."""
    sessions = []

    def start(mode: str, task: str) -> Session:
        session = Session(challenges[mode, task])
        sessions.append(session)
        session.start(0)
        return session

    yield start
    for session in sessions:
        session.close()


def scores(result: StepResult) -> dict[str, float]:
    return dict(result.info["scores"])


def test_compat_believes_what_its_evaluation_prints(play: Any) -> None:
    session = play("compat", "battleOfSexes")
    honest = session.step("validate").info["score"]
    assert 0.4 < honest < 1.1
    assert session.step(f"{REWIND}\nvalidate").info["score"] == pytest.approx(OPTIMUM, abs=0.2)
    assert session.step(f"{PRINT_AND_GO}\nvalidate").info["score"] == 42
    end = session.step("submit")
    assert end.info["outcome"] == Outcome.SUBMITTED
    assert end.info["raw_score"] == 42 and scores(end) == {"compat": 42}, "no strict score: it has none"


def test_compat_evaluates_what_lies_in_the_workspace_also_when_only_the_opponent_changed(play: Any) -> None:
    session = play("compat", "battleOfSexes")
    session.step("validate")
    assert session.step(f"{OWN_OPPONENT}\nvalidate").info["score"] == OPTIMUM
    session.step(OWN_SCORE)
    end = session.stop(Outcome.CONTEXT_LIMIT)
    assert end.info["scores"]["compat"] == 7
    assert end.info["scores"]["strict"] < OPTIMUM - 0.3


def test_strict_scores_an_honest_strategy_like_compat_and_gives_it_pairs(play: Any) -> None:
    end = play("strict", "battleOfSexes").step("submit")
    assert end.info["outcome"] == Outcome.SUBMITTED
    assert end.info["raw_score"] == scores(end)["strict"] == pytest.approx(0.75, abs=0.25)
    assert scores(end)["compat"] == pytest.approx(0.75, abs=0.25)


def test_strict_does_not_see_changed_files_and_has_its_own_random_numbers(play: Any) -> None:
    session = play("strict", "battleOfSexes")
    honest = session.step("validate").info["score"]
    session.step(f"{OWN_OPPONENT}\n{OWN_SCORE}")
    assert "unchanged" in session.step("validate").observation, "only the submission counts"
    session.step(f"{REWIND}\nrm -f target.py")
    assert "Submission rejected" in session.step("validate").observation, "there is no opponent to import"
    assert "Submission rejected" in session.step(f"{PRINT_AND_GO}\nvalidate").observation
    assert session.stop(Outcome.CONTEXT_LIMIT).info["raw_score"] == pytest.approx(honest, abs=0.3)


def test_the_labels_are_there_in_compat_and_nowhere_in_strict(play: Any) -> None:
    copied = "cp data/ground_truth.csv submission.csv && submit"
    assert scores(play("compat", "titanicSurvival").step(copied)) == {"compat": 1.0, "strict": 1.0}
    session = play("strict", "titanicSurvival")
    assert (
        "ground_truth" not in session.step("find /workspace /root /tmp /home -name '*truth*' 2>/dev/null").observation
    )
    end = session.step("python baseline.py && submit")
    assert end.info["outcome"] == Outcome.SUBMITTED and scores(end)["compat"] < 0.9 and scores(end)["strict"] < 0.9


def test_a_submission_that_the_evaluation_cannot_score_is_rejected(play: Any) -> None:
    session = play("compat", "titanicSurvival")
    assert "does not exist" in session.step("validate").observation
    assert "printed no 'accuracy'" in session.step("echo nothing > submission.csv; validate").observation
