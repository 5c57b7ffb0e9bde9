"""Seed-addressing: everything random in a challenge is drawn from streams that its address names."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from synth_gym import __version__
from synth_gym.challenge import Provenance

RELEASED = "2026-11-24"
"""Date of the recipes, written as `provenance.created`; it changes with what they make."""


def stream(*address: object) -> np.random.Generator:
    """Random numbers that depend on the words of an address alone: no clock, no platform, no hash seed."""
    digest = hashlib.sha256("\0".join(map(str, address)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


@dataclass(frozen=True)
class Address:
    """Names one challenge: the same address gives the same files."""

    seed: int
    family: str
    draw: int
    id: str

    def stream(self, purpose: str) -> np.random.Generator:
        """Random numbers for one purpose, so that a change in one step does not move the next."""
        return stream(self.seed, self.family, self.draw, purpose)

    def provenance(self, target: str, twists: tuple[str, ...]) -> Provenance:
        """Who made it from what.

        Args:
            target: what is asked for.
            twists: tags of what was done to the data or the rules.
        """
        return Provenance(
            generator="recipes",
            recipe=f"{self.family}/{self.draw}",
            target=target,
            twists=twists,
            seed=self.seed,
            created=RELEASED,
            tool_version=__version__,
        )
