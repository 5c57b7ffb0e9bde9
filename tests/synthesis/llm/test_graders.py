"""A model's grader may compare and nothing else: it runs where no sandbox is."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth_gym.synthesis.draft import DrawRejectedError
from synth_gym.synthesis.llm.graders import check_grader

HEAD = "import csv\nimport numpy as np\nfrom pathlib import Path\n"
GOOD = f'''{HEAD}
from statistics import fmean

def _near(one: float, other: float) -> bool:
    return abs(one - other) < 0.5

def score(submission: Path, labels: list[dict[str, str]]) -> float:
    """Share of rows that are nearly right."""
    with submission.open(newline="") as file:
        given = {{row["id"]: float(row["y"]) for row in csv.DictReader(file)}}
    try:
        return fmean(_near(given[row["id"]], float(row["y"])) for row in labels)
    except KeyError as error:
        raise ValueError(f"no id {{error}}")
'''


@pytest.mark.parametrize(
    "script", sorted(Path("tests/servers/author_scripts").glob("grader_*.py")), ids=lambda p: p.stem
)
def test_the_playgrounds_graders_are_fine(script: Path) -> None:
    check_grader(script.read_text())


def test_a_grader_that_compares_is_fine() -> None:
    check_grader(GOOD)
    check_grader(
        "import numpy as np\ndef score(submission, labels):\n    return float(np.mean(np.abs(np.array([1.0]))))\n"
    )


@pytest.mark.parametrize(
    "line",
    [
        "import os",
        "import urllib.request",
        "from pathlib import PurePath",
        "from os import path",
        "import statistics; statistics.sys.exit()",
        "from csv import re",
        "open('/etc/passwd').read()",
        "Path('/etc/passwd').read_text()",
        "submission.parent",
        "str(submission)",
        "where = submission",
        "eval('1')",
        "__import__('os')",
        "getattr(labels, 'x')",
        "labels.__class__.__bases__",
        "np.load('x.npy')",
        "np.array([1]).tofile('x')",
        "np.lib.format",
        "globals()",
        "class A: pass",
        "numbers = np; numbers.f2py",
        "[np][0]",
        "from typing import get_type_hints",
        "from functools import singledispatch",
        "x: open('/etc/passwd') = 1",
        "def inner(x: __import__('os').system('true')): ...",
        "from . import grade",
        "(lambda eval: 1)(0); eval('1')",
        "open = print",
    ],
)
def test_anything_else_is_refused(line: str) -> None:
    with pytest.raises(DrawRejectedError) as error:
        check_grader(f"{HEAD}def score(submission, labels):\n    {line}\n    return 1.0\n")
    assert error.value.reason == "grader does more than compare" and error.value.detail
