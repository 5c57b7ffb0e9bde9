"""What the first page shows, ready for its template."""

from __future__ import annotations

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from synth_gym.evaluation.leaderboard import Interval, Leaderboard, Standing
from synth_gym.evaluation.statistics import TIE
from synth_gym.report.plots import Axis, Frame, factor_ticks, make_frame, running_best, staircase, value_range
from synth_gym.report.summary import Summary

HUES = 10
"""Line colours in the style sheet; further policies use them again, dashed."""


@dataclass(frozen=True)
class Series:
    """One policy's line in a plot."""

    name: str
    """What the lines, rows and legends of one policy have in common."""
    title: str
    hue: int
    dashed: bool
    path: str = ""


@dataclass(frozen=True)
class ProfilePlot:
    """Performance profiles of all policies."""

    frame: Frame
    factors: tuple[tuple[float, str], ...]
    series: tuple[Series, ...]


@dataclass(frozen=True)
class Bar:
    """A value with its interval, in pixels of a table cell."""

    value: float
    interval: Interval
    low: float
    high: float
    at: float
    zero: float | None
    """Where 0 lies, if inside."""


@dataclass(frozen=True)
class Row:
    """One policy's row of the leaderboard."""

    place: int
    series: Series
    standing: Standing
    aup: Bar
    normalised: Bar
    submitted: float
    """Share of the episodes that ended by a valid submission of the policy's own."""
    median_steps: float
    episodes: int
    cost: float


@dataclass(frozen=True)
class Cell:
    """One policy on one challenge."""

    episodes: int
    scored: int
    best: float | None
    """Best raw score."""
    mean: float | None
    """Mean raw score of the scored episodes."""
    normalised: float | None
    """Mean normalised score of the scored episodes."""
    level: int
    """0 (no score), 1 (below the baseline) to 5 (the reference or better)."""


@dataclass(frozen=True)
class Final:
    """The end of one episode, as a dot."""

    look: Series
    step: int
    value: float
    """Normalised."""
    text: str


@dataclass(frozen=True)
class ChallengeView:
    """One challenge: its row in the table and its plot."""

    env_id: str
    title: str
    family: str
    metric: str
    arrow: str
    baseline: float
    reference: float
    cells: tuple[Cell, ...]
    """One per policy, in the leaderboard's order."""
    frame: Frame
    lines: tuple[Series, ...]
    finals: tuple[Final, ...]
    """Of every drawn episode that has a final score."""


BAR_WIDTH, BAR_HEIGHT = 132, 18


def rows(board: Leaderboard, summaries: Sequence[Summary], looks: Mapping[str, Series]) -> list[Row]:
    """The leaderboard's rows with everything drawn in them."""
    aup_axis = _axis([one.best_aup_interval for one in board.standings], [one.best_aup for one in board.standings])
    score_axis = _axis(
        [one.mean_normalized_interval for one in board.standings], [one.mean_normalized for one in board.standings]
    )
    return [
        _row(place, standing, [one for one in summaries if one.method == standing.method], looks, aup_axis, score_axis)
        for place, standing in enumerate(board.standings, start=1)
    ]


def styles(board: Leaderboard) -> dict[str, Series]:
    """A line style for every policy, in the leaderboard's order."""
    return {
        one.method: Series(one.method, one.title, index % HUES, index >= HUES)
        for index, one in enumerate(board.standings)
    }


def profile_plot(board: Leaderboard, looks: Mapping[str, Series]) -> ProfilePlot:
    """The share of challenges on which each policy lies within a factor of the pool's best."""
    limit = board.setting.tau_max
    frame = make_frame((640, 340), (0.0, limit), (0.0, 1.0), margins=(28, 18, 42, 48))
    lines = [
        replace(looks[standing.method], path=staircase(standing.profile, frame, start=0.0, end=limit))
        for standing in board.standings
    ]
    return ProfilePlot(frame, tuple(factor_ticks(limit)), tuple(lines))


