"""Geometry of the plots: data to pixels. The templates draw."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Axis:
    """A linear map from data to pixels; what lies outside is drawn at the edge."""

    low: float
    high: float
    start: float
    """Pixel of `low`."""
    end: float
    """Pixel of `high`."""
    ticks: tuple[float, ...] = ()

    def __call__(self, value: float) -> float:
        clipped = min(max(value, self.low), self.high)
        return round(self.start + (clipped - self.low) / (self.high - self.low) * (self.end - self.start), 2)


@dataclass(frozen=True)
class Frame:
    """A plot's size and its two axes."""

    width: int
    height: int
    x: Axis
    y: Axis


def make_frame(
    size: tuple[int, int], x: tuple[float, float], y: tuple[float, float], *, margins: tuple[int, int, int, int]
) -> Frame:
    """A plot of a size in pixels over data ranges; margins are top, right, bottom, left."""
    (width, height), (top, right, bottom, left) = size, margins
    return Frame(
        width,
        height,
        Axis(*x, left, width - right, ticks(*x)),
        Axis(*y, height - bottom, top, ticks(*y)),
    )


def ticks(low: float, high: float, count: int = 5) -> tuple[float, ...]:
    """Round numbers within a range, about `count` of them.

    >>> ticks(0, 1)
    (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    """
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return tuple(round(number * step, 12) for number in range(first, last + 1))


def factor_ticks(tau_max: float) -> list[tuple[float, str]]:
    """Ticks of a log10 axis from 0, as factors: (position, text)."""
    factors = [1.0, 1.5, 2.0, 3.0, 5.0] if tau_max < 0.8 else [1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0]
    return [
        (math.log10(factor), f"{factor:g}\N{MULTIPLICATION SIGN}")
        for factor in factors
        if math.log10(factor) <= tau_max + 1e-9
    ]


def staircase(
    points: Sequence[tuple[float, float]], frame: Frame, *, start: float | None = None, end: float | None = None
) -> str:
    """An SVG path that keeps each value until the next point.

    Args:
        points: (x, y) in data units, x ascending.
        frame: the plot.
        start: where on the y axis it begins, at the left edge; by default at the first point.
        end: how far right it goes on with its last value.
    """
    if not points:
        return ""
    x, y = frame.x, frame.y
    path = [f"M{x(points[0][0])} {y(points[0][1])}"] if start is None else [f"M{x.start} {y(start)}"]
    for value_x, value_y in points:
        path.append(f"H{x(value_x)}V{y(value_y)}")
    if end is not None:
        path.append(f"H{x(end)}")
    return "".join(path)


def running_best(values: Sequence[tuple[int, float]]) -> list[tuple[float, float]]:
    """The best so far (more is better), at each step where it rose."""
    best: list[tuple[float, float]] = []
    for step, value in values:
        if not best or value > best[-1][1]:
            best.append((step, value))
    return best


def value_range(values: Sequence[float]) -> tuple[float, float]:
    """A range that holds the baseline (0), the reference (1) and normalised scores, except what lies far out."""
    return max(-1.0, min([-0.1, *(value - 0.1 for value in values)])), min(
        2.0, max([1.2, *(value + 0.1 for value in values)])
    )
