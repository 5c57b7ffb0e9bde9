"""What the back-ends share: a scratch folder, a `Shell`, files read from the workspace."""

from __future__ import annotations

import tempfile
from abc import ABC, abstractmethod
from pathlib import Path, PurePosixPath

from synth_gym.errors import SandboxDiedError, SandboxUnavailableError
from synth_gym.sandbox.base import CommandResult, RequestHandler, SandboxConfig
from synth_gym.sandbox.files import read_regular
from synth_gym.sandbox.link import Engine, EngineLostError
from synth_gym.sandbox.mounts import TOOLS
from synth_gym.sandbox.quota import Quota
from synth_gym.sandbox.shell import Shell


class PersistentSandbox(ABC):
    """A sandbox whose commands run in one persistent bash. Back-ends say how the processes are started."""

    name: str
    workspace: str
    _ulimits: str = ""
    """`ulimit` commands for everything that runs inside."""

    def __init__(self, config: SandboxConfig) -> None:
        self._config = config
        self._shell: Shell | None = None
        self._folder: tempfile.TemporaryDirectory[str] | None = None

    @property
    def _scratch(self) -> Path:
        """A folder on this machine for sockets and pipes; it goes with the sandbox."""
        if not self._folder:
            self._folder = tempfile.TemporaryDirectory(prefix="synth-gym-", ignore_cleanup_errors=True)
        return Path(self._folder.name)

    @property
    def tools(self) -> tuple[str, ...]:
        return tuple(f"{TOOLS}/{tool.name}" for tool in self._config.tools)

    def start(self) -> None:
        if self._shell:
            return
        shell = Shell(
            self._launch,
            folder=self._scratch,
            workspace=self.workspace,
            limits=self._ulimits,
            quota=Quota(self._config.workspace, self._config.limits.disk_mb),
            output_bytes=self._config.limits.output_bytes,
        )
        try:
            shell.start()
        except EngineLostError as error:
            shell.close()
            raise self._unavailable(str(error)) from None
        self._shell = shell

    def execute(self, command: str, *, timeout: float, on_request: RequestHandler | None = None) -> CommandResult:
        self.start()
        assert self._shell
        try:
            return self._shell.run(command, timeout=timeout, on_request=on_request)
        except (EngineLostError, SandboxUnavailableError) as error:
            raise SandboxDiedError(f"the sandbox was lost and does not start again: {error}") from None

    def read(self, path: str, *, limit: int) -> bytes:
        name = PurePosixPath(path)
        if name.is_absolute() and name.is_relative_to(self.workspace):
            name = name.relative_to(self.workspace)
        return read_regular(self._config.workspace, name, limit=limit)

    def close(self) -> None:
        if self._shell:
            self._shell.close()
            self._shell = None
        if self._folder:
            self._folder.cleanup()
            self._folder = None

    @abstractmethod
    def _launch(self) -> Engine:
        """Start a bash that reads its script from a pipe."""

    @abstractmethod
    def _unavailable(self, said: str) -> SandboxUnavailableError:
        """The error for a bash that did not start; `said` is what was heard on its stderr."""
