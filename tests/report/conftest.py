"""A report over real episodes, and a real browser to open it in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge, Limits
from synth_gym.policies.base import Action, Usage
from synth_gym.policies.scripted import ScriptedPolicy
from synth_gym.report import build_report
from synth_gym.rollout import Record, run_episode, write_record
from synth_gym.rollout.record import PolicyInfo

HOSTILE_MARKUP = (
    "</code></pre></article></main></body><script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'>"
)
HOSTILE_BYTES = (
    r"printf '\x00\x01\x07\x1b[31mred\x1b[0m \xff\xfe \xe2\x80\xae dlrow \xed\xa0\x80 10%%\r100%%\n{{ 7*7 }} &amp;'"
)


def bash(command: str, thought: str = "", **more: Any) -> Action:
    return Action("bash", {"command": command}, thought=thought, **more)


def engineer(solution: str) -> list[Action]:
    """A plausible episode with everything that a page must be able to show."""
    return [
        bash("cat instruction.md", "Let me read the task once more.", usage=Usage(900, 40, 0.002)),
        bash("python baseline.py && validate", "First something valid.\n\nThen something better."),
        Action("create", {"path": "solve.py", "content": solution}, thought="A line through the points."),
        Action("str_replace", {"path": "solve.py", "old": "import csv", "new": "import csv  # standard library"}),
        bash("python slove.py", reasoning="The file is called solve.py, I think."),
        bash("python solve.py && validate", "I had mistyped the name."),
        Action("", {}, thought="I think I am done.", error="The reply holds no tool call."),
        bash("for i in $(seq 100); do echo line $i; done; submit", "Hand it in."),
    ]


def attacker() -> list[Action]:
    return [
        bash(f"echo {HOSTILE_MARKUP!r}", HOSTILE_MARKUP, reasoning=HOSTILE_MARKUP),
        bash(HOSTILE_BYTES),
        Action("show", {"path": '"><img src=x onerror="window.pwned = 3">'}, thought="<b>bold</b>"),
        bash("submit"),
    ]


@pytest.fixture(scope="session")
def records(tiny_challenge: Challenge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Episodes of three policies on two challenges, one of which has markup in its title."""
    folder = tmp_path_factory.mktemp("records")
    solution = (tiny_challenge.solution / "solution.py").read_text(encoding="utf-8")
    scripts = {
        "engineer": engineer(solution),
        "<i>attacker</i>": attacker(),
        "baseline": [bash("python baseline.py && validate && submit")],
    }
    for number, (name, script) in enumerate(scripts.items()):
        policy = PolicyInfo(name=name)
        record = run_episode(tiny_challenge, ScriptedPolicy(script), limits=Limits(steps=12), player=policy)
        for seed in (0, 1):
            write_record(_on(record, "TinyLine-v0", "A line", seed), folder / f"line-{number}-{seed}.traj")
            write_record(
                _on(record, "OtherLine-v0", "Another <u>line</u> & more", seed), folder / f"other-{number}-{seed}.traj"
            )
    return folder


def _on(record: Record, name: str, title: str, seed: int) -> Record:
    return record.model_copy(update={"env_id": f"synth-ml/{name}", "title": title, "seed": seed})


@pytest.fixture(scope="session")
def report(records: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a report over them."""
    out = tmp_path_factory.mktemp("report")
    build_report([records], out)
    return out


@pytest.fixture(scope="session")
def driver(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Headless Chromium with an empty profile."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    chromium, chromedriver = shutil.which("chromium"), shutil.which("chromedriver")
    if not chromium or not chromedriver:
        pytest.skip("chromium and chromedriver are not installed")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for argument in (
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
        "--window-size=1280,900",
        f"--user-data-dir={tmp_path_factory.mktemp('profile')}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(chromedriver))
    yield browser
    browser.quit()
