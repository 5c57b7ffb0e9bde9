"""The pool of worker processes, with real processes and real signals."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import players
import pytest

from synth_gym.errors import SynthGymError
from synth_gym.rollout.pool import MAX_ATTEMPTS, run_jobs


def wait_until(true: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


def test_every_job_is_done_once() -> None:
    results = {done.job: done.result for done in run_jobs(players.square, range(20), workers=2)}
    assert results == {number: number * number for number in range(20)}


def test_workers_are_few_and_stay() -> None:
    pids = [done.result for done in run_jobs(players.process_id, range(12), workers=2)]
    assert len(set(pids)) <= 2 and os.getpid() not in pids
    assert not any(alive(pid) for pid in pids if pid)


def test_jobs_share_processes_and_no_more_run_than_asked_for(tmp_path: Path) -> None:
    spans = [done.result for done in run_jobs(players.nap, [0.3] * 12, workers=2, concurrency=5)]
    assert len({pid for pid, _, _ in spans}) == 2
    most = max(sum(began <= moment < ended for _, began, ended in spans) for _, moment, _ in spans)
    assert 2 < most <= 5


def test_a_crash_takes_no_other_job_along() -> None:
    found = {done.job: done for done in run_jobs(players.square_or_die, range(8), workers=2)}
    assert {job: done.result for job, done in found.items() if job != 3} == {n: n * n for n in range(8) if n != 3}
    assert found[3].result is None and "SIGKILL" in found[3].crash


def test_a_crash_among_many_in_one_process_takes_no_other_job_along() -> None:
    found = {done.job: done for done in run_jobs(players.square_or_die, range(8), workers=1, concurrency=8)}
    assert {job: done.result for job, done in found.items() if job != 3} == {n: n * n for n in range(8) if n != 3}
    assert found[3].result is None and "SIGKILL" in found[3].crash


def test_a_function_that_leaves_by_itself_is_a_crash() -> None:
    (done,) = run_jobs(players.leave, [0], workers=1)
    assert done.crash == "SystemExit: 3"


def test_a_crashed_job_is_tried_again(tmp_path: Path) -> None:
    (done,) = run_jobs(players.die_once, [tmp_path / "mark"], workers=1)
    assert (done.result, done.crash) == ("alive", "")


def test_an_exception_is_reported_after_all_attempts(capfd: pytest.CaptureFixture[str]) -> None:
    (done,) = run_jobs(players.fail, [5], workers=1)
    assert done.crash == "ValueError: cannot do 5"
    assert capfd.readouterr().err.count("Traceback") == MAX_ATTEMPTS


def test_a_users_mistake_ends_everything() -> None:
    with pytest.raises(SynthGymError, match=r"^there is no such thing; choose another$"):
        list(run_jobs(players.refuse, range(100), workers=2))


def test_a_machine_on_which_every_worker_dies_is_given_up() -> None:
    with pytest.raises(SynthGymError, match=r"one after the other.*SIGSEGV"):
        list(run_jobs(players.die, range(1000), workers=2))


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_workers_die_with_their_parent(tmp_path: Path, how: signal.Signals, on_path: dict[str, str]) -> None:
    code = (
        "import sys, pathlib, players\n"
        "from synth_gym.rollout.pool import run_jobs\n"
        "list(run_jobs(players.doze, [pathlib.Path(sys.argv[1])] * 2, workers=2))\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", code, tmp_path], env=os.environ | on_path, stderr=subprocess.DEVNULL
    )
    try:
        wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
    finally:
        parent.send_signal(how)
    assert parent.wait(10) != 0
    wait_until(lambda: not any(alive(int(file.name)) for file in tmp_path.iterdir()), seconds=5)
