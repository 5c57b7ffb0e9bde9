"""Plots of data and scores as geometry; the templates draw them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from synth_gym.report.plots import Frame, make_frame
from synth_gym.report.suite.tables import Table, number

POINTS, BINS, MOST_CLASSES, FEATURES = 400, 24, 12, 3
_MARGINS = (14, 14, 34, 46)


@dataclass(frozen=True)
class Bars:
    """Counts by class, or a histogram: (left, right, height) in data units, with labels for classes."""

    title: str
    frame: Frame
    bars: list[tuple[float, float, float]]
    labels: list[tuple[float, str]]
    """(place, text) below the axis; empty where the axis has numbers."""


@dataclass(frozen=True)
class Points:
    """A scatter plot, or the course of a series."""

    title: str
    frame: Frame
    points: list[tuple[float, float]]
    line: bool = False
    labels: tuple[tuple[float, str], ...] = ()


def histogram(title: str, values: Sequence[float], size: tuple[int, int] = (340, 190)) -> Bars:
    """How numbers are spread."""
    counts, edges = np.histogram(values, bins=min(BINS, max(6, len(set(values)))))
    bars = [(float(low), float(high), float(count)) for low, high, count in zip(edges, edges[1:], counts, strict=False)]
    frame = make_frame(size, (float(edges[0]), float(edges[-1])), (0.0, float(max(counts.max(), 1))), margins=_MARGINS)
    return Bars(title, frame, bars, [])


def counts(title: str, found: Counter[str], size: tuple[int, int] = (340, 190)) -> Bars:
    """How often each class comes; the rarest of very many are left out."""
    common = found.most_common(MOST_CLASSES)
    top = float(max((count for _, count in common), default=1))
    frame = make_frame(size, (0.0, float(max(len(common), 1))), (0.0, top), margins=_MARGINS)
    bars = [(place + 0.12, place + 0.88, float(count)) for place, (_, count) in enumerate(common)]
    labels = [(place + 0.5, text if len(text) <= 12 else f"{text[:11]}…") for place, (text, _) in enumerate(common)]
    return Bars(title, frame, bars, labels)


def of_answers(table: Table, answers: Sequence[str]) -> list[Bars]:
    """How the known answers are spread, one plot for each column of them."""
    return [_spread(name, table.column(name)) for name in answers if name in table.header and table.rows]


def of_series(table: Table, answer: str) -> Points | None:
    """The course of a series over its steps."""
    if "step" not in table.header or answer not in table.header:
        return None
    pairs = zip(map(number, table.column("step")), map(number, table.column(answer)), strict=True)
    points = sorted((x, y) for x, y in pairs if x is not None and y is not None)
    return _scatter(f"{answer} over the steps", points, (700, 220), line=True) if len(points) > 1 else None


def of_features(table: Table, answer: str, key: str) -> list[Points]:
    """The features that go with the answer most, against it; classes stand side by side."""
    if answer not in table.header:
        return []
    values = [number(cell) for cell in table.column(answer)]
    classes = sorted(set(table.column(answer))) if any(value is None for value in values) else []
    if len(classes) > MOST_CLASSES:
        return []
    places = [float(classes.index(cell)) for cell in table.column(answer)] if classes else values
    ranked = []
    for name in table.header:
        if name not in (answer, key) and len(pairs := _pairs(table.column(name), places)) > 10:
            ranked.append((_strength(pairs, bool(classes)), name, pairs))
    strongest = sorted(ranked, key=lambda one: -one[0])[:FEATURES]
    return [_against(name, answer, pairs, classes) for strength, name, pairs in strongest if strength > 0.02]


def _spread(name: str, cells: Sequence[str]) -> Bars:
    values = [value for value in map(number, cells) if value is not None]
    if len(values) == sum(bool(cell) for cell in cells) and len(set(values)) > MOST_CLASSES:
        return histogram(name, values)
    return counts(name, Counter(cell or "(empty)" for cell in cells))


def _pairs(cells: Sequence[str], places: Sequence[float | None]) -> list[tuple[float, float]]:
    pairs = zip(map(number, cells), places, strict=True)
    return [(x, y) for x, y in pairs if x is not None and y is not None]


def _strength(pairs: Sequence[tuple[float, float]], classes: bool) -> float:
    """Share of variance: of the feature between classes, or of ranks that two numbers have in common."""
    x, y = np.array(pairs).T
    if np.ptp(x) == 0 or np.ptp(y) == 0:
        return 0.0
    if not classes:
        first, second = (np.argsort(np.argsort(values, kind="stable"), kind="stable") for values in (x, y))
        return float(np.corrcoef(first, second)[0, 1] ** 2)
    within = sum(float(((x[y == one] - x[y == one].mean()) ** 2).sum()) for one in np.unique(y))
    return 1.0 - within / float(((x - x.mean()) ** 2).sum())


def _against(name: str, answer: str, pairs: list[tuple[float, float]], classes: Sequence[str]) -> Points:
    # A fixed scatter within the class, so that points do not hide each other; the same on every machine.
    spread = np.random.default_rng(0).uniform(-0.28, 0.28, len(pairs)) if classes else np.zeros(len(pairs))
    points = [(x, y + float(shift)) for (x, y), shift in zip(pairs, spread, strict=True)]
    labels = tuple((float(place), text if len(text) <= 8 else f"{text[:7]}…") for place, text in enumerate(classes))
    return _scatter(f"{answer} against {name}", points[:POINTS], (340, 200), labels=labels)


def _scatter(
    title: str,
    points: list[tuple[float, float]],
    size: tuple[int, int],
    *,
    line: bool = False,
    labels: tuple[tuple[float, str], ...] = (),
) -> Points:
    ranges = [_range([point[axis] for point in points]) for axis in (0, 1)]
    return Points(title, make_frame(size, *ranges, margins=_MARGINS), points, line, labels)


def _range(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    room = 0.04 * (high - low) or max(abs(high), 1.0) * math.ulp(1.0) * 1e12
    return low - room, high + room
