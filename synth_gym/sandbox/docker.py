"""The docker sandbox: any image that has bash, without a network and with a read-only root.

The engine must run on this machine: commands travel through named pipes in a folder that the container shows, which is
as fast as any pipe, and not through the engine.
"""

from __future__ import annotations

import math
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Sequence
from typing import Any

from synth_gym.errors import SandboxUnavailableError
from synth_gym.sandbox.base import SandboxConfig
from synth_gym.sandbox.cgroups import MemoryKills
from synth_gym.sandbox.channel import SOCKET_NAME
from synth_gym.sandbox.containers import (
    client,
    engine_errors,
    gpus,
    hidden_places,
    owner_label,
    remove,
    search_path,
    was_killed,
)
from synth_gym.sandbox.engine import LocalEngine
from synth_gym.sandbox.environment import clean_environment
from synth_gym.sandbox.fifos import Fifos
from synth_gym.sandbox.images import build, image_name
from synth_gym.sandbox.limits import as_ulimits, limit
from synth_gym.sandbox.mounts import HOME, SCRATCH, TOOLS, WORKSPACE
from synth_gym.sandbox.persistent import PersistentSandbox
from synth_gym.sandbox.processes import Process

_POLL_EVERY = 0.01
"""Seconds."""

DEFAULT_IMAGE = "python:3.11"

_SHELL = 'exec bash --noprofile --norc <"$0/stdin" >"$0/stdout" 2>"$0/stderr"'
_PROGRAM = '{ulimits}; "$@" <"$0/stdin" >"$0/stdout" 2>/dev/null; exit $?'


