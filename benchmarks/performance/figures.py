"""What the scripts of this folder share: the machine that they ran on, and figures made of measurements."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def machine() -> dict[str, Any]:
    """Where it was measured. The load is the average of the last minute, before the script adds its own."""
    return {
        "processor": platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "kernel": platform.release(),
        "load": round(os.getloadavg()[0], 2),
    }


def milliseconds(seconds: Sequence[float]) -> dict[str, float]:
    """Median, 5th and 95th percentile of at least two durations."""
    twentieths = statistics.quantiles(seconds, n=20, method="inclusive")
    figures = {"median_ms": statistics.median(seconds), "p5_ms": twentieths[0], "p95_ms": twentieths[-1]}
    return {name: round(value * 1e3, 4) for name, value in figures.items()}


def memory_mb(key: str, process: int | str = "self") -> float:
    """A figure of `/proc/PID/status` (`VmRSS`, `VmHWM`), in MiB."""
    for line in Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines():
        if line.startswith(f"{key}:"):
            return int(line.split()[1]) / 1024
    raise KeyError(key)
