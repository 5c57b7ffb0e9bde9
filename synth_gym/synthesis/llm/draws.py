"""Random choices that depend on what they are for alone, so that a resumed run makes them again."""

from __future__ import annotations

from synth_gym.synthesis.recipes.address import stream


def call_seed(seed: int, *purpose: object) -> int:
    """A seed to send with a call: 31 bits, which every server takes."""
    return int(stream(seed, "call", *purpose).integers(2**31))


def chance(seed: int, *purpose: object) -> float:
    """A number from 0 to 1."""
    return float(stream(seed, "chance", *purpose).random())
