"""Steps that are done once: each leaves a file, and whoever comes again reads it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from synth_gym.errors import InvalidFileError
from synth_gym.files import write_text
from synth_gym.schema import Strict
from synth_gym.synthesis.draft import DrawRejectedError
from synth_gym.synthesis.llm.client import UnusableReplyError

STAGES = ("topics", "propose", "ground", "write", "debug", "certify", "register")


class Step(Strict):
    """What came of one step of one topic."""

    reason: str | None = None
    """Why the topic, or the draft, goes no further; None when it does."""
    detail: str = ""
    calls: tuple[str, ...] = ()
    """Keys of the recorded calls that it took."""
    result: dict[str, Any] | None = None
    """What the next stage reads."""


class Steps:
    """The files `<stage>/<name>.json` of one run.

    Args:
        folder: of all stages.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def once(self, stage: str, name: str, work: Callable[[], Awaitable[Step]]) -> Step:
        """A step's outcome: of an earlier run, or of doing it now.

        Args:
            stage: one of `STAGES`.
            name: of the topic or the draft.
            work: does it; a `DrawRejectedError` becomes the outcome.
        """
        known = self.read(stage, name)
        if known is not None:
            return known
        try:
            done = await work()
        except UnusableReplyError as error:
            done = Step(reason=error.reason, detail=error.detail, calls=error.calls)
        except DrawRejectedError as error:
            done = Step(reason=error.reason, detail=error.detail, result=told(error))
        self.write(stage, name, done)
        return done

    def read(self, stage: str, name: str) -> Step | None:
        """A step's outcome, if it was done."""
        path = self._path(stage, name)
        try:
            return Step.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return None
        except ValueError:
            raise InvalidFileError(f"{path}: is not a step of a synthesis; remove it to do the step again") from None

    def write(self, stage: str, name: str, step: Step) -> None:
        write_text(self._path(stage, name), step.model_dump_json(indent=2) + "\n")

    def all(self, stage: str) -> Iterator[tuple[str, Step]]:
        """Every step of a stage, by name."""
        for path in sorted((self.folder / stage).glob("[!.]*.json")):
            step = self.read(stage, path.stem)
            if step is not None:
                yield path.stem, step

    def _path(self, stage: str, name: str) -> Path:
        return self.folder / stage / f"{name}.json"


def told(error: DrawRejectedError) -> dict[str, Any] | None:
    """What a rejection tells besides its reason: the datasets that were turned down."""
    down = getattr(error, "turned_down", ())
    return {"turned_down": [one.model_dump() for one in down if isinstance(one, BaseModel)]} if down else None
