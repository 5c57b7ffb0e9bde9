"""What bombs do to a sandbox, and what they do not do to the machine."""

from __future__ import annotations

import os
import resource
import time
from pathlib import Path

import pytest

from synth_gym.challenge import Limits
from synth_gym.sandbox.cgroups import ControlGroup, Hierarchy, hierarchies
from synth_gym.sandbox.quota import Quota, QuotaExceededError, size_on_disk
from tests.sandbox.conftest import ISOLATING, Maker, Run

isolating = pytest.mark.parametrize("name", ISOLATING)
HOG = "python3 -c 'import time; x = bytearray({mb} << 20); time.sleep({seconds})'"


@isolating
def test_fork_bomb(make: Maker, name: str) -> None:
    sandbox = make(name, limits={"processes": 64})
    sandbox.start()
    started = time.monotonic()
    result = sandbox.execute("bomb() { bomb | bomb & }; bomb; while :; do :; done", timeout=1.0)
    assert time.monotonic() - started < 15.0
    assert result.timed_out
    run = Run(sandbox)
    assert run.output("echo alive") == "alive\n"
    assert int(run.output("ls -d /proc/[0-9]* | wc -l")) < 10


@isolating
def test_as_many_processes_as_the_limit_says(make: Maker, name: str) -> None:
    run = Run(make(name, limits={"processes": 40}))
    kept = run.sandbox.describe()["limits"]["processes"]["by"]
    result = run("for i in {1..60}; do sleep 5 & done; jobs -r | wc -l")
    assert ("fork" in result.output) is (kept != "nothing")


@isolating
def test_memory_of_all_processes_together(make: Maker, name: str) -> None:
    run = Run(make(name, limits={"memory_mb": 300}))
    hogs = " & ".join([HOG.format(mb=120, seconds=2)] * 5)
    result = run(f"{hogs} & wait; jobs -l > /dev/null; false")
    if "RLIMIT" not in run.sandbox.describe()["limits"]["memory_mb"]["by"]:
        assert "memory limit of the sandbox was reached" in result.note
    assert run.output("echo alive") == "alive\n"


@isolating
def test_memory_bomb_of_one_process(make: Maker, name: str) -> None:
    run = Run(make(name, limits={"memory_mb": 256}))
    assert "MemoryError" in run.output(HOG.format(mb=400, seconds=0))
    assert run.output("echo alive") == "alive\n"


def test_a_gigabyte_of_output_in_bounded_memory(make: Maker) -> None:
    run = Run(make("bubblewrap"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = run("yes | head -c 1G", timeout=60.0)
    assert result.exit_code == 0
    assert "1,073,725,440 bytes left out" in result.output and len(result.output) < 17_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 20 * 1024  # kB


@isolating
def test_a_full_disk(make: Maker, name: str) -> None:
    run = Run(make(name, limits={"disk_mb": 8}))
    run("for i in {1..9}; do for place in /tmp /root /dev/shm; do head -c 8M /dev/zero > $place/fill$i; done; done")
    assert "No space left" in run.output("echo text > /tmp/more")
    assert run("false").exit_code == 1
    run("exit 3")
    assert run.output("echo alive") == "alive\n"


@isolating
def test_many_files_fill_the_quota(make: Maker, name: str, workspace: Path) -> None:
    sandbox = make(name, limits={"disk_mb": 32})
    command = "for i in {1..1000}; do head -c 1M /dev/zero > big$i; sleep 0.01; done; sleep 60"
    result = sandbox.execute(f"sleep 61 & {command}", timeout=60.0)
    assert "beyond 32 MB" in result.note and result.exit_code is None and not result.timed_out
    assert size_on_disk(workspace) < 128 << 20
    run = Run(sandbox)
    assert run("sleep 0.6; rm big*; sleep 0.6").note == ""
    assert run.output("ls; jobs") == ""
    assert not run("head -c 20M /dev/zero > fine; sleep 0.6").note


def test_quota_lets_the_folder_shrink(tmp_path: Path) -> None:
    quota = Quota(tmp_path, megabytes=1)
    quota.check()
    (tmp_path / "a").write_bytes(bytes(3 << 20))
    with pytest.raises(QuotaExceededError):
        while True:
            quota.check()
    quota.check()
    (tmp_path / "a").unlink()
    (tmp_path / "b").write_bytes(bytes(2 << 20))
    quota.check()


def test_size_on_disk_counts_no_holes_and_no_links(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 30)
    (tmp_path / "link").symlink_to("/usr")
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "file").write_bytes(bytes(1 << 20))
    assert 1 << 20 <= size_on_disk(tmp_path) < 2 << 20


def test_groups_are_taken_away(make: Maker) -> None:
    def groups() -> set[Path]:
        return {folder for place in hierarchies() for folder in place.parent.glob(f"synth-gym-{os.getpid()}-*")}

    before = groups()
    sandbox = make("bubblewrap")
    sandbox.start()
    made = groups() - before
    assert len(made) >= len(hierarchies())
    assert all((folder / "cgroup.procs").read_text().split() for folder in made)
    sandbox.close()
    assert not any(folder.exists() for folder in made)


def test_a_group_of_version_two(tmp_path: Path) -> None:
    """Plain files stand for the kernel's: what is written is what its documentation asks for."""
    group = ControlGroup(Limits(), [Hierarchy(2, ("memory", "pids", "cpu"), tmp_path)])
    (folder,) = tmp_path.iterdir()
    written = {file.name: file.read_text() for file in folder.iterdir()}
    assert written["memory.max"] == str(2048 << 20) and written["memory.swap.max"] == "0"
    assert written["pids.max"] == "256" and written["cpu.max"] == "200000 100000"
    group.add(1234)
    assert (folder / "cgroup.procs").read_text() == "1234"
    (folder / "memory.events").write_text("low 0\noom 1\noom_kill 3\n")
    assert "ended 3 of its processes" in group.memory_kills.remark()
    assert group.memory_kills.remark() == ""
    assert group.enforced == dict.fromkeys(("memory", "pids", "cpu"), "cgroup v2")


def test_a_group_says_what_it_keeps() -> None:
    group = ControlGroup(Limits())
    try:
        assert set(group.enforced) == {name for place in hierarchies() for name in place.controllers}
    finally:
        group.remove()


@isolating
def test_processor_time(make: Maker, name: str) -> None:
    run = Run(make(name, limits={"cpus": 0.25}))
    if run.sandbox.describe()["limits"]["cpus"]["by"] == "nothing":
        assert not any("cpu" in place.controllers for place in hierarchies())
        return
    burn = "import time; end = time.time() + 1.0; any(time.time() > end for _ in iter(int, 1))"
    assert float(run.output(f'python3 -S -c "{burn}; print(time.process_time())"')) < 0.5
