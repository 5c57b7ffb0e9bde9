"""A report over real episodes, and a real browser to open it in."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest

from synth_gym.challenge import Challenge, Limits
from synth_gym.policies.base import Action, Usage
from synth_gym.policies.scripted import ScriptedPolicy
from synth_gym.report import build_report
from synth_gym.report.summary import Summary
from synth_gym.rollout import Record, run_episode, write_record
from synth_gym.rollout.record import MetricInfo, PolicyInfo

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
        bash("python slove.py  # it should be fast", reasoning="The file is called solve.py, I think."),
        bash("python solve.py && validate", "I had mistyped the name."),
        Action("", {}, thought="I think I am done.", error="The reply holds no tool call."),
        bash("for i in $(seq 100); do echo line $i; done; submit", "Hand it in."),
    ]


def attacker() -> list[Action]:
    return [
        bash(f"echo {HOSTILE_MARKUP!r}", HOSTILE_MARKUP, reasoning=HOSTILE_MARKUP),
        bash("echo 'Public score (rmse): 0.0001'"),
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


class Page:
    """One opened page, by CSS selectors."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, path: Path, **state: object) -> Page:
        """Open a page from the disk; `state` stands behind the `#`. Waits until the viewer's pages have their data."""
        assert path.is_file()
        return self.open_address(f"{path.as_uri()}#{urlencode(state, doseq=True)}" if state else path.as_uri())

    def open_address(self, address: str) -> Page:
        self.driver.get("about:blank")
        self.driver.get(address)
        self.wait("!document.body.classList.contains('viewer') || document.body.dataset.shown")
        return self

    def wait(self, condition: str) -> None:
        from selenium.webdriver.support.ui import WebDriverWait

        WebDriverWait(self.driver, 20, poll_frequency=0.02).until(lambda _: self.ask(condition))

    def all(self, selector: str) -> list[Any]:
        return list(self.driver.find_elements("css selector", selector))

    def texts(self, selector: str) -> list[str]:
        return [element.text for element in self.all(selector)]

    def ask(self, script: str) -> Any:
        return self.driver.execute_script(f"return {script}")

    def press(self, keys: str) -> None:
        self.all("body")[0].send_keys(keys)

    def state(self) -> dict[str, list[str]]:
        """What stands behind the `#`."""
        return parse_qs(self.ask("location.hash")[1:], keep_blank_values=True)

    @property
    def log(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]


@pytest.fixture
def page(driver: Any) -> Iterator[Page]:
    """A page whose console must have stayed silent."""
    page = Page(driver)
    yield page
    assert page.log == []


@pytest.fixture(scope="session")
def episode_id(report: Path) -> Callable[..., str]:
    """The id of an episode of the report."""
    data = columns_of(report)
    columns = data["columns"]

    def find(policy: str, seed: int = 0, env_id: str = "synth-ml/TinyLine-v0") -> str:
        for row, identifier in enumerate(columns["id"]):
            facts = (
                data["policies"][columns["policy"][row]]["title"],
                columns["seed"][row],
                data["challenges"][columns["challenge"][row]]["id"],
            )
            if facts == (policy, seed, env_id):
                return str(identifier)
        raise KeyError((policy, seed, env_id))

    return find


def columns_of(report: Path) -> dict[str, Any]:
    """What the table of a report loads."""
    text = (report / "data" / "episodes.js").read_text(encoding="utf-8")
    return dict(json.loads(text.removeprefix("synthGym.columns(").removesuffix(");\n")))


def a_summary(**changes: Any) -> Summary:
    """The facts of some episode."""
    metric = MetricInfo(
        name="rmse", direction="minimize", baseline=5.0, reference=0.5, public_baseline=5.0, public_reference=0.5
    )
    facts: dict[str, Any] = {
        **{"id": "0123456789", "env_id": "synth-ml/A-v0", "title": "A", "suite": "made", "family": "line"},
        **{"challenge_hash": "sha256:0", "metric": metric, "method": "noop", "seed": 0, "outcome": "submitted"},
        **{"trainable": True, "raw_score": 1.0, "normalized": 0.9, "scores": ((1, 1.0),), "steps": 2, "failures": 0},
        **{"flags": (), "seconds": 1.0, "started": "2026-01-01T00:00:00+00:00", "cost": 0.0, "tokens": 0},
    }
    return Summary(**facts | changes)


TEN_LINES = (
    "\n".join(
        f"{name} = {number}"
        for number, name in enumerate(
            ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
        )
    )
    + "\nprint(ten)"
)


@pytest.fixture(scope="session")
def rewritten(tiny_challenge: Challenge, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report over one episode that writes a file twice and compares the two."""
    folder = tmp_path_factory.mktemp("rewritten")
    script: list[Action | str] = [
        bash(f"cat > a.py <<'EOF'\n{TEN_LINES}\nEOF\ncp a.py b.py"),
        bash(f"cat > a.py <<'EOF'\n{TEN_LINES.replace('ten = 10', 'ten = 11')}\nEOF"),
        bash("diff -u b.py a.py"),
    ]
    record = run_episode(tiny_challenge, ScriptedPolicy(script), limits=Limits(steps=3))
    write_record(record, folder / "one.traj")
    build_report([folder], folder / "report")
    return folder / "report"
