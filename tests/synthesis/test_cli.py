"""`synth-gym synthesize` as a user meets it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from synth_gym.suite import Suite

ARGUMENTS = ("synthesize", "--families", "matrix-game", "--seed", "4", "-n", "2", "--workers", "2")


def test_killed_and_run_again(cli: Callable[..., Any], tmp_path: Path) -> None:
    """What was finished is kept, nothing half-made stays, no worker lives on."""
    out = tmp_path / "suite"
    command = [sys.executable, "-m", "synth_gym.cli.main", *ARGUMENTS, "--out", str(out)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    finished = wait_for(lambda: list(out.glob("*-v0")), 300)
    workers = psutil.Process(process.pid).children(recursive=True)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    gone, alive = psutil.wait_procs(workers, timeout=30)
    assert gone and not alive
    times = {path: (path / "challenge.yaml").stat().st_mtime_ns for path in finished}

    result = cli.json(*ARGUMENTS, "--out", out, timeout=600)
    assert result["challenges"] == 2
    assert len(Suite.load(out).challenges) == 2
    assert not list(out.glob(".unfinished*"))
    assert {path: (path / "challenge.yaml").stat().st_mtime_ns for path in finished} == times


def test_mistakes_are_one_line(cli: Callable[..., Any], tmp_path: Path) -> None:
    assert "did you mean 'matrix-game'" in cli.refusal("synthesize", "--families", "matrix-gam", "--out", tmp_path)
    assert "at least 1" in cli.refusal("synthesize", "-n", "0", "--out", tmp_path)
    (tmp_path / "file").write_text("")
    assert "--out" in cli.refusal("synthesize", "--out", tmp_path / "file" / "suite")


def wait_for(condition: Callable[[], Any], seconds: float) -> Any:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s")
