"""Policies and jobs as a user may write them, good and bad."""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from synth_gym.errors import SynthGymError
from synth_gym.outcome import Outcome
from synth_gym.policies.base import Action, PolicyStopped, Usage
from synth_gym.policies.scripted import ScriptedPolicy


class Raises(ScriptedPolicy):
    """Runs the baseline, validates, and then has a bug."""

    name = "raises"

    def __init__(self, *, seed: int = 0) -> None:
        super().__init__(["python baseline.py && validate"])

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        if info["step"] == 1:
            return {}["no such key"]  # type: ignore[no-any-return]
        return super().act(observation, info)


class RaisesOnce(ScriptedPolicy):
    """Fails as long as the file named by the environment variable `FAIL` exists."""

    name = "raises-once"

    def __init__(self, *, seed: int = 0) -> None:
        super().__init__(["python baseline.py", "submit"])

    def reset(self, observation: str, info: dict[str, Any]) -> None:
        if Path(os.environ["FAIL"]).exists():
            raise RuntimeError("the model server is away")
        super().reset(observation, info)


class OutOfContext(ScriptedPolicy):
    """Validates, then stops with `context_limit`; says what its model calls used."""

    name = "out-of-context"

    def __init__(self, *, seed: int = 0) -> None:
        usage = Usage(prompt_tokens=100, completion_tokens=7, cost=0.25)
        super().__init__([Action("bash", {"command": "python baseline.py && validate"}, "Let us see.", "hmm", usage)])

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        if info["step"] == 1:
            raise PolicyStopped(Outcome.CONTEXT_LIMIT)
        return super().act(observation, info)


class Slow(ScriptedPolicy):
    """Marks its start in the folder named by `STARTS`, so that a test can count how often each episode was begun."""

    name = "slow"

    def __init__(self, *, seed: int = 0) -> None:
        super().__init__(["python baseline.py", "sleep 0.3", "submit"])

    def reset(self, observation: str, info: dict[str, Any]) -> None:
        mark_start(info["seed"])
        super().reset(observation, info)


class Watches(ScriptedPolicy):
    """Two commands that print when they begin and end."""

    name = "watches"

    def __init__(self, *, seed: int = 0) -> None:
        super().__init__(["date +%s.%N; sleep 0.2; date +%s.%N"] * 2 + ["python baseline.py", "submit"])


class KillsItsWorker(ScriptedPolicy):
    """Takes its whole process down on odd seeds."""

    name = "kills-its-worker"

    def __init__(self, *, seed: int = 0) -> None:
        self._fatal = seed % 2 == 1
        super().__init__(["python baseline.py", "submit"])

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        if self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().act(observation, info)


class KillsTheShell(ScriptedPolicy):
    """From outside, kills every process of its sandbox before its second action."""

    name = "kills-the-shell"

    def __init__(self, *, seed: int = 0) -> None:
        super().__init__(["python baseline.py && validate", "ls submission.csv", "submit"])

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        if info["step"] == 1:
            for pid in sandbox_processes():
                with suppress(ProcessLookupError):  # the kernel ends a sandbox with its first process
                    os.kill(pid, signal.SIGKILL)
        return super().act(observation, info)


class KillsTheMachine(KillsTheShell):
    """Takes the workspace's folder away, too: the sandbox cannot be started again."""

    name = "kills-the-machine"

    def reset(self, observation: str, info: dict[str, Any]) -> None:
        mark_start(info["seed"])
        super().reset(observation, info)

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        if info["step"] == 1:
            for folder in Path(tempfile.gettempdir()).glob("synth-gym-*/workspace"):
                shutil.rmtree(folder)
        return super().act(observation, info)


def mark_start(seed: int) -> None:
    (Path(os.environ["STARTS"]) / f"{seed}-{time.time_ns()}").touch()


def sandbox_processes() -> list[int]:
    """Processes that descend from this one."""
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])

    def ours(pid: int) -> bool:
        parent = parents.get(pid)
        return parent is not None and (parent == os.getpid() or ours(parent))

    return [pid for pid in parents if ours(pid)]


def square(number: int) -> int:
    return number * number


def process_id(number: int) -> int:
    return os.getpid()


def square_or_die(number: int) -> int:
    """Three is fatal, always."""
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number * number


def die_once(mark: Path) -> str:
    """Fatal the first time."""
    if not mark.exists():
        mark.touch()
        os._exit(7)
    return "alive"


def die(number: int) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def fail(number: int) -> None:
    raise ValueError(f"cannot do {number}")


def leave(number: int) -> None:
    sys.exit(3)


def nap(seconds: float) -> tuple[int, float, float]:
    """Process id, and when it began and ended."""
    began = time.monotonic()
    time.sleep(seconds)
    return os.getpid(), began, time.monotonic()


def refuse(number: int) -> None:
    raise SynthGymError("there is no such thing; choose another")


def doze(pids: Path) -> None:
    """Notes its own process id and sleeps."""
    (pids / str(os.getpid())).touch()
    time.sleep(60)
