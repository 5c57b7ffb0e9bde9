"""What a rollout shows while it runs: on a real terminal, and elsewhere."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

from synth_gym.outcome import Outcome
from synth_gym.rollout.live import Tally
from synth_gym.rollout.worker import Summary


def summary(normalized: float | None, outcome: Outcome = Outcome.SUBMITTED, tokens: int = 0) -> Summary:
    return Summary("env", "p", 0, outcome, outcome.trainable, 0.0, normalized, False, "", tokens, tokens / 1000)


def test_a_tally_counts_outcomes_scores_and_money() -> None:
    tally = Tally([summary(0.0), summary(1.0, tokens=2000)], budget=5.0)
    for _ in range(3):
        tally.begin()
    tally.add(summary(9.0))
    tally.add(summary(-4.0))
    tally.add(None)
    shown = str(tally)
    assert "submitted 4 · mean 1.500 -1 █▁▁▁█▁▁▁██ 1.5 · $2.00 of $5 · 0 tokens/s" in shown and "running" not in shown
    tally.begin()
    assert str(tally).startswith("1 running · submitted 4")


def test_what_is_not_trainable_has_no_score_in_it() -> None:
    tally = Tally([summary(0.7, Outcome.SANDBOX_DIED), summary(None)], budget=None)
    assert str(tally) == "sandbox_died 1 · submitted 1"


def test_a_terminal_shows_a_bar_and_figures_and_stdout_only_the_result(tiny_suite: Path, tmp_path: Path) -> None:
    terminal, theirs = pty.openpty()
    command = ("rollout", "--suite", tiny_suite, "--policy", "baseline", "--episodes", "3", "--out", tmp_path, "--json")
    done = subprocess.Popen(
        [sys.executable, "-m", "synth_gym.cli.main", *map(str, command)],
        env=os.environ | {"TERM": "xterm", "COLUMNS": "120"},
        stdout=subprocess.PIPE,
        stderr=theirs,
    )
    os.close(theirs)
    drawn = b""
    with suppress(OSError):  # the terminal's other side is closed
        while part := os.read(terminal, 65536):
            drawn += part
    os.close(terminal)
    assert done.communicate()[0].startswith(b"{") and done.returncode == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", drawn.decode())
    assert "2 running" in text and "3/3" in text and "submitted 3 · mean 0.000 -1 ▁▁▁▁█▁▁▁▁▁ 1.5" in text
