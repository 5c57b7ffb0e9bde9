"""Time limits, processes in the background, further processes; on every back-end."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from synth_gym.sandbox import Sandbox
from tests.sandbox.conftest import Maker, Run


@pytest.mark.parametrize(
    "command",
    [
        "sleep 60", "while :; do :; done", "sleep 60 | cat", "(sleep 60; echo never) ; echo never", "sleep 60 & wait",
        "trap '' INT TERM HUP; sleep 60", "python3 -c 'import signal; signal.signal(2, 1); signal.pause()'",
        "cat /dev/zero", "read x < <(sleep 60)", "set -n; sleep 60",
    ],
)  # fmt: skip
def test_time_limit(sandbox: Sandbox, run: Run, command: str) -> None:
    run("export kept=1")
    started = time.monotonic()
    result = sandbox.execute(f"echo begun\n{command}", timeout=0.3)
    assert time.monotonic() - started < 3.0
    assert result.timed_out and result.exit_code is None and result.output.startswith("begun\n")
    assert "longer than 0.3 s" in result.note
    assert run.output("echo $kept") == "1\n"


def test_partial_output_of_a_python_program_is_kept(sandbox: Sandbox) -> None:
    result = sandbox.execute("python3 -c 'import time; print(\"epoch 1\"); time.sleep(60)'", timeout=1.0)
    assert result.timed_out and result.output == "epoch 1\n"


def test_nothing_of_an_ended_command_goes_on(sandbox: Sandbox, run: Run, workspace: Path) -> None:
    command = "(setsid bash -c 'sleep 0.6; touch daemon' &) ; (sleep 0.6; touch child) & sleep 0.6; touch command"
    assert sandbox.execute(command, timeout=0.2).timed_out
    time.sleep(0.8)
    assert not list(workspace.iterdir())


def test_earlier_processes_survive_a_time_limit(sandbox: Sandbox, run: Run) -> None:
    pid = run.output("sleep 60 & echo $!").strip()
    orphan = run.output("(setsid sleep 61 & echo $!)").strip()
    assert sandbox.execute("sleep 62", timeout=0.2).timed_out
    assert run(f"kill -0 {pid} && kill -0 {orphan}").exit_code == 0


def test_no_output_of_an_ended_command_in_the_next(sandbox: Sandbox, run: Run) -> None:
    assert sandbox.execute("yes", timeout=0.2).timed_out
    assert run.output("echo clean") == "clean\n"


@pytest.mark.parametrize("command", ["sleep 60 &", "(sleep 60 &)", "setsid sleep 60 &", "yes > /dev/null &"])
def test_background_processes_do_not_hold_a_command_up(run: Run, command: str) -> None:
    assert run(command).seconds < 2.0
    assert run.output("echo next") == "next\n"


def test_a_noisy_background_process_does_not_hold_a_command_up(run: Run) -> None:
    result = run("yes &")
    assert result.seconds < 2.0
    assert run("kill %1; wait; true").exit_code == 0


def test_close_ends_every_process(make: Maker, workspace: Path, sandbox: Sandbox) -> None:
    run = Run(sandbox)
    run("for i in 1 2 3; do (while :; do date +%s%N > beat$i; sleep 0.02; done) & done")
    run("setsid nohup bash -c 'while :; do date +%s%N > beat4; sleep 0.02; done' > /dev/null 2>&1 &")
    run("until [ -s beat1 ] && [ -s beat2 ] && [ -s beat3 ] && [ -s beat4 ]; do sleep 0.02; done")
    sandbox.close()
    beats = [(workspace / f"beat{i}").read_text() for i in range(1, 5)]
    time.sleep(0.2)
    assert beats == [(workspace / f"beat{i}").read_text() for i in range(1, 5)]


def test_close_twice_and_without_start(make: Maker, sandbox: Sandbox, back_end: str) -> None:
    sandbox.close()
    sandbox.close()
    make(back_end).close()


def test_popen_joins_the_descriptors(sandbox: Sandbox, workspace: Path) -> None:
    (workspace / "echo.py").write_text("import sys\nfor line in sys.stdin: print('got', line.strip())\n")
    inner_in, to_inner = os.pipe()
    from_inner, inner_out = os.pipe()
    process = sandbox.popen(["python3", "echo.py"], stdin=inner_in, stdout=inner_out)
    os.close(inner_in)
    os.close(inner_out)
    os.write(to_inner, b"one\ntwo\n")
    os.close(to_inner)
    with os.fdopen(from_inner) as reader:
        assert reader.read() == "got one\ngot two\n"
    assert process.wait(5.0) == 0 and process.poll() == 0


def test_popen_kill_ends_all_that_it_started(sandbox: Sandbox, workspace: Path) -> None:
    script = "(while :; do date +%s%N > beat; sleep 0.02; done) & sleep 60"
    with Path(os.devnull).open("r+b") as nothing:
        process = sandbox.popen(["bash", "-c", script], stdin=nothing.fileno(), stdout=nothing.fileno())
    while not (workspace / "beat").exists():
        time.sleep(0.01)
    assert process.poll() is None
    process.kill()
    assert process.poll() is not None
    beat = (workspace / "beat").read_text()
    time.sleep(0.2)
    assert (workspace / "beat").read_text() == beat
