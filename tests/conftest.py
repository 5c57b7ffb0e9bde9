"""Fixtures that every room's tests share."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge

TINY_SUITE = Path(__file__).parent / "data" / "tiny"


@pytest.fixture(scope="session")
def tiny_suite() -> Path:
    """A hand-made suite that plays in milliseconds, with the standard library alone."""
    return TINY_SUITE


@pytest.fixture(scope="session")
def tiny_challenge() -> Challenge:
    """Fit a line: `python baseline.py` predicts the mean, `solution/solution.py` solves it."""
    return Challenge.load(TINY_SUITE / "TinyLine-v0")


@pytest.fixture
def editable_challenge(tmp_path: Path) -> Path:
    """A copy of the tiny challenge's folder that a test may change."""
    return Path(shutil.copytree(TINY_SUITE / "TinyLine-v0", tmp_path / "suite" / "TinyLine-v0"))


@pytest.fixture
def solved(tiny_challenge: Challenge) -> str:
    """A command line that writes the reference solution and runs it."""
    code = (tiny_challenge.solution / "solution.py").read_text(encoding="utf-8")
    return f"cat > solve.py <<'END_OF_FILE'\n{code}\nEND_OF_FILE\npython solve.py"


class Cli:
    """Runs `synth-gym` as a user does: a process of its own."""

    def __call__(
        self, *arguments: object, timeout: float = 120, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "synth_gym.cli.main", *map(str, arguments)],
            capture_output=True,
            text=True,
            timeout=timeout,
            env=os.environ | environment,
            check=False,
        )

    def json(self, *arguments: object, **options: Any) -> Any:
        """The parsed result of a call that must succeed."""
        done = self(*arguments, "--json", **options)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def refusal(self, *arguments: object, **options: Any) -> str:
        """The one line of a call that must be refused with exit code 2."""
        done = self(*arguments, **options)
        assert done.returncode == 2, (done.returncode, done.stdout, done.stderr)
        lines = done.stderr.strip().splitlines()
        assert len(lines) == 1 and "Traceback" not in done.stderr, done.stderr
        return lines[0]


@pytest.fixture(scope="session")
def cli() -> Callable[..., Any]:
    return Cli()
