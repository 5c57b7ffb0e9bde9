"""Scripts measured over seeds: forks must do what processes of their own do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from synth_gym.challenge import Challenge, Limits
from synth_gym.grading.measure import BASELINE, REFERENCE, run_script
from synth_gym.grading.workbench import Workbench, installed_imports

TINY = Path(__file__).parents[1] / "data/tiny/TinyLine-v0"


@pytest.fixture
def tiny(tmp_path: Path) -> Challenge:
    """A copy of the tiny challenge whose scripts may be rewritten."""
    return Challenge.load(shutil.copytree(TINY, tmp_path / TINY.name))


def rewrite(challenge: Challenge, script: str, text: str) -> None:
    (challenge.path / script).write_text(text, encoding="utf-8")


@pytest.mark.parametrize("back_end", ["bubblewrap", "process"])
@pytest.mark.filterwarnings("ignore:the 'process' sandbox")
def test_forks_earn_what_processes_of_their_own_earn(tiny: Challenge, back_end: str) -> None:
    with Workbench(tiny, (BASELINE, REFERENCE), back_end) as bench:
        measured = [*bench.run(BASELINE, (0, 1)), *bench.run(REFERENCE, (0, 1))]
    alone = [*run_script(tiny, BASELINE, (0, 1)), *run_script(tiny, REFERENCE, (0, 1))]
    assert [run.submission for run in measured] == [run.submission for run in alone]
    assert [run.private for run in measured] == [run.private for run in alone]
    assert [run.result.output for run in measured] == [run.result.output for run in alone]
    assert measured[0].usage and not measured[0].failure


def test_a_run_sees_its_seed_and_nothing_of_the_runs_before(tiny: Challenge) -> None:
    rewrite(
        tiny,
        BASELINE,
        "import os, sys, glob, csv, pathlib\n"
        "print(os.environ['SEED'], sys.argv, sys.path[0], __name__, sorted(glob.glob('*')), glob.glob('/tmp/left'))\n"
        "for place in ('left', '/tmp/left'): pathlib.Path(place).touch()\n",
    )
    with Workbench(tiny, (BASELINE,)) as bench:
        said = [run.result.output for run in bench.run(BASELINE, (7, 8, 9))]
    files = "['baseline.py', 'data', 'instruction.md', 'sample_submission.csv']"
    assert said == [f"{seed} ['baseline.py'] /workspace __main__ {files} []\n" for seed in (7, 8, 9)]


def test_what_draws_from_the_global_generator_differs_from_run_to_run(tiny: Challenge) -> None:
    rewrite(tiny, BASELINE, "import numpy, random\nprint(numpy.random.random(), random.random())\n")
    with Workbench(tiny, (BASELINE,)) as bench:
        said = {word for run in bench.run(BASELINE, (0, 0, 0)) for word in run.result.output.split()}
    assert len(said) == 6


@pytest.mark.parametrize(
    ("text", "exit_code", "said"),
    [
        ("import sys\nsys.exit(3)\n", 3, ""),
        ("import sys\nsys.exit('no data')\n", 1, "no data\n"),
        ("import os\nprint('half', flush=True)\nos.kill(os.getpid(), 9)\n", 137, "half\n"),
        ("1 / 0\n", 1, "ZeroDivisionError: division by zero\n"),
        ("def f(:\n", 1, "SyntaxError"),
        ("import nothing_like_it\n", 1, "ModuleNotFoundError"),
    ],
)
def test_a_script_that_fails_says_why(tiny: Challenge, text: str, exit_code: int, said: str) -> None:
    rewrite(tiny, BASELINE, text)
    with Workbench(tiny, (BASELINE,)) as bench:
        runs = bench.run(BASELINE, (0, 1))
    assert [run.result.exit_code for run in runs] == [exit_code] * 2
    assert all(said in run.result.output and run.failure and run.submission is None for run in runs)


def test_after_a_time_limit_the_next_run_is_sound(tiny: Challenge) -> None:
    limits = Limits(command_seconds=6.0)
    hasty = Challenge(tiny.path, tiny.spec.model_copy(update={"limits": limits}))
    rewrite(
        tiny, BASELINE, "import os, time\nprint(os.environ['SEED'])\nif os.environ['SEED'] == '1': time.sleep(600)\n"
    )
    with Workbench(hasty, (BASELINE,)) as bench:
        runs = bench.run(BASELINE, (0, 1, 2, 3))
    assert [run.result.timed_out for run in runs] == [False, True, False, False]
    assert [run.result.output for run in runs] == [f"{seed}\n" for seed in range(4)]


def test_only_installed_modules_are_imported_beforehand(tiny: Challenge) -> None:
    rewrite(tiny, BASELINE, "import csv, data, os.path as path\nfrom json import loads, tool\nfrom . import sibling\n")
    assert installed_imports([tiny.path / BASELINE]) == ["csv", "os.path", "json.loads", "json.tool"]
