"""Geometry of the plots."""

from __future__ import annotations

import pytest

from synth_gym.report.plots import factor_ticks, make_frame, running_best, staircase, ticks, value_range


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 1, (0, 0.2, 0.4, 0.6, 0.8, 1.0)),
        (-1, 2, (-1, 0, 1, 2)),
        (0, 50, (0, 10, 20, 30, 40, 50)),
        (-0.1, 1.2, (0, 0.5, 1.0)),
        (0, 1, (0, 0.2, 0.4, 0.6, 0.8, 1.0)),
    ],
)
def test_ticks_are_round_and_inside(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert ticks(low, high) == expected


def test_an_axis_maps_and_clips() -> None:
    frame = make_frame((200, 100), (0, 10), (0.0, 1.0), margins=(10, 20, 30, 40))
    assert (frame.x(0), frame.x(10), frame.x(5), frame.x(99)) == (40, 180, 110, 180)
    assert (frame.y(0), frame.y(1), frame.y(-7)) == (70, 10, 70)


def test_a_staircase_keeps_its_value_until_the_next_point() -> None:
    frame = make_frame((100, 100), (0, 10), (0.0, 10.0), margins=(0, 0, 0, 0))
    assert staircase([(2, 4), (5, 8)], frame, end=10) == "M20.0 60.0H20.0V60.0H50.0V20.0H100.0"
    assert staircase([(5, 10)], frame, start=0).startswith("M0 100.0H50.0V0.0")
    assert staircase([], frame) == ""


def test_the_best_so_far_only_rises() -> None:
    assert running_best([(1, 0.5), (3, 0.4), (4, 0.9), (6, 0.9)]) == [(1, 0.5), (4, 0.9)]


def test_factor_ticks_lie_on_the_axis() -> None:
    assert [text.removesuffix("\N{MULTIPLICATION SIGN}") for _, text in factor_ticks(1.1)] == ["1", "2", "5", "10"]
    assert all(0 <= position <= 0.4 for position, _ in factor_ticks(0.4))


def test_the_range_holds_baseline_and_reference_and_cuts_extremes() -> None:
    assert value_range([]) == (-0.1, 1.2)
    assert value_range([0.5, 1e12, -1e12]) == (-1.0, 2.0)
