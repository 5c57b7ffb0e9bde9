"""The sandbox protocol: where commands run.

Three back-ends honour it: `bubblewrap` (the default, rootless), `docker`, and `process` (isolates nothing). Everything
above speaks to this protocol alone.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from synth_gym.challenge import Limits


@dataclass(frozen=True)
class Reply:
    """The host's answer to a request: what the requesting command prints, and its exit code."""

    text: str
    exit_code: int = 0


RequestHandler = Callable[[str], Reply]
"""Answers one request (`"validate"`, `"submit"`) that a command inside the sandbox sent over the channel."""


@dataclass(frozen=True)
class SandboxConfig:
    """What a sandbox is made of. Data only: a back-end turns it into processes."""

    workspace: Path
    """Host folder that becomes the working directory, read-write. It belongs to this sandbox alone."""
    limits: Limits = field(default_factory=Limits)
    tools: tuple[Path, ...] = ()
    """Host folders of tool bundles: read-only inside as `/root/tools/<folder>`, each `bin` on PATH, the last first."""
    environment: dict[str, str] = field(default_factory=dict)
    """Added to a clean environment: nothing of the host's environment is visible."""
    hide: tuple[str, ...] = ()
    """Places under the Python library folders that look empty inside (see `Dataset.hide`)."""
    image_folder: Path | None = None
    """Folder with the Dockerfile of the image that the docker back-end uses, if no other is named."""


@dataclass(frozen=True)
class CommandResult:
    """What one command did."""

    output: str
    """stdout and stderr together, UTF-8, invalid bytes replaced, head and tail kept when too long."""
    exit_code: int | None
    """None when the command did not finish (time limit, shell lost)."""
    seconds: float
    timed_out: bool = False
    note: str = ""
    """What the sandbox did besides: processes ended, a new shell started."""
    working_directory: str = ""
    infrastructure_fault: bool = False
    """Whether something outside ended the sandbox: what was lost with it was not lost by any command inside."""


class Sandbox(Protocol):
    """One running sandbox with a persistent bash."""

    name: str
    """`"bubblewrap"`, `"docker"`, `"process"`."""
    workspace: str
    """The working directory's path as commands see it."""

    @property
    def tools(self) -> tuple[str, ...]:
        """Folders of the tool bundles as commands see them, in the config's order."""

    def start(self) -> None:
        """Start the shell. Idempotent.

        Raises:
            SandboxUnavailableError: this machine cannot run it; the message says what to do.
        """

    def execute(self, command: str, *, timeout: float, on_request: RequestHandler | None = None) -> CommandResult:
        """Run one command in the persistent shell; answer requests that arrive meanwhile.

        Raises:
            SandboxDiedError: the sandbox itself was lost and could not be started again.
        """

    def popen(self, argv: Sequence[str], *, stdin: int, stdout: int) -> Any:
        """Start one more process inside, its stdin and stdout joined to the given descriptors, stderr dropped.

        Returns:
            an object with `poll() -> int | None`, `wait(timeout) -> int` and `kill()`, which ends all that it started.
        """

    def read(self, path: str, *, limit: int) -> bytes:
        """The bytes of a regular file in the workspace; symbolic links are not followed.

        Raises:
            FileNotFoundError: no such file.
            OSError: not a regular file in the workspace, or longer than `limit` bytes; the message says which.
        """

    def describe(self) -> dict[str, Any]:
        """Which back-end it is, and which limits are enforced by what, for `info`."""

    def close(self) -> None:
        """End every process that was started inside and free everything but the workspace folder. Idempotent."""
