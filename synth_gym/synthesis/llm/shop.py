"""What the stages of every topic share."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from synth_gym.synthesis.llm.client import Client
from synth_gym.synthesis.llm.hub import Hub
from synth_gym.synthesis.llm.settings import LlmSettings
from synth_gym.synthesis.llm.steps import Steps
from synth_gym.synthesis.llm.workshop import Workshop


@dataclass(frozen=True)
class Shop:
    """Model, Hub, workers and files of one run."""

    client: Client
    hub: Hub | None
    """None: what an earlier run found on the Hub is all there is."""
    hub_threads: ThreadPoolExecutor
    """They wait for the Hub; how many there are limits what it is asked at a time."""
    workshop: Workshop
    steps: Steps
    cache: Path
    """Rows and what the Hub said; several runs may share it."""
    settings: LlmSettings
    seed: int
    created: str
    """The day on which the run was begun, ISO 8601."""

    @property
    def model(self) -> str:
        return self.settings.access.model or ""

    @property
    def rows(self) -> Path:
        """Folder of the rows, by content."""
        return self.cache / "rows"


def topic_name(number: int) -> str:
    """Of a topic's files."""
    return f"t{number:05d}"
