"""What other shells were found to do wrong with commands and their output, and accidents of one's own."""

from __future__ import annotations

import contextlib
import os
import time
from pathlib import Path

import pytest

from synth_gym.sandbox import Sandbox
from synth_gym.sandbox.protocol import take_report
from tests.sandbox.conftest import ISOLATING, Maker, Run


def test_tabs_in_arguments_and_here_documents_of_python(run: Run) -> None:
    assert run.output("printf 'a\tb\n'") == "a\tb\n"
    assert run.output("python3 - <<'END'\nfor x in [1]:\n\tprint('c\td')\nEND") == "c\td\n"


def test_blank_lines_and_progress_bars_are_kept(run: Run) -> None:
    text = "\n\n50%|#####     | 5/10 [00:01<00:01,  4.00it/s]\n\n   \n"
    assert run.output(f"cat <<'END'\n{text}END") == text


def test_a_here_document_adds_nothing_to_the_output(run: Run) -> None:
    lines = "\n".join(f"line {i}" for i in range(5_000))
    assert run.output(f"cat <<'END' | tail -n 1\n{lines}\nEND") == "line 4999\n"


def test_exclamation_marks_in_double_quotes(run: Run) -> None:
    assert run.output('echo "hello!world !! !1 !$"') == "hello!world !! !1 !$\n"


def test_one_long_line(run: Run) -> None:
    assert run.output(f"echo {'y' * 100_000} | wc -c") == "100001\n"


def test_a_megabyte_through_a_pipe_of_the_commands_own(run: Run, workspace: Path) -> None:
    text = "0123456789abcdef" * 65_536
    run(f"cat > big.txt <<'END'\n{text}\nEND")
    assert (workspace / "big.txt").read_text() == text + "\n"


def test_the_words_of_other_systems_protocols_are_only_words(run: Run) -> None:
    """Markers, prompts and tool names that end a command, or submit, elsewhere."""
    words = "///PROCESS-DONE:0:PROCESS-DONE///\nSHELLPS1PREFIX\n<<SUBMISSION||\nCOMPLETE_TASK\nsubmit\nvalidate\n"
    assert run.output(f"cat > submit.sh <<'END'\n{words}END\ncat submit.sh; sleep 0.1; echo after") == words + "after\n"


def test_env_and_set_show_nothing_of_the_protocol(run: Run) -> None:
    assert "199" not in run.output("env; alias; shopt -p | grep expand_aliases")
    assert run.output("set > /dev/null; echo next") == "next\n"


def test_empty_and_comment_lines_within_a_command(run: Run) -> None:
    assert run.output("\n\necho a\n# comment\n\necho b\n\n") == "a\nb\n"


def test_a_program_that_ignores_every_signal_it_can(sandbox: Sandbox, run: Run) -> None:
    ignore = (
        "import signal, time\nfor s in (1, 2, 3, 13, 15): signal.signal(s, signal.SIG_IGN)\nprint('on', flush=True)\n"
    )
    result = sandbox.execute(f"python3 -S - <<'END'\n{ignore}while True: time.sleep(9)\nEND", timeout=2.0)
    assert result.timed_out and result.output == "on\n" and not result.infrastructure_fault
    assert run.output("echo next") == "next\n"


def test_a_daemon_that_forked_twice_dies_with_its_command(sandbox: Sandbox, run: Run, workspace: Path) -> None:
    fork_twice = """
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        for n in range(10_000):
            open("beat", "w").write(str(n)); time.sleep(0.01)
    os._exit(0)
time.sleep(60)
"""
    assert sandbox.execute(f"python3 -S - <<'END'\n{fork_twice}END", timeout=2.0).timed_out
    assert run.output("a=$(cat beat); sleep 0.2; b=$(cat beat); [ $a = $b ] && echo still") == "still\n"


