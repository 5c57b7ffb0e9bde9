"""The shell keeps its state, and whatever ends it, another one goes on; on every back-end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from synth_gym.sandbox import Sandbox
from tests.sandbox.conftest import Run


def test_state_is_kept(run: Run) -> None:
    run("x=1; export y=2; f() { echo $x $y; }; declare -A map=([k]=v); mkdir -p sub; cd sub")
    assert run.output("f; echo ${map[k]}; basename $PWD") == "1 2\nv\nsub\n"


def test_working_directory_is_reported(sandbox: Sandbox, run: Run) -> None:
    assert run("true").working_directory == sandbox.workspace
    assert run("mkdir -p 'a b'; cd 'a b'").working_directory == f"{sandbox.workspace}/a b"


def test_exit_codes(run: Run) -> None:
    codes = {"true": 0, "false": 1, "(exit 7)": 7, "no_such": 127, "(kill -9 $BASHPID)": 137}
    assert {command: run(command).exit_code for command in codes} == codes


@pytest.mark.parametrize("code", [0, 1, 42])
def test_exit_code_variable_lasts_until_the_next_command(run: Run, code: int) -> None:
    run(f"(exit {code})")
    assert run.output("echo $?") == f"{code}\n"


def test_two_hundred_open_descriptors(run: Run) -> None:
    run('for i in {3..205}; do eval "exec $i> file$i"; done')
    run("echo written >&77")
    assert run("cat file77; exit_code=4; (exit $exit_code)").exit_code == 4
    assert run.output("cat file77") == "written\n"


def test_redirection_of_the_whole_shell_ends_with_the_command(run: Run, workspace: Path) -> None:
    run("exec > out.txt 2>&1; echo inside")
    assert (workspace / "out.txt").read_text() == "inside\n"
    assert run.output("echo outside") == "outside\n"


def test_loop_keywords_outside_of_a_loop(run: Run) -> None:
    assert run("break; continue; echo on").output.endswith("on\n")
    assert not run("return 3").note


def test_own_traps_and_options_do_not_meet_the_protocol(run: Run) -> None:
    run("trap 'echo debug' DEBUG; trap 'echo failed' ERR; set -u")
    assert run.output(":") == "debug\n"
    assert run.output("trap - DEBUG; false") == "debug\nfailed\n"
    assert run.output("echo ${unset-fine}") == "fine\n"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("exit", 0), ("exit 3", 3), ("exec true", 0), ("exec false", 1), ("set -e; false", 1), ("kill -9 $$", 137),
        ("set -u; echo $no_such", 1), ("kill -STOP $$", 147),
    ],
)  # fmt: skip
def test_an_ended_shell_is_replaced(run: Run, sandbox: Sandbox, command: str, code: int) -> None:
    run("export kept='a b\nc'; lost=1; mkdir -p sub; cd sub")
    result = run(command)
    assert result.exit_code == code
    assert f"exit code {code}" in result.note and "new shell" in result.note
    after = run('echo "$kept" ${lost-lost}; echo $-')
    assert after.output.startswith("a b\nc lost\n") and "e" not in after.output.splitlines()[-1]
    assert after.working_directory == f"{sandbox.workspace}/sub" and not after.note


def test_output_before_the_end_is_kept(run: Run) -> None:
    assert run("echo before; exit 1; echo after").output == "before\n"


def test_a_shell_that_ends_between_two_commands(run: Run) -> None:
    run("(sleep 0.1; kill -9 $$) > /dev/null 2>&1 &")
    time.sleep(0.3)
    result = run("echo alive")
    assert result.output == "alive\n" and "new shell" in result.note


def test_removed_working_directory(run: Run) -> None:
    run("mkdir gone; cd gone; rmdir ../gone")
    assert run("echo alive").output == "alive\n"
    run("exit")
    assert run.output("echo alive; cd ..; pwd >/dev/null && echo usable") == "alive\nusable\n"
