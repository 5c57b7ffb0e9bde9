"""Leaderboards of our own suites: policies ranked by the records of their episodes."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from synth_gym.errors import SynthGymError
from synth_gym.evaluation.leaderboard import Leaderboard, make_leaderboard
from synth_gym.evaluation.scale import Cells, Mode, Pool
from synth_gym.evaluation.scores import Attempt, Table, Task, tabulate, tasks_named

if TYPE_CHECKING:
    from synth_gym.rollout.record import MetricInfo, PolicyInfo, Record


_SERVERS = ("llm", "local")
"""Policies that say little without their model."""
_METHOD = re.compile(r"(?P<name>[^:(]*[^:( ])(:(?P<model>.*?))?( \(.*\))?", re.DOTALL)


class NoEpisodesError(SynthGymError):
    """There is nothing to rank."""


def method_of(policy: PolicyInfo) -> str:
    """Who played, as one line: the policy's name, its model after a colon, and its other options in brackets.

    Two episodes are of the same method exactly if this is the same.
    """
    options = dict(policy.options)
    model = options.pop("model", None)
    others = ", ".join(f"{key}={options[key]}" for key in sorted(options))
    return policy.name + (f":{model}" if model is not None else "") + (f" ({others})" if others else "")


def short_titles(methods: Iterable[str]) -> dict[str, str]:
    """Display names: of each method's line no more than tells it from the others.

    >>> list(short_titles(["noop", "local:/a/student", "local:/b/student", "mine:/a/student"]).values())
    ['noop', 'local:a/student', 'local:b/student', 'mine']
    """
    candidates = {method: _candidates(method) for method in methods}
    return {
        method: next((title for title in own if _occurrences(title, candidates.values()) == 1), method)
        for method, own in candidates.items()
    }


def _candidates(method: str) -> list[str]:
    """Ever longer names: the name, then with more and more of the end of the model's path, then all."""
    found = _METHOD.fullmatch(method)
    if found is None:
        return [method]
    name, model = found["name"], found["model"] or ""
    parts = model.split("/") if model else []
    titles = [f"{name}:{'/'.join(parts[-depth:])}" for depth in range(1, len(parts) + 1)]
    return [*([] if name in _SERVERS and titles else [name]), *titles, method]


def _occurrences(title: str, candidates: Iterable[list[str]]) -> int:
    return sum(title in own for own in candidates)


@dataclass(frozen=True)
class Played:
    """What a ranking needs of one episode."""

    env_id: str
    title: str
    suite: str
    challenge_hash: str
    metric: MetricInfo
    method: str
    """As `method_of` gives it."""
    trainable: bool
    raw_score: float | None

    @classmethod
    def of(cls, record: Record) -> Played:
        info = record.info
        method = method_of(record.policy)
        return cls(
            record.env_id,
            record.title,
            record.suite,
            record.challenge_hash,
            record.metric,
            method,
            info.trainable,
            info.raw_score,
        )


def records_leaderboard(records: Iterable[Record], mode: Mode, *, tasks: Sequence[str] | None = None) -> Leaderboard:
    """`episodes_leaderboard` of records."""
    return episodes_leaderboard(map(Played.of, records), mode, tasks=tasks)


def episodes_leaderboard(episodes: Iterable[Played], mode: Mode, *, tasks: Sequence[str] | None = None) -> Leaderboard:
    """Policies ranked by their recorded episodes; the reference pool is each challenge's own baseline and reference.

    Both columns are the final private score: an episode has no other. Episodes that an infrastructure fault ended do
    not count.

    Args:
        episodes: of any policies on any challenges.
        mode: how AUP is computed.
        tasks: only these environment ids.

    Raises:
        NoEpisodesError: no episode counts.
        SynthGymError: the records hold two versions of one challenge.
    """
    found = _Episodes()
    for episode in episodes:
        found.add(episode)
    chosen = tasks_named(list(found.tasks.values()), tasks)
    if not chosen:
        raise NoEpisodesError("there is no finished episode to rank; make some with: synth-gym rollout")
    table = tabulate(found.attempts, list(found.methods), chosen, scale="decade")
    return make_leaderboard(
        table,
        mode,
        title=", ".join(found.suites),
        pool=_own_pool(table),
        titles=short_titles(found.methods),
        notes=_notes(table, found.faults),
    )


class _Episodes:
    """Tasks, methods and attempts gathered from records, each in the order of first appearance."""

    def __init__(self) -> None:
        self.tasks: dict[str, Task] = {}
        self.hashes: dict[str, str] = {}
        self.methods: dict[str, None] = {}
        self.suites: dict[str, None] = {}
        self.attempts: list[Attempt] = []
        self.faults = 0

    def add(self, episode: Played) -> None:
        if not episode.trainable:
            self.faults += 1
            return
        if self.hashes.setdefault(episode.env_id, episode.challenge_hash) != episode.challenge_hash:
            raise SynthGymError(
                f"the records hold two versions of {episode.env_id} (their challenge hashes differ); "
                "scores of different challenges cannot be ranked together: give only folders of one version"
            )
        scale = episode.metric
        self.tasks.setdefault(
            episode.env_id,
            Task(episode.env_id, episode.title, scale.name, scale.direction, scale.baseline, scale.reference),
        )
        self.methods.setdefault(episode.method)
        self.suites.setdefault(episode.suite)
        score = math.nan if episode.raw_score is None else episode.raw_score
        self.attempts.append(Attempt(episode.method, episode.env_id, score, score))


def _notes(table: Table, faults: int) -> list[str]:
    fewest, most = table.attempts.min(), table.attempts.max()
    notes = [f"episodes that a fault or a cancellation ended, left out: {faults}"] if faults else []
    return notes + ([f"attempts per policy and challenge differ: {fewest} to {most}"] if fewest < most else [])


def _own_pool(table: Table) -> Pool:
    stated = np.vstack([table.baseline, table.reference])
    return Pool(("stated baseline", "stated reference"), Cells(stated, stated))
