"""Images that challenges bring: built once, named by the hash of what they are built from."""

from __future__ import annotations

import fcntl
from pathlib import Path

from synth_gym.challenge import content_hash
from synth_gym.errors import SandboxUnavailableError
from synth_gym.progress import progress
from synth_gym.sandbox.containers import client

_REPOSITORY = "synth-gym-challenge"
_DIGITS = 16


def image_name(folder: Path) -> str:
    """What the image built from a folder is called; another content gives another name."""
    return f"{_REPOSITORY}:{content_hash(folder).removeprefix('sha256:')[:_DIGITS]}"


def build(folder: Path) -> None:
    """Build the image of a folder with a Dockerfile, unless the engine has it. Several processes take turns.

    Raises:
        SandboxUnavailableError: the Dockerfile does not build; the message holds the last words.
    """
    from docker.errors import APIError, BuildError, ImageNotFound

    name = image_name(folder)
    with (folder / "Dockerfile").open("rb") as dockerfile:
        fcntl.flock(dockerfile, fcntl.LOCK_EX)
        try:
            client().images.get(name)
        except ImageNotFound:
            with progress(f"Building the image {name} from {folder}", total=1) as advance:
                try:
                    client().images.build(path=str(folder), tag=name, rm=True)
                except (BuildError, APIError) as error:
                    reason = str(getattr(error, "explanation", None) or error).strip().splitlines()[-1]
                    raise SandboxUnavailableError(f"{folder / 'Dockerfile'} does not build: {reason}") from None
                advance()
