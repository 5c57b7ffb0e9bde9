"""One line of JSON for every episode that is finished, for whoever watches a rollout with a program."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from synth_gym.errors import SynthGymError
from synth_gym.rollout.plan import Job
from synth_gym.rollout.pool import Done


@contextmanager
def event_log(file: Path | None) -> Iterator[Callable[[Done[Job, Any]], None]]:
    """Append to a file; None writes nothing. Records, not events, say what is finished when a run is killed.

    Yields:
        what is to be called with every job that is done.

    Raises:
        SynthGymError: the file cannot be written.
    """
    if file is None:
        yield lambda done: None
        return
    try:
        log = file.open("a", encoding="utf-8", buffering=1)
    except OSError as error:
        raise SynthGymError(f"--events {file}: cannot be written: {error.strerror}") from None
    with log:
        yield lambda done: print(_line(done), file=log)


def _line(done: Done[Job, Any]) -> str:
    what = dataclasses.asdict(done.result) if done.result else {"crash": done.crash}
    return json.dumps({"record": str(done.job.file)} | what, ensure_ascii=False)