class DockerSandbox(PersistentSandbox):
    """See the module.

    Args:
        config: of the sandbox.
        image: name of an image that the engine has; by default the one that the config says how to build, or
            `DEFAULT_IMAGE`.
    """

    name = "docker"
    workspace = WORKSPACE

    def __init__(self, config: SandboxConfig, image: str = "") -> None:
        super().__init__(config)
        self._source = None if image else config.image_folder
        self._image = image or (image_name(self._source) if self._source else DEFAULT_IMAGE)
        self._ulimits = as_ulimits(config.limits, count_processes=False)

    def popen(self, argv: Sequence[str], *, stdin: int, stdout: int) -> Program:
        """A process in a container of its own that shows the same; it shares the workspace with the shell, no more."""
        fifos = Fifos(self._scratch)
        container = self._start(fifos, [_PROGRAM.format(ulimits=self._ulimits), self._inside(fifos), *argv])
        return Program(container, fifos.relay(stdin, stdout))

    def describe(self) -> dict[str, Any]:
        limits = self._config.limits
        kept = {
            "memory_mb": limit(limits.memory_mb, "docker"),
            "disk_mb": limit(limits.disk_mb, "RLIMIT_FSIZE, each file; workspace measured while commands run"),
            "processes": limit(limits.processes, "docker"),
            "cpus": limit(limits.cpus, "docker"),
            "gpus": limit(limits.gpus, "docker"),
        }
        return {"name": self.name, "image": self._image, "isolated": True, "network": False, "limits": kept}

    def _launch(self) -> LocalEngine:
        fifos = Fifos(self._scratch)
        pipes = fifos.open()
        try:
            container = self._start(fifos, [_SHELL, self._inside(fifos)])
        except BaseException:
            for pipe in pipes:
                os.close(pipe)
            raise
        return LocalEngine(Container(container), pipes)

    def _inside(self, fifos: Fifos) -> str:
        return f"{SCRATCH}/{fifos.folder.name}"

    def _start(self, fifos: Fifos, script: Sequence[str]) -> Any:
        """Start a container that runs a bash script with arguments."""
        with engine_errors(self._image):
            if self._source:
                build(self._source)
            container = client().containers.create(
                self._image, list(script), entrypoint=["bash", "-c"], **self._options()
            )
            try:
                container.start()
                container.reload()
            except BaseException:
                container.remove(force=True)
                raise
        return container

    def _options(self) -> dict[str, Any]:
        limits = self._config.limits
        user, group = _user()
        size = min(limits.disk_mb, limits.memory_mb // 4) << 20
        return {
            "environment": self._environment(),
            "working_dir": WORKSPACE,
            "user": f"{user}:{group}",
            "hostname": "sandbox",
            "network_mode": "none",
            "ipc_mode": "private",
            "read_only": True,
            "cap_drop": ["ALL"],
            "security_opt": ["no-new-privileges"],
            "pids_limit": limits.processes,
            "mem_limit": limits.memory_mb << 20,
            "memswap_limit": limits.memory_mb << 20,
            "nano_cpus": int(limits.cpus * 1e9),
            "device_requests": gpus(limits.gpus),
            "shm_size": size,
            "tmpfs": {
                "/tmp": f"size={size},mode=1777,exec",
                HOME: f"size={size},mode=0700,uid={user},gid={group},exec",
                **{place: "size=4k,ro" for kind, place in self._hidden() if kind == "d"},
            },
            "volumes": self._volumes(),
            "labels": owner_label(),
            "log_config": {"type": "none"},
        }

    def _volumes(self) -> list[str]:
        """What of this machine is shown where."""
        nothing = self._scratch / "nothing"
        nothing.touch()
        shown = {str(tool.resolve()): f"{TOOLS}/{tool.name}" for tool in self._config.tools} | {
            str(self._scratch): SCRATCH
        }
        volumes = [f"{source}:{place}:ro" for source, place in shown.items()]
        volumes += [f"{nothing}:{place}:ro" for kind, place in self._hidden() if kind != "d"]
        return [*volumes, f"{self._config.workspace.resolve()}:{WORKSPACE}:rw"]

    def _hidden(self) -> Iterable[tuple[str, str]]:
        return hidden_places(self._image, ("synth_gym", *self._config.hide))

    def _environment(self) -> dict[str, str]:
        return clean_environment(
            home=HOME,
            tools=self.tools,
            channel=f"{SCRATCH}/{SOCKET_NAME}",
            more=self._config.environment,
            search_path=search_path(self._image),
        )

    def _unavailable(self, said: str) -> SandboxUnavailableError:
        return SandboxUnavailableError(
            f"the container of {self._image!r} does not answer ({said or 'it says nothing'}): the docker sandbox needs "
            "an engine on this machine and an image with bash"
        )


class Container:
    """A running container: its processes cannot leave it, and the kernel ends them with the first."""

    def __init__(self, container: Any) -> None:
        self._container = container
        self.root: int = container.attrs["State"]["Pid"]
        self.remark = MemoryKills.of(self.root).remark

    def strays(self, processes: dict[int, Process]) -> Iterable[Process]:
        return ()

    def held(self) -> bool:
        """The engine holds it."""
        return True

    def killed(self) -> bool:
        return was_killed(self._container)

    def kill(self) -> None:
        remove(self._container)


class Program:
    """A container that runs one program, with the processes that carry its input and output."""

    def __init__(self, container: Any, relays: Sequence[subprocess.Popen[bytes]]) -> None:
        self._container = container
        self._relays = relays
        self._exit_code: int | None = None

    def poll(self) -> int | None:
        if self._exit_code is None:
            self._container.reload()
            state = self._container.attrs["State"]
            if not state["Running"]:
                self._end(int(state["ExitCode"]))
        return self._exit_code

    def wait(self, timeout: float | None = None) -> int:
        deadline = math.inf if timeout is None else time.monotonic() + timeout
        while (exit_code := self.poll()) is None:
            if time.monotonic() > deadline:
                raise subprocess.TimeoutExpired(self._container.name, timeout or 0.0)
            time.sleep(_POLL_EVERY)
        return exit_code

    def kill(self) -> None:
        if self._exit_code is None:
            self._end(-signal.SIGKILL)

    def _end(self, exit_code: int) -> None:
        self._exit_code = exit_code
        remove(self._container)
        for relay in self._relays:
            # What the program has printed is in the pipe; it reaches its reader before the relay ends by itself.
            if exit_code < 0:
                relay.kill()
            relay.wait()


def _user() -> tuple[int, int]:
    """The user inside who is this process's user outside, so that files belong to the same one."""
    rootless = any("rootless" in option for option in client().info()["SecurityOptions"])
    return (0, 0) if rootless else (os.getuid(), os.getgid())
