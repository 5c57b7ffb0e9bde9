"""Writing files so that nothing half-written is ever seen."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from synth_gym.errors import SynthGymError


def check_writable(folder: Path) -> None:
    """Create an output folder, or say in one line why it cannot be written.

    Raises:
        SynthGymError: the folder cannot be created or written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise SynthGymError(
            f"cannot write to {folder}: {error.strerror}; choose another output folder with --out"
        ) from None


def write_text(path: Path, text: str) -> None:
    """Write a file under a temporary name, then rename it: a reader sees all of it or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)


def write_json(path: Path, data: Any) -> None:
    """Write JSON, indented by two, atomically."""
    write_text(path, json.dumps(data, indent=2, ensure_ascii=False) + "\n")
