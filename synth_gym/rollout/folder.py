"""The folders of a rollout: of its records, which it alone writes to, and of everything temporary."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from synth_gym.errors import SynthGymError
from synth_gym.rollout.record import SUFFIX


@contextmanager
def sole_user(out: Path) -> Iterator[None]:
    """Keep other rollouts out of the folder. The kernel frees the lock when this process ends, however it ends."""
    with (out / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SynthGymError(f"another rollout is writing to {out}; wait for it, or choose another --out") from None
        yield


@contextmanager
def scratch_folder(out: Path) -> Iterator[Path]:
    """A folder for temporary files. It is named after `out`: the next run finds and removes what a killed one left."""
    folder = Path(tempfile.gettempdir()) / f"synth-gym-{os.getuid()}-{digest(out)}"
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise SynthGymError(f"cannot make {folder}: {error.strerror}; set TMPDIR to another folder") from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def remove_leftovers(out: Path) -> None:
    """Half-written files of a run that was killed."""
    for file in out.rglob(f".*{SUFFIX}.*.tmp"):
        file.unlink(missing_ok=True)


def digest(out: Path) -> str:
    """Eight hexadecimal digits that stand for a folder on this machine."""
    return hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:8]
