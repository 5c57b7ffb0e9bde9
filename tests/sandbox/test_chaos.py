"""Sandboxes whose processes are killed from outside at any moment."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import signal
import threading
from pathlib import Path

import pytest

from synth_gym.errors import SandboxDiedError
from synth_gym.sandbox import CommandResult, Sandbox, SandboxConfig, make_sandbox
from synth_gym.sandbox.processes import children, descendants, scan

EPISODES, STEPS, KILLS = 6, 40, 40


def play(sandbox: Sandbox, results: list[tuple[int, CommandResult]], killed: list[int]) -> None:
    """So many steps, and as many more as it takes until enough was killed."""
    for step in itertools.count():
        if step >= STEPS and len(killed) >= KILLS:
            return
        with contextlib.suppress(SandboxDiedError):
            results.append((step, sandbox.execute(f"sleep 0.00{step % 10}; echo {step}", timeout=20.0)))


def kill_at_random(stop: threading.Event, seed: int, spared: set[int], killed: list[int], deep: bool) -> None:
    """Kill one of the processes that descend from this one, but not from a spared one, a hundred times a second."""
    chance = random.Random(seed)
    while not stop.wait(0.01):
        processes = {pid: process for pid, process in scan().items() if pid not in spared}
        # Without its supervisor, which nothing ties to it in the 'process' sandbox, a shell just goes on.
        roots = (
            [process.pid for process in processes.values() if process.parent == os.getpid()] if deep else [os.getpid()]
        )
        by_parent = children(processes)
        if victims := [victim for root in roots for victim in descendants(root, by_parent)]:
            with contextlib.suppress(ProcessLookupError):
                killed.append(chance.choice(victims).pid)
                os.kill(killed[-1], signal.SIGKILL)


@pytest.mark.filterwarnings("ignore:the 'process' sandbox")
@pytest.mark.parametrize("name", ["bubblewrap", "process"])
def test_no_hang_no_zombie_and_true_results(name: str, tmp_path: Path) -> None:
    descriptors, others, dead = open_descriptors(), set(scan()), zombies()
    sandboxes = []
    for episode in range(EPISODES):
        (tmp_path / str(episode)).mkdir()
        sandboxes.append(make_sandbox(name, SandboxConfig(tmp_path / str(episode))))
        sandboxes[-1].start()
    results: list[tuple[int, CommandResult]] = []
    killed: list[int] = []
    players = [threading.Thread(target=play, args=(sandbox, results, killed), daemon=True) for sandbox in sandboxes]
    stop = threading.Event()
    killer = threading.Thread(target=kill_at_random, args=(stop, 7, others, killed, name == "process"), daemon=True)
    for thread in (*players, killer):
        thread.start()
    for player in players:
        player.join(60)
        assert not player.is_alive()
    stop.set()
    killer.join(5)
    for sandbox in sandboxes:
        sandbox.close()
    untouched = [(step, result) for step, result in results if result.exit_code == 0]
    assert len(untouched) > STEPS
    assert all(result.output.endswith(f"{step}\n") for step, result in untouched)
    assert any("new shell" in result.note or "sandbox was lost" in result.note for _, result in results)
    assert all(result.note or result.exit_code is not None for _, result in results)
    assert zombies() <= dead
    assert open_descriptors() <= descriptors + 1


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def zombies() -> set[int]:
    """Children of this process that have ended and were not waited for."""
    found = set()
    for folder in Path("/proc").iterdir():
        with contextlib.suppress(OSError, ValueError):
            state, parent, *_ = (folder / "stat").read_text().rpartition(")")[2].split()
            if state == "Z" and int(parent) == os.getpid():
                found.add(int(folder.name))
    return found
