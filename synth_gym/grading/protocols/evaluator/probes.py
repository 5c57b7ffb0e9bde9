"""Programs without any idea. What the script's function must answer is not known here, so there is none to offer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from synth_gym.challenge import Challenge


def trivial_programs(challenge: Challenge) -> Iterator[tuple[str, str, Literal["baseline", "reference"]]]:
    """None: only a protocol that knows its answers can make one up."""
    return iter(())
