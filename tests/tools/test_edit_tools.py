"""The edit tools, each in a process of its own, called through the toolset as a model's calls are."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from synth_gym.tools import Toolset

CODE = """\
import os


def area(width, height):
    return width * height


print(area(2, 3))
"""

Call = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def call(bash: Call) -> Call:
    tools = Toolset.default()

    def run(name: str, /, **arguments: object) -> subprocess.CompletedProcess[str]:
        return bash(tools.render(name, arguments), tools)

    return run


@pytest.fixture
def code(work: Path) -> Path:
    path = work / "area.py"
    path.write_text(CODE)
    return path


def test_show_a_file(call: Call, code: Path) -> None:
    assert call("show", path="area.py", start=4, end=5).stdout == (
        "area.py: lines 4-5 of 8\n 4| def area(width, height):\n 5|     return width * height\n"
    )
    assert call("show", path="area.py", start=7).stdout.splitlines()[0] == "area.py: lines 7-8 of 8"
    assert len(call("show", path="area.py").stdout.splitlines()) == 9


def test_show_caps_lines_characters_and_long_lines(call: Call, work: Path) -> None:
    (work / "long.csv").write_text("".join(f"row {n}\n" for n in range(1, 1001)))
    lines = call("show", path="long.csv", start=5).stdout.splitlines()
    assert lines[0] == "long.csv: lines 5-204 of 1000"
    assert lines[1:3] == ["   5| row 5", "   6| row 6"]
    assert lines[-1] == "(more: show long.csv 205:)"
    (work / "wide.csv").write_text(f"{'x' * 1000}\n" * 100)
    shown = call("show", path="wide.csv").stdout
    assert f"{'x' * 400} ... (600 characters more)\n" in shown
    assert len(shown) < 12_200
    (work / "blob").write_bytes(b"x" * 16_000_001)
    assert "too large (16,000,001 bytes" in call("show", path="blob").stderr


def test_show_a_folder(call: Call, work: Path) -> None:
    (work / "data" / "deep" / "deeper").mkdir(parents=True)
    (work / "data" / "train.csv").write_text("a,b\n")
    (work / ".hidden").write_text("")
    assert call("show", path=".").stdout == ".: 3 entries\n  data/\n  data/deep/\n  data/train.csv  4 bytes\n"
    (work / "many").mkdir()
    for n in range(205):
        (work / "many" / f"f{n:03}").touch()
    lines = call("show", path="many").stdout.splitlines()
    assert lines[0] == "many: 205 entries"
    assert (len(lines), lines[-1]) == (202, "(5 more)")


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"path": "aera.py"}, "show: aera.py does not exist (did you mean area.py?)"),
        ({"path": "area.py", "start": 9}, "show: start is 9, but area.py has lines 1 to 8"),
        ({"path": "area.py", "start": 0}, "show: start is 0"),
        ({"path": "area.py", "start": 4, "end": 2}, "show: end is 2, before start (4)"),
        ({"path": "binary"}, "show: binary is not a text file"),
        ({"path": "pipe"}, "show: pipe is not a regular file"),
    ],
)
def test_show_says_what_is_wrong(call: Call, code: Path, arguments: dict[str, object], complaint: str) -> None:
    (code.parent / "binary").write_bytes(b"a\0b")
    os.mkfifo(code.parent / "pipe")
    done = call("show", **arguments)
    assert done.returncode == 1
    assert done.stderr.startswith(complaint)


def test_create_and_overwrite(call: Call, work: Path) -> None:
    assert call("create", path="src/deep/a.txt", content="one\ntwo").stdout == "src/deep/a.txt: 2 lines written\n"
    assert (work / "src/deep/a.txt").read_text() == "one\ntwo\n"
    assert call("create", path="src/deep/a.txt", content="three\n\n").stdout == (
        "src/deep/a.txt: 2 lines written, in place of the 2 before\n"
    )
    assert (work / "src/deep/a.txt").read_text() == "three\n\n"
    call("create", path="empty", content="")
    assert (work / "empty").read_bytes() == b""


def test_create_takes_content_of_any_length(call: Call, work: Path) -> None:
    content = "".join(f"{n}: it's $HOME `x`\n" for n in range(20_000))
    assert len(content) > 2 * 131_072
    assert call("create", path="big.txt", content=content).stdout == "big.txt: 20,000 lines written\n"
    assert (work / "big.txt").read_text() == content


def test_str_replace(call: Call, code: Path) -> None:
    done = call(
        "str_replace", path="area.py", old="return width * height", new="side = width\n    return side * height"
    )
    assert done.stdout == (
        "area.py: replaced at line 5, 9 lines now\n"
        " 2| \n 3| \n 4| def area(width, height):\n 5|     side = width\n 6|     return side * height\n"
        " 7| \n 8| \n 9| print(area(2, 3))\n"
    )
    assert code.read_text() == CODE.replace("return width", "side = width\n    return side")
    call("str_replace", path="area.py", old="import os\n\n\n")
    assert code.read_text().startswith("def area")


@pytest.mark.parametrize(
    ("old", "complaint"),
    [
        ("area(", "occurs 2 times in area.py (at lines 4, 8): take in more lines"),
        ("no such text", "does not occur in area.py: it must match character for character"),
        ("def area(width, height):\n  return width * height\n", "at line 4 it would match but for white space"),
        ("import os", "area.py would stay as it is"),
    ],
)
def test_str_replace_says_why_not(call: Call, code: Path, old: str, complaint: str) -> None:
    done = call("str_replace", path="area.py", old=old, new="import os")
    assert done.returncode == 1
    assert complaint in done.stderr
    assert code.read_text() == CODE


def test_edit_lines_replaces_and_deletes(call: Call, code: Path) -> None:
    done = call("edit_lines", path="area.py", start=4, end=5, text="def area(w, h):\n    return w * h\n")
    assert done.stdout.splitlines()[0] == "area.py: lines 4-5 replaced by 2 lines, 8 lines now"
    assert code.read_text() == CODE.replace("width", "w").replace("height", "h")
    assert call("edit_lines", path="area.py", start=1, end=3, text="").stdout.splitlines()[:2] == [
        "area.py: lines 1-3 deleted, 5 lines now",
        " 1| def area(w, h):",
    ]
    done = call("edit_lines", path="area.py", start=5, end=6, text="x")
    assert "lines 5 to 6 cannot be replaced: area.py has lines 1 to 5" in done.stderr


def test_insert(call: Call, code: Path) -> None:
    assert call("insert", path="area.py", line=0, text="# first").stdout.splitlines()[:2] == [
        "area.py: 1 line inserted after line 0, 9 lines now",
        " 1| # first",
    ]
    call("insert", path="area.py", line=9, text="# last\n\n")
    assert code.read_text() == f"# first\n{CODE}# last\n\n"
    assert "cannot insert after line 99" in call("insert", path="area.py", line=99, text="x").stderr


BREAKING = [
    ("str_replace", {"old": "return width * height", "new": "return (width * height"}),
    ("edit_lines", {"start": 5, "end": 5, "text": "return width * height"}),
    ("insert", {"line": 4, "text": "    if width:"}),
    ("create", {"content": "def area(:\n"}),
    ("edit_lines", {"start": 4, "end": 4, "text": "class Area:"}),
]


@pytest.mark.parametrize(("name", "arguments"), BREAKING, ids=[name for name, _ in BREAKING])
def test_a_change_that_breaks_python_is_refused(
    call: Call, code: Path, name: str, arguments: dict[str, object]
) -> None:
    done = call(name, path="area.py", **arguments)
    assert done.returncode == 1
    assert f"{name}: refused, area.py is unchanged: it would no longer parse: " in done.stderr
    assert "Error at line " in done.stderr
    marked = [line for line in done.stderr.splitlines() if line.startswith(">")]
    assert len(marked) == 1
    assert code.read_text() == CODE
    assert list(code.parent.iterdir()) == [code]


def test_a_file_that_did_not_parse_may_be_changed(call: Call, work: Path) -> None:
    done = call("create", path="new.py", content="def f(:\n    pass")
    assert done.returncode == 0
    assert "warning: new.py does not parse: SyntaxError at line 1" in done.stdout
    assert "warning" in call("str_replace", path="new.py", old="f(", new="g(").stdout
    assert "warning" not in call("str_replace", path="new.py", old="(:", new="():").stdout
    assert (work / "new.py").read_text() == "def g():\n    pass\n"


def test_other_files_are_not_parsed(call: Call, work: Path) -> None:
    assert "warning" not in call("create", path="notes.txt", content="def f(:").stdout


def test_newlines_bytes_and_modes_stay(call: Call, work: Path) -> None:
    path = work / "run.sh"
    path.write_bytes(b"echo \xff\r\necho two\r\n")
    path.chmod(0o750)
    (work / "link").symlink_to("run.sh")
    assert call("str_replace", path="link", old="two\n", new="2\necho 3\n").returncode == 0
    assert path.read_bytes() == b"echo \xff\r\necho 2\r\necho 3\r\n"
    assert path.stat().st_mode & 0o777 == 0o750
    assert (work / "link").is_symlink()


def test_a_long_change_is_shown_by_its_ends(call: Call, work: Path) -> None:
    (work / "a.txt").write_text("top\nbottom\n")
    lines = call("insert", path="a.txt", line=1, text="\n".join(map(str, range(100)))).stdout.splitlines()
    assert len(lines) < 32
    assert lines[1].endswith("| top") and "..." in lines and lines[-1].endswith("| bottom")


def test_an_unwritable_place_is_one_line(call: Call) -> None:
    done = call("create", path="/proc/nothing/here.txt", content="x")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1 and "/proc/nothing" in done.stderr


def test_typed_by_hand(bash: Call, work: Path) -> None:
    done = bash("create a.py << 'E' && edit_lines a.py 1:1 <<< 'x = 2' && show a.py\nx = 1\nE\n")
    assert done.stdout.endswith("a.py: lines 1-1 of 1\n 1| x = 2\n")
    for line, complaint in {
        "create": "create: expected 1 argument, got 0\nusage: create <path> << 'END'",
        "create a.py 'x = 3'": "expected 1 argument, got 2",
        "show a.py 3": "lines are written start:end, not '3'",
        "show a.py x:": "start must be a whole number, not 'x'",
        "edit_lines a.py 1:": "both start and end are needed",
        "insert a.py top": "the line must be a whole number",
        "str_replace a.py ''": "the old text is empty",
    }.items():
        done = bash(line)
        assert done.returncode == 2, line
        assert complaint in done.stderr
