"""Many episodes at once in one process: steps per second, memory of an idle episode, and what 2,000 episodes leave.

    python benchmarks/performance/concurrency.py
    python benchmarks/performance/concurrency.py --slots 1 64 --seconds 2 --episodes 200

Prints JSON. Each slot of a `ChallengeVectorEnv` has a bubblewrap sandbox and a thread; it runs `true` over and over, an
action sent as soon as the last one is done. `idle_episode_pss_mb` is what an episode adds to the proportional set size
of this process and of everything below it (`smaps_rollup`: shared pages are divided among those who share them), right
after the reset; `idle_episode_available_mb` is what it takes from the machine's available memory, the kernel's share
included, and everybody else's doing too. `left` counts what is there after the episodes (a reset, one step and a close
each) and was not there before them.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from figures import machine, memory_mb

from synth_gym.challenge import Challenge
from synth_gym.suite import find_suite
from synth_gym.vector import ChallengeVectorEnv

WORKERS = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--slots", type=int, nargs="+", default=[1, 8, 64, 256])
    parser.add_argument("--seconds", type=float, default=5.0, help="of stepping, for each number of slots")
    parser.add_argument("--episodes", type=int, default=2000, help="of the search for leaks")
    options = parser.parse_args()
    where, challenge = machine(), Challenge.load(find_suite("core").folders[0])
    with tempfile.TemporaryDirectory(prefix="concurrency-") as folder:
        tempfile.tempdir = folder
        play(challenge, 2 * WORKERS)  # what is made once is there before anything is counted
        results = {str(slots): measure(challenge, slots, options.seconds) for slots in options.slots}
        leaks = left_behind(challenge, options.episodes)
    print(json.dumps({"machine": where, "slots": results, "after_episodes": leaks}, indent=2))


def measure(challenge: Challenge, slots: int, seconds: float) -> dict[str, float]:
    limits = challenge.spec.limits.model_copy(update={"steps": 10**9})
    pss, available, descriptors = pss_mb(), available_mb(), holdings()["descriptors"]
    envs = ChallengeVectorEnv(slots, challenge=challenge, limits=limits)
    began = time.perf_counter()
    envs.reset(seed=0)
    reset = time.perf_counter() - began
    pss, available = pss_mb() - pss, available - available_mb()
    descriptors = holdings()["descriptors"] - descriptors
    steps = steps_per_second(envs, seconds)
    envs.close()
    return {
        "steps_per_second": round(steps, 1),
        "reset_of_all_seconds": round(reset, 3),
        "idle_episode_pss_mb": round(pss / slots, 2),
        "idle_episode_available_mb": round(available / slots, 2),
        "idle_episode_descriptors": round(descriptors / slots, 2),
    }


def steps_per_second(envs: ChallengeVectorEnv, seconds: float) -> float:
    began = time.perf_counter()
    envs.send(dict.fromkeys(range(envs.num_envs), "true"))
    done = 0
    while time.perf_counter() - began < seconds:
        for turn in envs.recv():
            done += 1
            assert turn.info["exit_code"] == 0, turn
            envs.send({turn.slot: "true"})
    return (done + len(envs.recv(envs.num_envs))) / (time.perf_counter() - began)


def left_behind(challenge: Challenge, episodes: int) -> dict[str, Any]:
    before = holdings()
    began = time.perf_counter()
    play(challenge, episodes)
    seconds = time.perf_counter() - began
    left = {name: round(value - before[name], 2) for name, value in holdings().items()}
    return {"episodes": episodes, "episodes_per_second": round(episodes / seconds, 1), "left": left}


def play(challenge: Challenge, episodes: int) -> None:
    """Episodes of one step, several at a time; every reset closes the one before it."""
    envs = ChallengeVectorEnv(
        WORKERS, challenge=challenge, limits=challenge.spec.limits.model_copy(update={"steps": 1})
    )
    for _ in range(episodes // WORKERS):
        envs.reset()
        assert envs.step(["true"] * WORKERS)[3].all()
    envs.close()


def holdings() -> dict[str, float]:
    own = Path("/proc/self")
    return {
        "threads": len(list((own / "task").iterdir())),
        "descriptors": len(list((own / "fd").iterdir())),
        "processes": len(list(descendants())),
        "scratch_folders": len(list(Path(tempfile.gettempdir()).iterdir())),
        "control_groups": len(list(Path("/sys/fs/cgroup").glob(f"**/synth-gym-{os.getpid()}-*"))),
        "resident_mb": memory_mb("VmRSS"),
    }


def pss_mb() -> float:
    """Of this process and everything below it."""
    total = 0
    for process in ("self", *descendants()):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8").splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1])
    return total / 1024


def descendants(process: str = "self") -> Iterator[str]:
    for thread in Path(f"/proc/{process}/task").iterdir():
        for child in (thread / "children").read_text(encoding="ascii").split():
            yield child
            yield from descendants(child)


def available_mb() -> float:
    meminfo = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="utf-8").splitlines())
    return int(meminfo["MemAvailable"].split()[0]) / 1024


if __name__ == "__main__":
    main()
