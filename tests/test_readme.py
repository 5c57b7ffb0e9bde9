"""What the README tells a newcomer to type works as written."""

from __future__ import annotations

import importlib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from synth_gym.cli.main import make_parser

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
SHELL = "\n".join(re.findall(r"```sh\n(.*?)```", README, re.S))
COMMANDS = re.findall(r"^synth-gym (\w+) *(.*)$", SHELL, re.M)


def test_the_ten_lines_print_the_baselines_reward() -> None:
    [code] = re.findall(r"```python\n(.*?)```", README, re.S)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    assert "## Submission" in done.stdout and "Public score (log_loss, lower is better):" in done.stdout
    reward, outcome = done.stdout.splitlines()[-1].split()
    assert -0.5 < float(reward) < 0.5 and outcome == "submitted"


@pytest.mark.parametrize(("verb", "arguments"), COMMANDS, ids=lambda value: value[:40])
def test_every_command_is_one_that_the_program_takes(verb: str, arguments: str) -> None:
    parser = make_parser(verb, importlib.import_module(f"synth_gym.cli.{verb}"))
    assert parser.parse_args(shlex.split(arguments, comments=True))


def test_the_readme_shows_the_loop() -> None:
    loop = {"list", "synthesize", "certify", "rollout", "replay", "export", "train", "evaluate", "leaderboard", "view"}
    assert loop <= {verb for verb, _ in COMMANDS}