def challenges(
    summaries: Sequence[Summary], looks: Mapping[str, Series], drawn: Sequence[Summary]
) -> list[ChallengeView]:
    """Every challenge, by id, with the policies that have a style.

    Args:
        summaries: all episodes; those that an infrastructure fault ended are not counted.
        looks: line styles of the policies.
        drawn: the episodes whose progress is drawn.
    """
    found, lines = _by_challenge(summaries), _by_challenge(drawn)
    return [_challenge(found[env_id], lines.get(env_id, []), looks) for env_id in sorted(found)]


def _by_challenge(summaries: Sequence[Summary]) -> dict[str, list[Summary]]:
    found: dict[str, list[Summary]] = {}
    for summary in summaries:
        found.setdefault(summary.env_id, []).append(summary)
    return found


def _row(
    place: int, standing: Standing, own: Sequence[Summary], looks: Mapping[str, Series], aup: Axis, score: Axis
) -> Row:
    return Row(
        place=place,
        series=looks[standing.method],
        standing=standing,
        aup=_bar(standing.best_aup, standing.best_aup_interval, aup),
        normalised=_bar(standing.mean_normalized, standing.mean_normalized_interval, score),
        submitted=sum(one.outcome == "submitted" for one in own) / len(own),
        median_steps=statistics.median(one.steps for one in own),
        episodes=len(own),
        cost=sum(one.cost for one in own),
    )


def _axis(intervals: Sequence[Interval], values: Sequence[float]) -> Axis:
    """One scale for all bars of a column; it always holds 0."""
    low = min(0.0, *(interval[0] for interval in intervals), *values)
    high = max(0.0, *(interval[1] for interval in intervals), *values)
    return Axis(low, high if high > low else low + 1.0, 4, BAR_WIDTH - 4)


def _bar(value: float, interval: Interval, axis: Axis) -> Bar:
    return Bar(value, interval, axis(interval[0]), axis(interval[1]), axis(value), axis(0.0) if axis.low < 0 else None)


def _challenge(found: Sequence[Summary], drawn: Sequence[Summary], looks: Mapping[str, Series]) -> ChallengeView:
    first, counted = found[0], [one for one in found if one.trainable]
    values = [value for one in drawn for _, value in one.progress]
    values += [one.normalized for one in drawn if one.normalized is not None]
    steps = max([1, *(one.steps for one in drawn)])
    frame = make_frame((340, 190), (0, steps), value_range(values), margins=(10, 58, 24, 36))
    return ChallengeView(
        env_id=first.env_id,
        title=first.title,
        family=first.family,
        metric=first.metric.name,
        arrow="↑" if first.sign > 0 else "↓",
        baseline=first.metric.baseline,
        reference=first.metric.reference,
        cells=tuple(_cell([one for one in counted if one.method == method]) for method in looks),
        frame=frame,
        lines=tuple(_line(one, frame, looks[one.method]) for one in drawn if one.progress),
        finals=tuple(final for one in drawn for final in _final(one, looks[one.method])),
    )


def _final(summary: Summary, look: Series) -> list[Final]:
    if summary.normalized is None:
        return []
    text = f"{look.title}, seed {summary.seed}: {summary.raw_score:.4g}"
    return [Final(look, summary.steps, summary.normalized, text)]


def _line(summary: Summary, frame: Frame, look: Series) -> Series:
    return replace(look, path=staircase(running_best(summary.progress), frame, end=summary.steps))


def _cell(found: Sequence[Summary]) -> Cell:
    scored = [one for one in found if one.raw_score is not None and one.normalized is not None]
    if not scored:
        return Cell(len(found), 0, None, None, None, 0)
    raw = [one.raw_score for one in scored if one.raw_score is not None]
    normalised = statistics.fmean(one.normalized for one in scored if one.normalized is not None)
    best = max(raw, key=lambda score: found[0].sign * score)
    return Cell(len(found), len(scored), best, statistics.fmean(raw), normalised, _level(normalised))


def _level(normalised: float) -> int:
    if normalised <= -TIE:
        return 1
    return 5 if normalised >= 1 else 2 + math.floor(max(normalised, 0.0) * 3)
