"""Control groups: limits on all processes of a sandbox together, kept by the kernel.

Both versions are used as they are found. A process may make groups below its own if that was delegated to it (root,
a systemd user session); elsewhere there are none, and a sandbox falls back to limits for each process.
"""

from __future__ import annotations

import contextlib
import functools
import os
import secrets
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from synth_gym.challenge import Limits

_CONTROLLERS = ("memory", "pids", "cpu")
_EVENTS = {1: "memory.oom_control", 2: "memory.events"}
_PREFIX = "synth-gym-"
_PERIOD = 100_000
"""Microseconds over which processor time is counted."""
_MOST_TRIES = 1000


@dataclass(frozen=True)
class Hierarchy:
    """One mounted tree of groups: of version 2, or of version 1 with one controller."""

    version: int
    controllers: tuple[str, ...]
    parent: Path
    """The group below which new ones can be made."""


class MemoryKills:
    """Counts the processes of a group that the kernel ended for want of memory.

    Args:
        events: the file in which the kernel counts them; None where it does not.
    """

    def __init__(self, events: Path | None) -> None:
        self._events = events
        self._before = 0

    @classmethod
    def of(cls, pid: int) -> MemoryKills:
        """In the group of a process."""
        for version, controllers, group in _groups(str(pid)):
            if version == 2 or "memory" in controllers:
                return cls(group / _EVENTS[version])
        return cls(None)

    def remark(self) -> str:
        """How many there were since the last call, in words; empty if there were none."""
        before, self._before = self._before, self._count()
        new = self._before - before
        return (
            f"The memory limit of the sandbox was reached: the kernel ended {new} of its processes. " if new > 0 else ""
        )

    def _count(self) -> int:
        with contextlib.suppress(OSError):
            for line in self._events.read_text().splitlines() if self._events else ():
                if line.startswith("oom_kill "):
                    return int(line.split()[1])
        return 0


class ControlGroup:
    """A group of processes with limits. `enforced` names the controllers that keep them, and says of which version.

    Args:
        limits: for all of its processes together.
        places: where it is made; by default wherever this process may.
    """

    def __init__(self, limits: Limits, places: Sequence[Hierarchy] | None = None) -> None:
        self.enforced: dict[str, str] = {}
        self._folders: list[Path] = []
        self.memory_kills = MemoryKills(None)
        for hierarchy in hierarchies() if places is None else places:
            with contextlib.suppress(OSError):
                self._make(hierarchy, limits)

    def add(self, pid: int) -> None:
        """Put a process into the group; what it starts from now on is born there."""
        for folder in self._folders:
            with contextlib.suppress(ProcessLookupError):
                (folder / "cgroup.procs").write_text(str(pid))

    def remove(self) -> None:
        """Take the group away; its processes must have ended."""
        for folder in self._folders:
            for _ in range(_MOST_TRIES):
                try:
                    folder.rmdir()
                except FileNotFoundError:
                    break
                except OSError:
                    time.sleep(0.001)  # the last process is on its way out
                else:
                    break
        self._folders = []

    def _make(self, hierarchy: Hierarchy, limits: Limits) -> None:
        folder = hierarchy.parent / f"{_PREFIX}{os.getpid()}-{secrets.token_hex(8)}"
        folder.mkdir()
        self._folders.append(folder)
        write = _write_v2 if hierarchy.version == 2 else _write_v1
        for controller in hierarchy.controllers:
            write(folder, controller, limits)
            self.enforced[controller] = f"cgroup v{hierarchy.version}"
        if "memory" in hierarchy.controllers:
            self.memory_kills = MemoryKills(folder / _EVENTS[hierarchy.version])


