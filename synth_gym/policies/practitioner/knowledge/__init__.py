"""What the practitioner knows: plain YAML and script templates, read once."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any

from synth_gym.schema import read_yaml

FOLDER = Path(__file__).resolve().parent


@functools.cache
def knowledge(name: str) -> Any:
    """The content of `<name>.yaml` in this folder."""
    return read_yaml(FOLDER / f"{name}.yaml")
