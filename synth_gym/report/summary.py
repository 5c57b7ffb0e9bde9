"""The few facts of an episode that every page needs; records themselves are large and read one at a time."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from synth_gym.evaluation.episodes import Played, method_of
from synth_gym.rollout.flags import FLAGS, Flag
from synth_gym.rollout.record import MetricInfo, Record, Step


@dataclass(frozen=True, slots=True)
class Summary:
    """One episode in brief."""

    id: str
    """Names the episode in links; the same whenever the same episode is read again."""
    env_id: str
    title: str
    suite: str
    family: str
    challenge_hash: str
    metric: MetricInfo
    method: str
    """The policy with what it was made with: what rankings tell apart."""
    seed: int
    outcome: str
    trainable: bool
    raw_score: float | None
    normalized: float | None
    scores: tuple[tuple[int, float], ...]
    """(step, public score), for every validation."""
    steps: int
    failures: int
    """Steps whose command failed or whose action could not be read."""
    flags: tuple[str, ...]
    """Names of integrity flags, each once, in the order of `FLAGS`."""
    seconds: float
    started: str
    cost: float
    tokens: int

    @property
    def sign(self) -> float:
        return 1.0 if self.metric.direction == "maximize" else -1.0

    def normalise_public(self, score: float) -> float | None:
        """A public score on the scale where the baseline's public score is 0 and the reference's 1.

        None where the two are the same, or in the wrong order: small public splits do that.
        """
        gap = self.sign * (self.metric.public_reference - self.metric.public_baseline)
        return self.sign * (score - self.metric.public_baseline) / gap if gap > 0 else None

    @property
    def progress(self) -> list[tuple[int, float]]:
        """(step, normalised public score), for every validation."""
        points = ((step, self.normalise_public(score)) for step, score in self.scores)
        return [(step, value) for step, value in points if value is not None]

    def sharing(self, pool: dict[Hashable, Any]) -> Summary:
        """The same with whatever `pool` already holds: what thousands of episodes have in common is kept once."""
        names = ("env_id", "title", "suite", "family", "challenge_hash", "metric", "method", "outcome", "flags")
        values = {name: getattr(self, name) for name in names}
        return replace(self, **{name: pool.setdefault(value, value) for name, value in values.items()})


def summarise(identifier: str, record: Record, flags: Iterable[Flag] = ()) -> Summary:
    """The facts of one record."""
    info, named = record.info, {flag.name for flag in flags}
    scores = tuple(
        (number, step.score) for number, step in enumerate(record.trajectory, start=1) if step.score is not None
    )
    return Summary(
        id=identifier,
        env_id=record.env_id,
        title=record.title,
        suite=record.suite,
        family=record.family,
        challenge_hash=record.challenge_hash,
        metric=record.metric,
        method=method_of(record.policy),
        seed=record.seed,
        outcome=str(info.outcome),
        trainable=info.trainable,
        raw_score=info.raw_score,
        normalized=info.normalized,
        scores=scores,
        steps=info.steps,
        failures=sum(map(has_failed, record.trajectory)),
        flags=tuple(name for name in FLAGS if name in named),
        seconds=record.seconds,
        started=record.started,
        cost=record.usage.cost,
        tokens=record.usage.prompt_tokens + record.usage.completion_tokens,
    )


def has_failed(step: Step) -> bool:
    """The action could not be read, or its command failed."""
    return step.kind == "rejected" or (step.kind == "command" and step.exit_code != 0)


def played(summary: Summary) -> Played:
    """What a leaderboard reads."""
    return Played(
        summary.env_id,
        summary.title,
        summary.suite,
        summary.challenge_hash,
        summary.metric,
        summary.method,
        summary.trainable,
        summary.raw_score,
    )


def choose(summaries: Iterable[Summary], per_cell: int) -> list[Summary]:
    """Which episodes are drawn: of each policy on each challenge so many, spread evenly from the best to the worst."""
    cells: dict[tuple[str, str], list[Summary]] = {}
    for summary in summaries:
        cells.setdefault((summary.env_id, summary.method), []).append(summary)
    return [summary for cell in sorted(cells) for summary in _spread(cells[cell], per_cell)]


def _spread(found: Sequence[Summary], count: int) -> list[Summary]:
    if len(found) <= count:
        return sorted(found, key=lambda summary: summary.seed)
    lowest = float("-inf")
    ranked = sorted(found, key=lambda one: lowest if one.normalized is None else one.normalized, reverse=True)
    picks = [ranked[round(number * (len(ranked) - 1) / max(count - 1, 1))] for number in range(count)]
    return sorted(picks, key=lambda summary: summary.seed)
