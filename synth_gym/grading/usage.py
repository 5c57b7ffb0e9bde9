"""What a command used: measured from inside the sandbox, by the process that waits for it."""

from __future__ import annotations

import json
import shlex
from dataclasses import dataclass
from pathlib import Path

from synth_gym.sandbox.base import Sandbox

_FILE = ".usage.json"
_METER = """\
import json, resource, subprocess, sys
code = subprocess.call(sys.argv[2:])
used = resource.getrusage(resource.RUSAGE_CHILDREN)
with open(sys.argv[1], "w") as file:
    json.dump([used.ru_utime + used.ru_stime, used.ru_maxrss], file)
sys.exit(code if code >= 0 else 128 - code)
"""


@dataclass(frozen=True)
class Usage:
    """Resources of one command."""

    cpu_seconds: float
    """Of all its processes that were waited for."""
    memory_mb: float
    """Resident memory of its largest process, at its peak."""
    disk_mb: float
    """Size of the workspace afterwards."""


def metered(command: str) -> str:
    """The command line that runs a command of plain words and notes what it used."""
    return shlex.join(["python", "-I", "-S", "-c", _METER, _FILE, *command.split()])


def read_usage(sandbox: Sandbox, workspace: Path) -> Usage | None:
    """What the metered command used; None if it was ended from outside."""
    try:
        cpu_seconds, kilobytes = json.loads(sandbox.read(_FILE, limit=1024))
    except (OSError, ValueError):
        return None
    size = sum(path.lstat().st_size for path in workspace.rglob("*") if path.name != _FILE)
    return Usage(round(cpu_seconds, 3), round(kilobytes / 1024, 1), round(size / 2**20, 3))
