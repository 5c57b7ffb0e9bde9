"""Named pipes to a process in a container, which inherits nothing from this one."""

from __future__ import annotations

import os
import subprocess
import tempfile
from pathlib import Path

from synth_gym.sandbox.spawn import spawn

NAMES = ("stdin", "stdout", "stderr")


class Fifos:
    """A folder with a named pipe for each standard stream, and the host's ends of them.

    Args:
        scratch: folder that the container shows.
    """

    def __init__(self, scratch: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(dir=scratch))
        for name in NAMES:
            os.mkfifo(self.folder / name)

    def open(self) -> tuple[int, int, int]:
        """Descriptors for the host. None of these calls waits for the other side.

        For reading, a pipe that nobody has opened for writing yet is not at its end but empty, as far as `poll` says.
        """
        stdin = os.open(self.folder / "stdin", os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        reading = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC
        return stdin, os.open(self.folder / "stdout", reading), os.open(self.folder / "stderr", reading)

    def relay(self, stdin: int, stdout: int) -> list[subprocess.Popen[bytes]]:
        """Join the pipes to descriptors: one process for each direction carries the bytes over."""
        nothing = subprocess.DEVNULL
        return [
            self._cat('exec cat > "$1"', "stdin", stdin=stdin, stdout=nothing),
            self._cat('exec cat < "$1"', "stdout", stdin=nothing, stdout=stdout),
        ]

    def _cat(self, script: str, name: str, *, stdin: int, stdout: int) -> subprocess.Popen[bytes]:
        return spawn(
            ("bash", "-c", script, "relay", str(self.folder / name)),
            environment={"PATH": os.environ.get("PATH", os.defpath)},
            stdin=stdin,
            stdout=stdout,
            stderr=subprocess.DEVNULL,
        )
