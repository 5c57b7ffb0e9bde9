"""The bubblewrap sandbox: rootless, without a network, with a view of the file system made from nothing.

Inside there are the workspace (`/workspace`), the tools (`/root/tools`), an empty home (`/root`) and `/tmp` in memory,
the host's `/usr` and this Python installation read-only, and processes of its own. Nothing else can be seen.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from synth_gym.errors import SandboxUnavailableError
from synth_gym.sandbox.base import SandboxConfig
from synth_gym.sandbox.cgroups import ControlGroup, hierarchies
from synth_gym.sandbox.channel import SOCKET_NAME
from synth_gym.sandbox.engine import Contained, LocalEngine, own_pipes
from synth_gym.sandbox.environment import clean_environment
from synth_gym.sandbox.limits import as_ulimits, limit, ulimited
from synth_gym.sandbox.mounts import HOME, SCRATCH, WORKSPACE, mounts
from synth_gym.sandbox.persistent import PersistentSandbox
from synth_gym.sandbox.spawn import Pipe, spawn

_SUPERVISOR = "/run/supervisor"
_OTHERS = "or choose another sandbox: 'docker', or 'process', which isolates nothing"
_ISOLATION = (
    *("--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try"),
    "--disable-userns",
    *("--uid", "0", "--gid", "0", "--cap-drop", "ALL", "--hostname", "sandbox", "--new-session", "--die-with-parent"),
)


class BubblewrapSandbox(PersistentSandbox):
    """See the module."""

    name = "bubblewrap"
    workspace = WORKSPACE

    def __init__(self, config: SandboxConfig) -> None:
        super().__init__(config)
        # A limit on processes by user: the kernel does not count those of root, and a control group is better.
        self._by_user = os.getuid() != 0 and not any("pids" in place.controllers for place in hierarchies())
        self._ulimits = as_ulimits(config.limits, count_processes=self._by_user)

    def popen(self, argv: Sequence[str], *, stdin: int, stdout: int) -> Contained:
        """A process in a sandbox of its own that shows the same: it shares the workspace with the shell, not `/tmp`."""
        argv = ulimited(self._ulimits, argv)
        return self._spawn(argv, (), stdin=stdin, stdout=stdout, stderr=subprocess.DEVNULL)

    def describe(self) -> dict[str, Any]:
        limits = self._config.limits
        group = {name: f"cgroup v{place.version}" for place in hierarchies() for name in place.controllers}
        by_user = {"pids": "RLIMIT_NPROC"} if self._by_user else {}
        kept = {
            "memory_mb": limit(limits.memory_mb, group.get("memory", "RLIMIT_DATA, each process")),
            "disk_mb": limit(limits.disk_mb, "RLIMIT_FSIZE, each file; workspace measured while commands run"),
            "processes": limit(limits.processes, (by_user | group).get("pids", "nothing")),
            "cpus": limit(limits.cpus, group.get("cpu", "nothing")),
        }
        return {"name": self.name, "isolated": True, "network": False, "limits": kept}

    def _launch(self) -> LocalEngine:
        """Start bash as the first process, from a copy that cannot be read.

        The kernel then lets nobody inside trace it or write to its memory, and it heeds no fatal signal from inside
        either. So whatever ends it by force is outside, or the limit on memory.
        """
        pipe = subprocess.PIPE
        with Path(shutil.which("bash") or "/bin/bash").open("rb") as bash:
            options = ("--as-pid-1", "--perms", "0111", "--ro-bind-data", str(bash.fileno()), _SUPERVISOR)
            argv = (_SUPERVISOR, "--noprofile", "--norc")
            contained = self._spawn(argv, options, stdin=pipe, stdout=pipe, stderr=pipe, more_fds=(bash.fileno(),))
        return LocalEngine(contained, own_pipes(contained.process))

    def _spawn(
        self,
        argv: Sequence[str],
        options: Sequence[str],
        *,
        stdin: int,
        stdout: int,
        stderr: int,
        more_fds: Sequence[int] = (),
    ) -> Contained:
        """Start bwrap, and let it go on when its first process inside is in a control group."""
        bwrap = shutil.which("bwrap")
        if not bwrap:
            raise SandboxUnavailableError(
                f"bubblewrap is not installed: apt-get install bubblewrap (dnf, pacman and apk have it, too), {_OTHERS}"
            )
        if self._config.limits.gpus:
            raise SandboxUnavailableError("bubblewrap shows no GPU: choose sandbox 'docker', or set limits.gpus to 0")
        view = (*mounts(self._config, self._scratch), "--chdir", WORKSPACE)
        # If we are killed now, bwrap must get on all the same: a broken pipe would end it with its child still asleep.
        with Pipe(unbreakable=True) as said, Pipe() as gate:
            joints = ("--info-fd", str(said.writer), "--block-fd", str(gate.reader))
            process = spawn(
                [bwrap, *_ISOLATION, *options, *joints, *view, "--", *argv],
                environment=self._environment(),
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                pass_fds=(said.writer, gate.reader, *more_fds),
            )
            said.close_writer()
            information = said.read_all()
            group = ControlGroup(self._config.limits)
            if not information:  # it did not get that far, and says on stderr why
                return Contained(process, process.pid, group)
            root = json.loads(information)["child-pid"]
            group.add(root)
            os.write(gate.writer, b"\0")
        return Contained(process, root, group)

    def _environment(self) -> dict[str, str]:
        return clean_environment(
            home=HOME, tools=self.tools, channel=f"{SCRATCH}/{SOCKET_NAME}", more=self._config.environment
        )

    def _unavailable(self, said: str) -> SandboxUnavailableError:
        reason = said.splitlines()[-1].removeprefix("bwrap: ") if said else "it says nothing"
        if "Unknown option" in reason:
            return SandboxUnavailableError(f"bubblewrap is too old ({reason}): install 0.8 or newer, {_OTHERS}")
        return SandboxUnavailableError(
            f"bubblewrap cannot start here ({reason}): allow user namespaces (sysctl "
            f"kernel.unprivileged_userns_clone=1, on Ubuntu kernel.apparmor_restrict_unprivileged_userns=0), {_OTHERS}"
        )
