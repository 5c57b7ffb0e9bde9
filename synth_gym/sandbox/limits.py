"""Limits that the kernel keeps for each process (rlimits), set by the bash that starts them all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from synth_gym.challenge import Limits


def as_ulimits(limits: Limits, *, count_processes: bool) -> str:
    """The limits as `ulimit` commands.

    Memory is RLIMIT_DATA: private writable memory. RLIMIT_AS would also count what numpy and torch only reserve or map.

    Args:
        limits: of the challenge.
        count_processes: whether the process limit is to be set; the kernel counts per user, not per sandbox.
    """
    commands = ["ulimit -c 0", f"ulimit -d {limits.memory_mb * 1024}", f"ulimit -f {limits.disk_mb * 1024}"]
    if count_processes:
        commands.append(f"ulimit -u {limits.processes}")
    return "; ".join(commands)


def limit(value: float, by: str) -> dict[str, Any]:
    """One entry of `Sandbox.describe`: a limit, and what keeps it."""
    return {"value": value, "by": by}


def ulimited(ulimits: str, argv: Sequence[str]) -> list[str]:
    """A command line that sets the limits and becomes `argv`."""
    return ["bash", "--noprofile", "--norc", "-c", f'{ulimits}; exec "$@"', "bash", *argv]
