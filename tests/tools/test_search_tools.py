"""The search tools, each in a process of its own."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from synth_gym.tools import Toolset

Call = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def call(bash: Call, work: Path) -> Call:
    """Calls a tool over a small tree."""
    tools = Toolset.default()
    for name, text in {
        "train.py": "import os\nvalue = 1  # it's $5 (total)\n",
        "lib/model.py": "import os\nclass Model:\n    value = 2\n",
        "lib/notes.md": "value\n",
        ".git/config": "value\n",
        "lib/__pycache__/model.pyc": "value\n",
    }.items():
        path = work / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (work / "weights.bin").write_bytes(b"\0value\n")

    def run(name: str, /, **arguments: object) -> subprocess.CompletedProcess[str]:
        return bash(tools.render(name, arguments), tools)

    return run


def test_find_file(call: Call) -> None:
    assert call("find_file", name="*.py").stdout == "train.py\nlib/model.py\n"
    assert call("find_file", name="mod").stdout == "lib/model.py\n"
    assert call("find_file", name="m*", folder="lib").stdout == "lib/model.py\n"
    nothing = call("find_file", name="*.csv")
    assert (nothing.returncode, nothing.stdout) == (1, "no file named '*.csv' below .\n")


def test_find_file_is_capped(call: Call, work: Path) -> None:
    for n in range(130):
        (work / f"part-{n:03}").touch()
    lines = call("find_file", name="part-").stdout.splitlines()
    assert (len(lines), lines[99], lines[100]) == (
        101,
        "part-099",
        "(30 more files: narrow the name or the folder)",
    )


def test_search_dir(call: Call) -> None:
    assert call("search_dir", text="value").stdout == (
        "train.py:2: value = 1  # it's $5 (total)\nlib/model.py:3:     value = 2\nlib/notes.md:1: value\n"
    )
    assert call("search_dir", text="it's $5 (").stdout.startswith("train.py:2: ")
    assert call("search_dir", text="value", folder="lib").stdout.startswith("lib/model.py:3: ")
    nothing = call("search_dir", text="v.lue")
    assert (nothing.returncode, nothing.stdout) == (1, "no line contains 'v.lue' below .\n")


def test_search_is_capped_in_lines_and_width(call: Call, work: Path) -> None:
    (work / "big.csv").write_text("".join(f"needle {n}\n" for n in range(1000)))
    lines = call("search_dir", text="needle").stdout.splitlines()
    assert len(lines) == 51
    assert lines[-1] == "(950 more lines: narrow the text or the folder)"
    assert (
        call("search_file", text="needle", path="big.csv").stdout.splitlines()[-1]
        == "(950 more lines: narrow the text)"
    )
    (work / "wide.json").write_text(f"{'a' * 5000}needle{'b' * 5000}\n")
    (line,) = call("search_file", text="needle", path="wide.json").stdout.splitlines()
    assert line == f"1: ...{'a' * 80}needle{'b' * 194}..."


def test_search_file(call: Call) -> None:
    assert call("search_file", text="o", path="lib/model.py").stdout == "1: import os\n2: class Model:\n"
    assert call("search_file", text="zebra", path="lib/model.py").stdout == "no line of lib/model.py contains 'zebra'\n"


@pytest.mark.parametrize(
    ("name", "arguments", "complaint"),
    [
        ("search_file", {"text": "x", "path": "gone.py"}, "search_file: gone.py: No such file or directory"),
        ("search_file", {"text": "x", "path": "lib"}, "search_file: lib is not a regular file"),
        ("search_file", {"text": "a\nb", "path": "train.py"}, "the text must lie within one line"),
        ("search_dir", {"text": "x", "folder": "gone"}, "search_dir: gone is not a folder"),
        ("find_file", {"name": "x", "folder": "train.py"}, "find_file: train.py is not a folder"),
        ("search_dir", {"text": ""}, "usage: search_dir <text> [<folder>]"),
    ],
)
def test_search_says_what_is_wrong(call: Call, name: str, arguments: dict[str, object], complaint: str) -> None:
    done = call(name, **arguments)
    assert done.returncode in (1, 2)
    assert done.stderr.rstrip("\n").endswith(complaint)
    assert done.stdout == ""
