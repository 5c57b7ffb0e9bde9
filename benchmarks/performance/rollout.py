"""How many short scripted episodes a machine plays per minute, and how much of its CPU time is the agent's own work.

    python benchmarks/performance/rollout.py --suite core --challenge WineCultivars --episodes 200

Prints JSON. `cpu_efficiency` is the CPU time of what ran inside the sandboxes (bash's own `times`, read from the
records) over the sum of that and of everything around it: workers, graders, this process. A sandbox is killed at the
end of its episode, so the kernel adds its time to no parent's; where it does, the figure errs on the low side.
"""

from __future__ import annotations

import argparse
import functools
import json
import os
import re
import resource
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from synth_gym.challenge import Challenge
from synth_gym.rollout import Job, Player, plan_jobs, read_records
from synth_gym.rollout.pool import run_jobs
from synth_gym.rollout.worker import play
from synth_gym.suite import find_suite

SCRIPT = ("ls", "head -n 3 data/*", "python baseline.py", "validate", "times", "submit")
_TIMES = re.compile(r"(\d+)m([\d.]+)s")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", default="core", help="a suite's name or folder")
    parser.add_argument("--challenge", help="a challenge of the suite (default: its first)")
    parser.add_argument("--episodes", type=int, default=200)
    parser.add_argument("--workers", type=int, default=len(os.sched_getaffinity(0)))
    options = parser.parse_args()
    suite = find_suite(options.suite)
    challenge = suite.challenge(options.challenge) if options.challenge else suite.challenges[0]
    print(json.dumps(measure(challenge, options.episodes, options.workers), indent=2))


def measure(challenge: Challenge, episodes: int, workers: int) -> dict[str, Any]:
    from rollout import play_and_weigh  # this very file: workers cannot import a function of __main__

    with tempfile.TemporaryDirectory() as folder:
        out, scratch = Path(folder) / "out", Path(folder) / "scratch"
        scratch.mkdir()
        player = Player("scripted", {"actions": list(SCRIPT)})
        jobs = plan_jobs([challenge], [player], range(episodes), out=out)
        began, cpu_before = time.monotonic(), _own_cpu_seconds()
        memory = [done.result for done in run_jobs(functools.partial(play_and_weigh, scratch), jobs, workers=workers)]
        seconds, around = time.monotonic() - began, _own_cpu_seconds() - cpu_before
        records = list(read_records(out))
    outcomes = {str(record.info.outcome) for record in records}
    assert len(records) == episodes and outcomes == {"submitted"}, (len(records), outcomes)
    sandboxed = sum(_seconds(record.trajectory[SCRIPT.index("times")].observation) for record in records)
    tenth = max(1, episodes // 10)
    weights = [weight for weight in memory if weight is not None]
    return {
        "challenge": challenge.env_id,
        "episodes": episodes,
        "workers": workers,
        "cpus": len(os.sched_getaffinity(0)),
        "seconds": round(seconds, 2),
        "episodes_per_minute": round(60 * episodes / seconds, 1),
        "cpu_seconds": {"in_sandboxes": round(sandboxed, 2), "around_them": round(around, 2)},
        "cpu_efficiency": round(sandboxed / (sandboxed + around), 3),
        "worker_memory_mb": {
            "first_tenth": round(statistics.fmean(weights[:tenth]), 1),
            "last_tenth": round(statistics.fmean(weights[-tenth:]), 1),
        },
    }


def play_and_weigh(scratch: Path, job: Job) -> float:
    """Play one episode; gives the worker's resident memory in MiB afterwards."""
    play(scratch, job)
    pages = int(Path("/proc/self/statm").read_text(encoding="utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def _own_cpu_seconds() -> float:
    """User and system time of this process and of every descendant that has ended and was waited for."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _seconds(times: str) -> float:
    """The sum of what bash's `times` prints: the shell's user and system time, then its children's."""
    return sum(60 * int(minutes) + float(seconds) for minutes, seconds in _TIMES.findall(times))


if __name__ == "__main__":
    main()
