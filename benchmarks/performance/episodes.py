"""Many short scripted episodes: how many a minute, how much of the CPU time is the agent's own work, what stays.

    python benchmarks/performance/episodes.py --episodes 200
    python benchmarks/performance/episodes.py --episodes 10000 --challenge WineCultivars
    python benchmarks/performance/episodes.py --episodes 200 --executor ray

Prints JSON. An episode looks around, runs the challenge's baseline (real work: it reads the data and fits a model),
validates and submits. `cpu_efficiency` is the CPU time of what ran inside the sandboxes over the sum of that and of
everything around it. Inside: bash's own `times` before the last command, read from the records; it counts the shell and
all that it waited for. Around: this process and all that it waited for, which are the workers, the graders and `bwrap`.
A sandbox is killed at the end of its episode, so the kernel adds its time to nobody's; where it does add some, the
figure errs on the low side. With Ray, what surrounds the episodes is not below this process, so the figure is missing.
`peak_memory_mb` are the peaks so far (VmHWM) of this process and of its largest worker when so many were done.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from figures import machine, memory_mb

from synth_gym.challenge import Challenge
from synth_gym.rollout import Player, plan_jobs, read_records, run_rollout
from synth_gym.suite import find_suite

SCRIPT = ("ls", "head -n 3 data/*", "python baseline.py", "validate", "times", "submit")
SHARES = (0.25, 0.5, 1.0)
_TIMES = re.compile(r"(\d+)m([\d.]+)s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", default="core", help="a suite's name or folder")
    parser.add_argument("--challenge", default="WineCultivars", help="a challenge of the suite")
    parser.add_argument("--episodes", type=int, default=40)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--executor", default="local", choices=("local", "ray"))
    parser.add_argument("--out", type=Path, help="keep the records here, and go on with a run that was interrupted")
    options = parser.parse_args()
    challenge = find_suite(options.suite).challenge(options.challenge)
    with tempfile.TemporaryDirectory() as folder:
        out = options.out or Path(folder) / "out"
        result = measure(challenge, out, options.episodes, options.workers, options.executor)
    print(json.dumps(result, indent=2))


def measure(challenge: Challenge, out: Path, episodes: int, workers: int, executor: str) -> dict[str, Any]:
    where = machine()
    jobs = plan_jobs([challenge], [Player("scripted", {"actions": list(SCRIPT)})], range(episodes), out=out)
    began, before = time.monotonic(), own_cpu_seconds()
    with MemoryWatch(out.with_name("events.jsonl"), episodes) as watch:
        rollout = run_rollout(jobs, out=out, workers=workers, executor=executor, events=watch.events)
    seconds, around = time.monotonic() - began, own_cpu_seconds() - before
    played = episodes - rollout.finished_before
    assert rollout.outcomes == {"submitted": episodes}, rollout.outcomes
    times = [cpu_of(record.trajectory[SCRIPT.index("times")].observation) for record in read_records(out)]
    sandboxed, local = sum(times) * played / episodes, executor == "local"
    return {
        "machine": where,
        "challenge": challenge.env_id,
        "episodes": episodes,
        "finished_before": rollout.finished_before,
        "valid_files": len(times),
        "workers": workers,
        "executor": executor,
        "seconds": round(seconds, 2),
        "episodes_per_minute": round(60 * played / seconds, 1),
        "cpu_seconds": {"in_sandboxes": round(sandboxed, 2)} | ({"around_them": round(around, 2)} if local else {}),
        "cpu_efficiency": round(sandboxed / (sandboxed + around), 3) if local else None,
        "peak_memory_mb": watch.peaks,
    }


class MemoryWatch:
    """Looks at the peaks of memory when a quarter, a half and all of the episodes are done.

    Args:
        events: file into which the rollout writes a line for every episode.
        episodes: how many there will be.
    """

    def __init__(self, events: Path, episodes: int) -> None:
        self.events = events
        self.peaks: dict[str, dict[str, float]] = {}
        self._episodes, self._shares = episodes, list(SHARES)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self) -> MemoryWatch:
        self.events.parent.mkdir(parents=True, exist_ok=True)
        self.events.unlink(missing_ok=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        over = done = position = 0
        while self._shares and not over:
            over = self._over.wait(0.1)
            with suppress(FileNotFoundError), self.events.open("rb") as lines:
                lines.seek(position)
                done += lines.read().count(b"\n")
                position = lines.tell()
            while self._shares and done >= self._shares[0] * self._episodes:
                self.peaks[f"{self._shares.pop(0):.0%}".replace("%", " %")] = self._look()

    def _look(self) -> dict[str, float]:
        children = Path(f"/proc/self/task/{os.getpid()}/children").read_text(encoding="ascii").split()
        peaks = [0.0]
        for child in children:
            with suppress(OSError, KeyError):  # it has just ended
                peaks.append(memory_mb("VmHWM", child))
        return {"runner": round(memory_mb("VmHWM"), 1), "largest_worker": round(max(peaks), 1)}


def own_cpu_seconds() -> float:
    """User and system time of this process and of every descendant that has ended and was waited for."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def cpu_of(times: str) -> float:
    """The sum of what bash's `times` prints: the shell's user and system time, then its children's."""
    return sum(60 * int(minutes) + float(seconds) for minutes, seconds in _TIMES.findall(times))


if __name__ == "__main__":
    main()
