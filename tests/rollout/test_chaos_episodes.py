"""Episodes whose processes are killed from outside at any moment: nothing hangs, nothing stays, records are true."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from players import sandbox_processes

from synth_gym.challenge import Challenge, Limits
from synth_gym.policies.base import Action
from synth_gym.policies.scripted import ScriptedPolicy
from synth_gym.rollout import Player, Record, plan_jobs, read_record, run_episode, write_record
from synth_gym.rollout.worker import play
from synth_gym.sandbox.cgroups import hierarchies
from synth_gym.sandbox.processes import Process, children, descendants, scan
from tests.sandbox.engine import IMAGE, docker_engine, missing

STEPS = 200
PATIENCE = 120.0
_SEEDS = itertools.count(os.getpid() * 1000)
# What an agent does, its own accidents included: they are its own doing, and the episode goes on.
_COMMANDS = (
    *("echo {n}", "echo $(({n} * 2))", "cat > note <<'END'\n{n}\nEND", "cat note", "ls | wc -l", "false"),
    *("sleep 0.0{n}", "export kept={n}", "(sleep 60 &)", "exit 3", "kill -9 $$", "kill -9 -1", "set -e; false"),
)
_LAST = ("kill -9 -1", "cd /workspace && python baseline.py", "validate", "submit")


class Wanderer(ScriptedPolicy):
    """Does seeded nonsense for most of its steps; then, when nobody kills any more, what the baseline does."""

    name = "wanderer"

    def __init__(self, seed: int, spare: Callable[[int], None], steps: int) -> None:
        draw = random.Random(seed)
        nonsense = [draw.choice(_COMMANDS).format(n=draw.randrange(10)) for _ in range(steps - len(_LAST))]
        super().__init__([*nonsense, *_LAST])
        self.started = threading.Event()
        self._acts, self._seed, self._spare, self._steps = 0, seed, spare, steps

    def reset(self, observation: str, info: dict[str, Any]) -> None:
        super().reset(observation, info)
        self.started.set()

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        self._acts += 1
        if self._acts == self._steps - len(_LAST) + 1:
            self._spare(self._seed)
        return super().act(observation, info)


class Killer(threading.Thread):
    """Kills a part of some episode's sandbox now and then, and remembers whose sandbox it was."""

    def __init__(
        self, policies: dict[int, Wanderer], strike: Callable[[random.Random, int], bool], pause: float, least: int
    ) -> None:
        super().__init__(daemon=True)
        self.hit: set[int] = set()
        """Episodes whose sandbox, not only their shell, was killed."""
        self.kills = 0
        self._policies, self._strike, self._pause, self._least = policies, strike, pause, least
        self._lock = threading.Lock()
        self._spared: set[int] = set()
        self._over = threading.Event()

    def run(self) -> None:
        draw = random.Random(7)
        while not self._over.wait(self._pause):
            with self._lock:
                going = [seed for seed, policy in self._policies.items() if policy.started.is_set()]
                if mortal := sorted(set(going) - self._spared):
                    self._kill(draw, draw.choice(mortal))

    def spare(self, seed: int) -> None:
        """From now on this episode is left alone; on a busy machine it waits until there was killing enough."""
        until(lambda: self.kills >= self._least, "kills to do")
        with self._lock:
            self._spared.add(seed)

    def end(self) -> None:
        self._over.set()
        self.join(20)

    def _kill(self, draw: random.Random, seed: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            self.kills += 1
            if self._strike(draw, seed):
                self.hit.add(seed)


def strike_a_process(draw: random.Random, seed: int) -> bool:
    """Kill the `bwrap`, the first process or the shell of an episode; every fourth episode only loses shells.

    Returns:
        whether the sandbox was killed, and not only its shell.
    """
    by_parent = children(scan())
    ours = [process for process in descendants(os.getpid(), by_parent) if has_seed(process, seed)]
    outer = [process for process in ours if process.parent == os.getpid()]
    first = [child for process in outer for child in by_parent.get(process.pid, ())]
    shells = [child for process in first for child in by_parent.get(process.pid, ())]
    whole = seed % 4 != 0 and draw.random() < 0.6
    if victims := draw.choice((outer, first)) if whole else shells:
        victim = draw.choice(victims)
        os.kill(victim.pid, signal.SIGKILL)
        doomed = {process.pid for process in (*outer, *first)} if whole else {victim.pid}
        until(lambda: not doomed.intersection(scan()), "killed processes")
        return whole
    return False


def strike_a_container(draw: random.Random, seed: int) -> bool:
    """Kill or remove the container of an episode, or the shell in it."""
    from docker.errors import APIError

    from synth_gym.sandbox.containers import client

    for container in client().containers.list():
        if f"SEED={seed}" in container.attrs["Config"]["Env"]:
            with contextlib.suppress(APIError):  # it ends at this moment by itself
                container.kill() if draw.random() < 0.5 else container.remove(force=True)
                return True
    return False


def has_seed(process: Process, seed: int) -> bool:
    with contextlib.suppress(OSError):
        return f"SEED={seed}".encode() in Path(f"/proc/{process.pid}/environ").read_bytes().split(b"\0")
    return False


def play_all(
    challenge: Challenge, folder: Path, strike: Callable[[random.Random, int], bool], *, sandbox: str, episodes: int,
    steps: int, pause: float, least: int,
) -> tuple[dict[int, Record], Killer]:  # fmt: skip
    """Play episodes in threads while they are killed; gives their records as they are read from their files."""
    policies: dict[int, Wanderer] = {}
    killer = Killer(policies, strike, pause, least)
    policies |= {seed: Wanderer(seed, killer.spare, steps) for seed in itertools.islice(_SEEDS, episodes)}
    limits = challenge.spec.limits.model_copy(update={"steps": steps, "seconds": 1000.0, "command_seconds": 60.0})
    records: dict[int, Record] = {}
    threads = [
        threading.Thread(target=play_one, args=(challenge, policy, seed, sandbox, limits, folder, records), daemon=True)
        for seed, policy in policies.items()
    ]
    for thread in (*threads, killer):
        thread.start()
    deadline = time.monotonic() + PATIENCE
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
        assert not thread.is_alive(), "an episode hangs"
    killer.end()
    assert sorted(records) == sorted(policies), "an episode has no record"
    return records, killer


def play_one(
    challenge: Challenge, policy: Wanderer, seed: int, sandbox: str, limits: Limits, folder: Path,
    records: dict[int, Record],
) -> None:  # fmt: skip
    record = run_episode(challenge, policy, seed=seed, sandbox=sandbox, limits=limits)
    write_record(record, folder / f"{seed}.traj")
    records[seed] = read_record(folder / f"{seed}.traj")


def check(record: Record, hit: bool, score: float) -> None:
    info = record.info
    assert info.error == ""
    assert info.trainable is not hit, "an episode counts if and only if nobody killed its sandbox"
    assert record.faulty is hit
    assert info.steps == len(record.trajectory) and record.trajectory[-1].outcome is info.outcome
    assert len(record.messages) == 2 + 2 * info.steps
    if info.outcome == "sandbox_died":
        assert hit and info.reward == 0.0 and info.raw_score is None
    else:
        assert (info.outcome, info.raw_score) == ("submitted", pytest.approx(score))
        assert info.reward == pytest.approx(0.0)
    for step in record.trajectory:
        if step.exit_code is None:
            assert "sandbox was lost" in step.observation.lower()
        elif step.action in ("exit 3", "kill -9 $$", "set -e; false"):
            # The new shell may be killed, too, and then the whole sandbox is started again.
            assert "A new shell was started" in step.observation or "sandbox was lost" in step.observation.lower()
        elif step.action.startswith("echo") and step.exit_code == 0:
            assert step.observation.splitlines()[0].isdecimal()


@contextlib.contextmanager
def nothing_stays(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """No descriptor, no zombie, no process, no control group and no temporary file is left behind."""
    scratch = folder / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    descriptors, before, dead = len(os.listdir("/proc/self/fd")), groups(), zombies()  # noqa: PTH208
    yield
    until(lambda: zombies() <= dead, "zombies")
    until(lambda: groups() <= before, "control groups")
    assert len(os.listdir("/proc/self/fd")) <= descriptors + 4, "descriptors"  # noqa: PTH208
    assert list(scratch.iterdir()) == []


def until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"{what} are left"
        time.sleep(0.05)


def groups() -> set[Path]:
    return {folder for place in hierarchies() for folder in place.parent.glob(f"synth-gym-{os.getpid()}-*")}


def zombies() -> set[int]:
    """Children of this process that have ended and were not waited for."""
    found = set()
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, parent, *_ = path.read_text("utf-8", "replace").rpartition(")")[2].split()
            if state == "Z" and int(parent) == os.getpid():
                found.add(int(path.parent.name))
    return found


def test_episodes_that_are_killed_again_and_again(
    tiny_challenge: Challenge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with nothing_stays(monkeypatch, tmp_path):
        records, killer = play_all(
            tiny_challenge, tmp_path, strike_a_process,
            sandbox="bubblewrap", episodes=24, steps=STEPS, pause=0.05, least=24,
        )  # fmt: skip
        until(lambda: not any(has_seed(process, seed) for process in scan().values() for seed in records), "processes")
    assert killer.kills >= 24 and 0 < len(killer.hit) < len(records)
    for seed, record in records.items():
        check(record, seed in killer.hit, tiny_challenge.spec.baseline.mean)


@pytest.mark.docker
def test_containers_that_are_killed_again_and_again(
    tiny_challenge: Challenge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if reason := missing():
        pytest.skip(reason)
    from synth_gym.sandbox.containers import client

    dead = zombies()
    with docker_engine() as address:
        monkeypatch.setenv("DOCKER_HOST", address)
        records, killer = play_all(
            tiny_challenge, tmp_path, strike_a_container,
            sandbox=f"docker:{IMAGE}", episodes=4, steps=40, pause=0.3, least=1,
        )  # fmt: skip
        assert client().containers.list(all=True) == []
    until(lambda: zombies() <= dead, "zombies")
    assert killer.hit
    for seed, record in records.items():
        check(record, seed in killer.hit, tiny_challenge.spec.baseline.mean)


class KillsItsSandboxOnce(ScriptedPolicy):
    """From outside, kills every process of its first sandbox."""

    name = "kills-its-sandbox-once"
    done = False

    def __init__(self, *, seed: int = 0) -> None:
        super().__init__(["python baseline.py", "true", "submit"])

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        if info["step"] == 1 and not type(self).done:
            type(self).done = True
            for pid in sandbox_processes():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        return super().act(observation, info)


def test_a_spoilt_episode_is_played_again(
    tiny_challenge: Challenge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", None)
    (job,) = plan_jobs([tiny_challenge], [Player(f"{__name__}:KillsItsSandboxOnce")], [0], out=tmp_path / "out")
    summary = play(tmp_path, job)
    assert (summary.outcome, summary.trainable, summary.faulty) == ("submitted", True, False)
    assert "lost" not in "".join(step.observation for step in read_record(job.file).trajectory)


def test_a_machine_without_descriptors_is_not_the_submissions_fault(tiny_challenge: Challenge) -> None:
    """The judge can neither read the file nor start the grader; the episode must not count as an invalid submission."""

    class TakesDescriptors(ScriptedPolicy):
        def act(self, observation: str, info: dict[str, Any]) -> Action:
            if info["step"] == 1:
                free = os.dup(0)
                os.close(free)
                # One for the connection of `submit`, none for the file.
                resource.setrlimit(resource.RLIMIT_NOFILE, (free + 2, hard))
            return super().act(observation, info)

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    try:
        record = run_episode(tiny_challenge, TakesDescriptors(["python baseline.py", "submit"]))
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert (record.info.outcome, record.info.trainable) == ("grader_failed", False)
