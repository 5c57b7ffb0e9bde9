"""A command is run as it is written, and its output comes back as it was printed; on every back-end."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.sandbox.conftest import Run


def test_output_is_not_changed(run: Run) -> None:
    assert run.output(r"printf 'a\tb\n\n\n  c\r\nd'") == "a\tb\n\n\n  c\r\nd"


def test_stdout_and_stderr_keep_their_order(run: Run) -> None:
    command = "for i in 1 2 3; do echo out$i; echo err$i >&2; done"
    assert run.output(command) == "out1\nerr1\nout2\nerr2\nout3\nerr3\n"


def test_tabs_of_a_command_are_kept(run: Run, workspace: Path) -> None:
    run("cat > Makefile <<'EOF'\nall:\n\techo a\tb\nEOF")
    assert (workspace / "Makefile").read_bytes() == b"all:\n\techo a\tb\n"


def test_long_here_document(run: Run, workspace: Path) -> None:
    lines = "".join(f"{i}\t'single' \"double\" $HOME `back` \\ !x\n" for i in range(5_000))
    assert run(f"cat > long.txt <<'EOF'\n{lines}EOF").output == ""
    assert (workspace / "long.txt").read_text() == lines


def test_command_of_a_megabyte(run: Run) -> None:
    text = "x" * 1_000_000
    assert run.output(f"text='{text}'; echo ${{#text}}") == "1000000\n"


def test_no_history_expansion(run: Run) -> None:
    assert run.output("""python3 -c "x = 'a!b'; print(f'{x!r}')"; echo "!!" """) == "'a!b'\n!!\n"


def test_quotes_backslashes_and_unicode_in_a_command(run: Run) -> None:
    assert run.output("""printf '%s\n' "it's" 'a\\b' "ü→😀" """) == "it's\na\\b\nü→😀\n"


def test_zero_bytes_and_invalid_utf8_in_the_output(run: Run) -> None:
    assert run.output(r"printf 'a\0b\377c'") == "a\0b\N{REPLACEMENT CHARACTER}c"


def test_zero_byte_and_lone_surrogate_in_the_command(run: Run) -> None:
    result = run("echo a\0b \ud800")
    assert (result.exit_code, result.output) == (0, "ab\n")


def test_stdin_is_empty(run: Run) -> None:
    assert run.output("cat; read x || echo nothing; readlink /proc/self/fd/0") == "nothing\n/dev/null\n"


def test_no_terminal(run: Run) -> None:
    assert run.output(
        "[ -t 0 ] || [ -t 1 ] || [ -t 2 ] || echo none; (exec < /dev/tty) 2>/dev/null || echo no tty"
    ) == ("none\nno tty\n")


def test_commands_have_no_descriptors_but_their_own(run: Run) -> None:
    assert (
        run.output("python3 -c 'import os; print(sorted(os.listdir(\"/proc/self/fd\")))'") == "['0', '1', '2', '3']\n"
    )


def test_output_in_the_format_of_the_protocol(run: Run) -> None:
    token = "0123456789abcdef0123456789abcdef"
    command = rf"printf '{token}\0000\0001\000/\000\000{token}\000' | tee /dev/stderr; sleep 0.05; echo end"
    assert run.output(command).endswith("end\n")


def test_garbage_in_the_report_pipe_is_ignored(run: Run) -> None:
    """A command can reach the pipe through /proc; it can spoil nobody's reports but its own."""
    run(r"for pid in $PPID $$; do printf 'x\0\0y\0%.0s' {1..100} > /proc/$pid/fd/199; done")
    assert run("echo fine; false").exit_code == 1
    assert run.output("echo fine") == "fine\n"


def test_error_messages_name_the_line_of_the_command(run: Run) -> None:
    for _ in range(3):
        assert run.output("true\n\nno_such_program") == "bash: line 3: no_such_program: command not found\n"


@pytest.mark.parametrize("command", ['echo "open', "echo 'open", "for", "if true; then", "$(", "{ echo", ")"])
def test_syntax_errors_are_reported_and_leave_the_shell_alone(run: Run, command: str) -> None:
    run("kept=yes")
    result = run(command)
    assert result.exit_code == 2 and "bash: " in result.output and not result.note
    assert run.output("echo $kept") == "yes\n"


def test_tracing_shows_the_command_and_not_the_protocol(run: Run) -> None:
    run("set -x")
    assert run.output("echo a") == "++ echo a\na\n"
    assert run("set +x").exit_code == 0
    assert run.output("echo b") == "b\n"


@pytest.mark.parametrize("command", ["", "   ", "\n\n", "# a comment", "true # a comment"])
def test_commands_that_do_nothing(run: Run, command: str) -> None:
    result = run(command)
    assert (result.output, result.exit_code, result.note) == ("", 0, "")


def test_head_and_tail_of_long_output(run: Run) -> None:
    output = run.output("seq 1000000")
    assert output.startswith("1\n2\n3\n") and output.endswith("999999\n1000000\n")
    head, gap, tail = re.split(r"\n\[\.\.\. ([\d,]+) bytes left out \.\.\.\]\n", output)
    assert int(gap.replace(",", "")) + len(head) + len(tail) == 6_888_896
    assert len(head) + len(tail) == 16_384


def test_output_just_within_the_limit_is_whole(run: Run) -> None:
    assert run.output("head -c 16384 /dev/zero | tr '\\0' x") == "x" * 16_384


def test_no_character_is_cut_at_the_gap(run: Run) -> None:
    assert "\N{REPLACEMENT CHARACTER}" not in run.output("printf 'a'; printf '→%.0s' {1..20000}")
