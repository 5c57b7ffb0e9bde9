"""Files that a sandbox's commands wrote, opened without trusting them."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath


def read_regular(folder: Path, name: PurePosixPath, *, limit: int) -> bytes:
    """The bytes of a regular file under a folder.

    No symbolic link is followed and nothing else is opened, even for a moment: a FIFO would block, a device would act.

    Args:
        folder: the folder that the file must lie in; trusted.
        name: path of the file relative to it.
        limit: most bytes that it may have.

    Raises:
        FileNotFoundError: no such file.
        OSError: not a regular file inside the folder, or too long.
    """
    if name.is_absolute() or ".." in name.parts:
        raise OSError(f"{name}: is not a path inside the workspace")
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
    try:
        for part in name.parts:
            inner = os.open(part, os.O_PATH | os.O_NOFOLLOW, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
            _refuse_link(descriptor, name)
        return _read(descriptor, name, limit)
    except NotADirectoryError:
        raise FileNotFoundError(f"{name}: no such file") from None
    finally:
        os.close(descriptor)


def _refuse_link(descriptor: int, name: PurePosixPath) -> None:
    if stat.S_ISLNK(os.fstat(descriptor).st_mode):
        raise OSError(f"{name}: is or goes through a symbolic link")


def _read(descriptor: int, name: PurePosixPath, limit: int) -> bytes:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise OSError(f"{name}: is not a regular file")
    too_long = OSError(f"{name}: is longer than {limit:,} bytes")
    if status.st_size > limit:
        raise too_long
    # The descriptor only names the file; this opens that very file for reading, whatever its name has become since.
    with Path(f"/proc/self/fd/{descriptor}").open("rb") as file:
        content = file.read(limit + 1)
    if len(content) > limit:
        raise too_long
    return content
