"""The process sandbox: plain processes of this machine. It isolates nothing: commands can do what the user can."""

from __future__ import annotations

import subprocess
import warnings
from collections.abc import Sequence
from typing import Any

from synth_gym.errors import SandboxUnavailableError
from synth_gym.sandbox.base import SandboxConfig
from synth_gym.sandbox.channel import SOCKET_NAME
from synth_gym.sandbox.engine import LocalEngine, Tree, kill_all, own_pipes
from synth_gym.sandbox.environment import clean_environment
from synth_gym.sandbox.limits import as_ulimits, limit, ulimited
from synth_gym.sandbox.persistent import PersistentSandbox
from synth_gym.sandbox.processes import Moment, Process, scan, with_environment
from synth_gym.sandbox.spawn import spawn


class ProcessSandbox(PersistentSandbox):
    """See the module. Only for trusted commands, or inside a machine that is itself thrown away."""

    name = "process"

    def __init__(self, config: SandboxConfig) -> None:
        super().__init__(config)
        warnings.warn("the 'process' sandbox isolates nothing: commands can do what you can", stacklevel=3)
        self.workspace = str(config.workspace.resolve())
        self._ulimits = as_ulimits(config.limits, count_processes=False)
        self._since = Moment.now()

    @property
    def tools(self) -> tuple[str, ...]:
        return tuple(str(tool.resolve()) for tool in self._config.tools)

    def popen(self, argv: Sequence[str], *, stdin: int, stdout: int) -> Tree:
        return Tree(
            spawn(
                ulimited(self._ulimits, argv),
                environment=self._environment(),
                stdin=stdin,
                stdout=stdout,
                stderr=subprocess.DEVNULL,
                directory=self.workspace,
            )
        )

    def describe(self) -> dict[str, Any]:
        limits = self._config.limits
        return {
            "name": self.name,
            "isolated": False,
            "network": True,
            "limits": {
                "memory_mb": limit(limits.memory_mb, "RLIMIT_DATA, each process"),
                "disk_mb": limit(limits.disk_mb, "RLIMIT_FSIZE, each file; workspace measured while commands run"),
            },
        }

    def close(self) -> None:
        kill_all(lambda: self._marked(scan()))
        super().close()

    def _launch(self) -> LocalEngine:
        process = spawn(("bash", "--noprofile", "--norc"), environment=self._environment(), directory=self.workspace)
        return LocalEngine(Tree(process, self._marked), own_pipes(process))

    def _marked(self, processes: dict[int, Process]) -> list[Process]:
        """The processes of this sandbox, wherever they descend from: they inherit the environment."""
        young = [process for process in processes.values() if self._since.before(process)]
        return with_environment(f"SYNTH_GYM_CHANNEL={self._channel}".encode(), young)

    @property
    def _channel(self) -> str:
        return str(self._scratch / SOCKET_NAME)

    def _environment(self) -> dict[str, str]:
        home = self._scratch / "home"
        home.mkdir(exist_ok=True)
        return clean_environment(home=str(home), tools=self.tools, channel=self._channel, more=self._config.environment)

    def _unavailable(self, said: str) -> SandboxUnavailableError:
        return SandboxUnavailableError(f"bash does not start here ({said or 'it says nothing'}): install bash")
