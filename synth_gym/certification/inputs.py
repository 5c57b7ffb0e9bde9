"""What a certification is asked to use, besides the challenges."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

DEFAULT_SANDBOX = "bubblewrap"


@dataclass(frozen=True)
class Inputs:
    """Plain data: it travels to worker processes."""

    sandbox: str = DEFAULT_SANDBOX
    """Back-end for the challenges' scripts and for program submissions."""
    lists: tuple[Path, ...] = ()
    """Lists of benchmarks to keep clear of, besides the one that ships (`synth_gym.certification.decontaminate`)."""


DEFAULT = Inputs()
