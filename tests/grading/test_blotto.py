"""The Blotto tournament's opponents, rules and score, without processes."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from synth_gym.errors import InvalidFileError
from synth_gym.grading.faults import SubmissionRejected
from synth_gym.grading.protocols import read_config, start
from synth_gym.grading.protocols.base import Begin
from synth_gym.grading.protocols.blotto.opponents import OPPONENTS, Battlefields
from synth_gym.grading.protocols.blotto.play import won
from synth_gym.schema import to_yaml

EVEN = {"strategy": "proportional", "parameters": {"power": 0.0}, "seed": 1}
CONFIG: dict[str, Any] = {
    "rounds": 3,
    "soldiers": 12,
    "opposing": 9,
    "values": [1, 2, 3],
    "opponents": {"public": [EVEN], "private": [EVEN, {"strategy": "answers_last", "parameters": {}, "seed": 2}]},
}


def fields(soldiers: int = 10) -> Battlefields:
    return Battlefields([1, 2, 3], soldiers, random.Random(0))


PARAMETERS: dict[str, dict[str, Any]] = {
    "proportional": {"power": 1.0},
    "scattered": {"evenness": 1.0},
    "concentrated": {"count": 2},
    "rotating": {"step": 1},
    "answers_last": {},
    "answers_mean": {},
}


@pytest.mark.parametrize("strategy", OPPONENTS)
def test_opponents_send_all_their_soldiers(strategy: str) -> None:
    choose = OPPONENTS[strategy](fields(), **PARAMETERS[strategy])
    agent: list[list[int]] = []
    own: list[list[int]] = []
    for sent in ([4, 3, 3], [0, 0, 10], [10, 0, 0]):
        own.append(choose(agent, own))
        agent.append(sent)
        assert sum(own[-1]) == 10 and min(own[-1]) >= 0 and len(own[-1]) == 3


def test_opponents_play_as_their_names_say() -> None:
    assert OPPONENTS["proportional"](fields(12), power=1.0)([], []) == [2, 4, 6]
    assert OPPONENTS["rotating"](fields(12), step=1)([], [[2, 4, 6]]) == [4, 6, 2]
    assert OPPONENTS["concentrated"](fields(), count=1)([], []).count(0) == 2
    answer = OPPONENTS["answers_last"](fields())([[1, 3, 6]], [[4, 3, 3]])
    assert sum(own > theirs for own, theirs in zip(answer, [1, 3, 6], strict=True)) == 2
    assert OPPONENTS["answers_mean"](fields())([[9, 0, 0], [9, 0, 0]], [])[0] <= 9


def test_a_tie_wins_half_of_a_field() -> None:
    assert won([1, 2, 3], [5, 5, 0], [4, 5, 1]) == pytest.approx((1 + 1) / 6)


def test_the_score_is_the_mean_share_of_the_values() -> None:
    play = start("blotto", CONFIG, "public")
    assert isinstance(next(play), Begin)
    play.send(None)
    rounds = iter([[4, 4, 4], [12, 0, 0], [3, 3, 3]])
    with pytest.raises(StopIteration) as end:
        while True:
            play.send(next(rounds))
    assert end.value.value == pytest.approx((1 + 1 / 6 + 1 / 2) / 3)


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        ([4, 4], "a list of 3 numbers"),
        ([5, 5, 5], "15 soldiers were sent, there are 12"),
        ([1.0, 2, 3], "whole numbers"),
        ([-1, 2, 3], "not negative"),
        ([True, 2, 3], "whole numbers"),
        (None, "a list of 3 numbers"),
    ],
)
def test_a_wrong_allocation_names_its_round(answer: Any, message: str) -> None:
    play = start("blotto", CONFIG, "private")
    next(play)
    play.send(None)
    with pytest.raises(SubmissionRejected, match=rf"match 1 of 2, round 1: .*{message}"):
        play.send(answer)


@pytest.mark.parametrize(
    ("opponent", "message"),
    [
        (EVEN | {"strategy": "proportion"}, r"did you mean 'proportional'\?"),
        (EVEN | {"parameters": {}}, "missing 1 required keyword-only argument: 'power'"),
        ({"strategy": "concentrated", "parameters": {"count": 9}, "seed": 1}, "count must be from 1 to 3"),
    ],
)
def test_a_wrong_configuration_is_found_before_any_match(
    tmp_path: Path, opponent: dict[str, Any], message: str
) -> None:
    text = to_yaml(CONFIG | {"opponents": {"public": [opponent], "private": [EVEN]}})
    (tmp_path / "tournament.yaml").write_text(text)
    with pytest.raises(InvalidFileError, match=message):
        read_config("blotto", tmp_path)
