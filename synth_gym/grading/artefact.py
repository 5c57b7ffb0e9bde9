"""Opening what an agent handed in: a regular file of bounded size, never through a link."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

from synth_gym.grading.faults import SubmissionRejected


def open_artefact(path: Path, max_bytes: int) -> BinaryIO:
    """Open a submission for reading.

    Raises:
        SubmissionRejected: there is no such file, it is not a regular one, or it is larger than `max_bytes`.
    """
    try:
        # O_NONBLOCK: opening a named pipe must not wait for a writer.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise SubmissionRejected("there is no such file") from None
    except OSError as error:
        raise SubmissionRejected(
            "it is a link" if error.errno == errno.ELOOP else f"it cannot be opened: {error.strerror}"
        ) from None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        raise SubmissionRejected("it is not a regular file")
    if status.st_size > max_bytes:
        os.close(descriptor)
        raise SubmissionRejected(f"the file has {status.st_size} bytes; at most {max_bytes} are accepted")
    return os.fdopen(descriptor, "rb")
