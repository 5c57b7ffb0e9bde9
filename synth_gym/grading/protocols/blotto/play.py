"""The match: rounds, fields, score. Runs in the grader's process."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import Any

from synth_gym.grading.faults import SubmissionRejected
from synth_gym.grading.protocols.base import Ask, Begin, Play
from synth_gym.grading.protocols.blotto.opponents import make_opponent


def play(config: dict[str, Any], split: str) -> Play:
    """Meet every opponent of a split; the mean share of the values that the agent wins, from 0 to 1."""
    opponents = config["opponents"][split]
    shares = []
    for number, opponent in enumerate(opponents, start=1):
        where = f"match {number} of {len(opponents)}"
        yield Begin(opponent["seed"], where)
        shares.append((yield from _match(config, opponent, where)))
    return float(sum(shares) / len(shares))


def won(values: Sequence[int], mine: Sequence[int], theirs: Sequence[int]) -> float:
    """Share of the values that the first side wins; as many soldiers on both sides win half of a field."""
    points = (
        value * ((own > other) + 0.5 * (own == other)) for value, own, other in zip(values, mine, theirs, strict=True)
    )
    return sum(points) / sum(values)


def _match(config: dict[str, Any], opponent: dict[str, Any], where: str) -> Generator[Ask, Any, float]:
    """One match. Both sides choose before either sees the other's soldiers."""
    choose = make_opponent(config["values"], config["opposing"], opponent)
    mine: list[list[int]] = []
    theirs: list[list[int]] = []
    total = 0.0
    for number in range(config["rounds"]):
        now = choose(mine, theirs)
        observation = {"round": number, "rounds": config["rounds"], "mine": mine, "theirs": theirs}
        here = f"{where}, round {number + 1}"
        answer = yield Ask(observation, here)
        fault = _fault(answer, len(config["values"]), config["soldiers"])
        if fault:
            raise SubmissionRejected(f"{here}: {fault}")
        mine.append(answer)
        theirs.append(now)
        total += won(config["values"], answer, now)
    return total / config["rounds"]


def _fault(answer: Any, fields: int, soldiers: int) -> str:
    """What is wrong with an allocation; empty when nothing is."""
    if not isinstance(answer, list) or len(answer) != fields:
        return f"an allocation is a list of {fields} numbers, one for each field"
    if not all(type(sent) is int and sent >= 0 for sent in answer):
        return "soldiers are whole numbers that are not negative"
    return f"{sum(answer)} soldiers were sent, there are {soldiers}" if sum(answer) > soldiers else ""
