"""Files anywhere inside a sandbox, moved through its shell.

Only the workspace is a folder of the host's; a home or a `/tmp` may exist inside alone. What a command prints is cut in
the middle when it is long, and no byte that is not UTF-8 survives it: so files travel as base64, in pieces. Use
`Sandbox.read` for anything that must be trusted: what answers here is the agent's own shell.
"""

from __future__ import annotations

import base64
import binascii
import io
import shlex
import tarfile
from collections.abc import Callable
from pathlib import Path

from synth_gym.sandbox.base import CommandResult

Run = Callable[[str], CommandResult]
"""Runs a command line in the shell."""

# In a subshell that cannot end the agent's own, whatever options are set there.
_ALONE = "( set +eu +o pipefail; {} ) 2>/dev/null || printf '!'"


def read_inside(run: Run, path: str, *, limit: int, output_bytes: int) -> bytes:
    """The bytes of a file.

    Args:
        run: the shell.
        path: absolute, or relative to the shell's working directory.
        limit: most bytes that the file may have.
        output_bytes: how much of a command's output comes through uncut.

    Raises:
        FileNotFoundError: there is no such regular file, or the shell is not in a state to read it.
        OSError: the file is too long.
    """
    place, size = shlex.quote(path), max(3, output_bytes // 4 * 3)
    content = b""
    while True:
        piece = f"[ -f {place} ] && tail -c +{len(content) + 1} -- {place} | head -c {size} | base64 -w 0"
        try:
            chunk = base64.b64decode(run(_ALONE.format(piece)).output, validate=True)
        except binascii.Error:
            raise FileNotFoundError(f"{path}: no such file in the sandbox") from None
        content += chunk
        if len(content) > limit:
            raise OSError(f"{path}: is longer than {limit:,} bytes")
        if len(chunk) < size:
            return content


def write_inside(run: Run, path: str, content: bytes) -> None:
    """Write a file, and the folders above it.

    Raises:
        OSError: it cannot be written.
    """
    place = shlex.quote(path)
    _pipe(run, content, f'mkdir -p -- "$(dirname -- {place})" && base64 -d > {place}', path)


def copy_inside(run: Run, source: Path, path: str) -> None:
    """Copy a file or a folder of the host's; files that a folder already has are overwritten.

    Raises:
        OSError: it cannot be written.
    """
    if not source.is_dir():
        return write_inside(run, path, source.read_bytes())
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.add(source, arcname=".")
    place = shlex.quote(path)
    unpack = f"mkdir -p -- {place} && base64 -d | tar --extract --no-same-owner --directory {place}"
    _pipe(run, packed.getvalue(), unpack, path)


def _pipe(run: Run, content: bytes, command: str, path: str) -> None:
    text = base64.b64encode(content).decode()
    if run(_ALONE.format(f"{{ {command}; }} << 'END_OF_FILE'\n{text}\nEND_OF_FILE\n")).output:
        raise OSError(f"{path}: cannot be written in the sandbox")