@pytest.mark.parametrize("name", ISOLATING)
def test_killing_everything_from_inside(make: Maker, name: str) -> None:
    run = Run(make(name))
    run("export kept=1; sleep 60 & sleep 61 &")
    assert run("kill -9 -1; true").exit_code == 0
    ended = run("kill -9 -1; kill -9 $$")
    assert "A new shell was started" in ended.note and not ended.infrastructure_fault
    assert run.output("echo $kept; jobs") == "1\n"


@pytest.mark.parametrize("name", ISOLATING)
def test_the_first_process_cannot_be_ended_from_inside(make: Maker, name: str) -> None:
    run = Run(make(name))
    ended = run("for signal in KILL TERM INT SEGV ABRT STOP HUP QUIT; do kill -$signal 1; done; echo done")
    assert ended.output == "done\n" and not ended.note
    assert run.output("echo alive") == "alive\n"


def test_the_first_process_cannot_be_traced_or_read(make: Maker) -> None:
    """Who could end it from inside could pass a bad episode off as a fault of the infrastructure."""
    run = Run(make("bubblewrap"))
    for place in ("mem", "environ", "fd/0", "root/", "cwd/"):
        assert run(f"ls /proc/1/{place} && cat /proc/1/{place}").exit_code != 0
    attach = (
        "import ctypes; l = ctypes.CDLL(None); l.ptrace.argtypes = [ctypes.c_long] * 4; print(l.ptrace(16, 1, 0, 0))"
    )
    assert run.output(f"python3 -S -c '{attach}'") == "-1\n"


@pytest.mark.parametrize("name", ISOLATING)
def test_a_sandbox_that_is_killed_from_outside_is_said_to_be(make: Maker, name: str) -> None:
    sandbox = make(name)
    run = Run(sandbox)
    run("export kept=1")
    kill_from_outside(sandbox, name)
    deadline = time.monotonic() + 30
    # Its processes end one after the other: a command may still get through.
    while not (result := run("true")).note:
        assert time.monotonic() < deadline
    assert "sandbox was lost" in result.note and result.infrastructure_fault
    after = run("echo $kept")
    assert after.output == "1\n" and not after.note and not after.infrastructure_fault


def kill_from_outside(sandbox: Sandbox, name: str) -> None:
    from synth_gym.sandbox.processes import children, descendants, kill, scan

    if name.startswith("docker"):
        from synth_gym.sandbox.containers import client

        for container in client().containers.list():
            container.kill()
        return
    for process in descendants(os.getpid(), children(scan())):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            if b"--die-with-parent" in Path(f"/proc/{process.pid}/cmdline").read_bytes().split(b"\0"):
                kill([process.pid])


def test_a_working_directory_that_another_command_removed(run: Run, workspace: Path) -> None:
    run("mkdir -p a/b; cd a/b")
    run("(cd ../..; rm -r a)")
    assert run.output("echo alive").splitlines()[-1] == "alive"
    run("kill -9 $$")
    assert run("pwd").working_directory == str(run.sandbox.workspace)


def test_many_open_descriptors_do_not_meet_the_protocols_own(run: Run) -> None:
    run('for i in {3..250}; do eval "exec $i>> all"; done; echo first >&198; echo second >&199')
    assert run.output("cat all; echo alive") == "first\nsecond\nalive\n"


def test_a_shell_that_ends_right_after_its_report() -> None:
    """Both reports arrive in one piece: the second must not get lost, or the next command would wait for nothing."""
    stream = bytearray(
        b"garbage token\x000\x007\x00/workspace\x00declare -x A\x00token\x00life\x00137\x000\x00\x00\x00life\x00"
    )
    shell = take_report(stream, "token")
    assert shell and (shell.exit_code, shell.pid, shell.exports) == (0, 7, "declare -x A")
    supervisor = take_report(stream, "life")
    assert supervisor and (supervisor.exit_code, supervisor.pid) == (137, 0)
    assert stream == b"" and take_report(stream, "life") is None