def _write_v1(folder: Path, controller: str, limits: Limits) -> None:
    if controller == "memory":
        (folder / "memory.limit_in_bytes").write_text(str(limits.memory_mb << 20))
        with contextlib.suppress(OSError):  # not every kernel counts swap
            (folder / "memory.memsw.limit_in_bytes").write_text(str(limits.memory_mb << 20))
    elif controller == "pids":
        (folder / "pids.max").write_text(str(limits.processes))
    else:
        (folder / "cpu.cfs_period_us").write_text(str(_PERIOD))
        (folder / "cpu.cfs_quota_us").write_text(str(int(limits.cpus * _PERIOD)))


def _write_v2(folder: Path, controller: str, limits: Limits) -> None:
    if controller == "memory":
        (folder / "memory.max").write_text(str(limits.memory_mb << 20))
        with contextlib.suppress(OSError):
            (folder / "memory.swap.max").write_text("0")
    elif controller == "pids":
        (folder / "pids.max").write_text(str(limits.processes))
    else:
        (folder / "cpu.max").write_text(f"{int(limits.cpus * _PERIOD)} {_PERIOD}")


@functools.cache
def hierarchies() -> tuple[Hierarchy, ...]:
    """Where this process may make groups with limits."""
    found: list[Hierarchy] = []
    for version, controllers, group in _groups("self"):
        if version == 2:
            found.extend(_delegated(group))
        elif _can_make(group):
            found.extend(Hierarchy(1, (name,), group) for name in controllers if name in _CONTROLLERS)
    for hierarchy in found:
        _sweep(hierarchy.parent)
    return tuple(found)


def _groups(process: str) -> Iterator[tuple[int, list[str], Path]]:
    """The groups of a process, as far as they are mounted here: version, controllers (of version 1), folder."""
    with contextlib.suppress(OSError):
        lines = Path("/proc", process, "cgroup").read_text().splitlines()
        paths = {controllers: path for _, controllers, path in (line.split(":", 2) for line in lines)}
        for version, options, root, mount in _mounts():
            for controllers, path in paths.items():
                names = controllers.split(",")
                matches = controllers == "" if version == 2 else set(names).intersection(options)
                if matches and (group := _below(mount, root, path)):
                    yield version, names, group


def _mounts() -> Iterator[tuple[int, list[str], str, Path]]:
    """Version, options, root within the tree, and place of every mounted tree."""
    for line in Path("/proc/self/mountinfo").read_text().splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind in ("cgroup", "cgroup2"):
            yield 2 if kind == "cgroup2" else 1, options.split(","), before.split()[3], Path(before.split()[4])


def _below(mount: Path, root: str, path: str) -> Path | None:
    """The folder of a group, if the mounted part of the tree holds it."""
    if not path.startswith("/") or "/.." in path or not Path(path).is_relative_to(root):
        return None
    return mount / Path(path).relative_to(root)


def _delegated(group: Path) -> Iterator[Hierarchy]:
    """Version 2: the nearest group, from the own one up, that hands controllers on.

    A group that has processes of its own cannot hand them on. Only the own group is asked to; none above it is changed.
    """
    for parent in (group, *group.parents):
        if not (parent / "cgroup.procs").exists():
            return
        if not _can_make(parent):
            continue
        switch = parent / "cgroup.subtree_control"
        for name in _CONTROLLERS if parent == group else ():
            with contextlib.suppress(OSError):
                switch.write_text(f"+{name}")
        handed_on = switch.read_text().split()
        if controllers := tuple(name for name in _CONTROLLERS if name in handed_on):
            yield Hierarchy(2, controllers, parent)
            return


def _can_make(parent: Path) -> bool:
    probe = parent / f"{_PREFIX}{os.getpid()}-{secrets.token_hex(8)}"
    try:
        probe.mkdir()
        probe.rmdir()
    except OSError:
        return False
    return True


def _sweep(parent: Path) -> None:
    """Take away what processes that were killed have left; a group that is in use cannot be taken away."""
    for folder in parent.glob(f"{_PREFIX}*"):
        owner = folder.name.removeprefix(_PREFIX).split("-")[0]
        if not Path(f"/proc/{owner}").exists():
            with contextlib.suppress(OSError):
                folder.rmdir()
