"""Does again what a record says was done."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from synth_gym.errors import InvalidFileError
from synth_gym.policies.base import Action
from synth_gym.policies.scripted import ScriptedPolicy


class ReplayPolicy(ScriptedPolicy):
    """Plays the actions of a recorded episode, malformed ones included.

    Args:
        record: file of the record.
        seed: unused; the record's own seed belongs to the episode.

    Raises:
        InvalidFileError: the file is not a record.
    """

    name = "replay"

    def __init__(self, record: str | Path, *, seed: int = 0) -> None:
        path = Path(record)
        try:
            steps = json.loads(path.read_text(encoding="utf-8"))["trajectory"]
            super().__init__([_action(step) for step in steps if step["kind"] != "stopped"])
        except OSError as error:
            raise InvalidFileError(f"{path}: cannot be read: {error.strerror}") from None
        except (ValueError, KeyError, TypeError):
            raise InvalidFileError(f"{path}: is not a record of an episode") from None


def _action(step: dict[str, Any]) -> Action:
    error = step["observation"] if step["kind"] == "rejected" else ""
    return Action(step["tool"], step["arguments"], thought=step["thought"], error=error)
