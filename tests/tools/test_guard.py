"""Bare multi-line calls become here-documents, and nothing else changes."""

from __future__ import annotations

import subprocess

import pytest

from synth_gym.tools.guard import guard_calls

END_NAMES = {"edit": "end_of_edit", "put": "done"}


def test_a_bare_call_gets_its_here_document() -> None:
    assert (
        guard_calls("edit 1:2\nx = '$y'\nend_of_edit", END_NAMES) == "edit 1:2 << 'end_of_edit'\nx = '$y'\nend_of_edit"
    )


def test_calls_among_other_commands() -> None:
    command = "cd src\n  edit 3:3\n\tpass\nend_of_edit  \nls\nput file\ntext\ndone\necho ok"
    guarded = "cd src\n  edit 3:3 << 'end_of_edit'\n\tpass\nend_of_edit\nls\nput file << 'done'\ntext\ndone\necho ok"
    assert guard_calls(command, END_NAMES) == guarded


@pytest.mark.parametrize(
    "command",
    [
        "ls -la",
        "edit 1:2",
        "edit 1:2\nno end",
        "edit 1:2 << 'end_of_edit'\nx\nend_of_edit",
        "edit 1:2 <<end_of_edit\nx\nend_of_edit",
        "echo end_of_edit\nend_of_edit",
        "cat > how.md <<'EOF'\nedit 1:2\nx\nend_of_edit\nEOF\nls",
        'cat <<-\tEOF > a; cat <<"B" > b\nedit 1\nend_of_edit\n\tEOF\nput x\ndone\nB\nls',
        "for f in a b; do\n  echo $f\ndone",
        "myedit 1:2\nx\nend_of_edit",
    ],
)
def test_what_stays_as_it_is(command: str) -> None:
    assert guard_calls(command, END_NAMES) == command


def test_a_here_string_opens_nothing() -> None:
    assert guard_calls("cat <<< EOF\nedit 1\nx\nend_of_edit", END_NAMES) == (
        "cat <<< EOF\nedit 1 << 'end_of_edit'\nx\nend_of_edit"
    )


def test_bash_hands_over_the_text_as_it_was_typed() -> None:
    text = "a $HOME `id` \\ 'q' \"d\" !x\n\n\tlast"
    command = guard_calls(f"edit 1\n{text}\nend_of_edit\necho after", END_NAMES)
    done = subprocess.run(["bash", "-c", f"edit() {{ cat; }}\n{command}"], capture_output=True, text=True, check=True)
    assert done.stdout == f"{text}\nafter\n"


@pytest.mark.parametrize("line", ["edit me not", "cat << X", "text"])
def test_no_command_takes_long(line: str) -> None:
    text = "\n".join([line] * 200_000)
    assert guard_calls(f"edit 1\n{text}\nend_of_edit", END_NAMES) == f"edit 1 << 'end_of_edit'\n{text}\nend_of_edit"
    assert guard_calls(f"end_of_edit\n{text}", END_NAMES) == f"end_of_edit\n{text}"
