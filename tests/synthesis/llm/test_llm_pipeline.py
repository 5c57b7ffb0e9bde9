"""All stages, against the playground's Hub and author: bad data, bad replies, bad weather, and SIGKILL."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from synth_gym.certificate import is_certified
from synth_gym.challenge import Challenge, load_suite_file
from synth_gym.errors import SynthGymError
from synth_gym.policies.settings import Price
from synth_gym.policies.spending import CostBudget
from synth_gym.suite import Suite
from synth_gym.synthesis.llm.pipeline import FOLDER, Plan, synthesize_with_model
from synth_gym.synthesis.llm.report import LlmReport
from synth_gym.synthesis.llm.settings import LlmSettings, load_settings
from tests.servers.author_plan import Plan as Mistakes
from tests.servers.author_server import AuthorServer
from tests.servers.hub_server import HubServer
from tests.servers.weather import Weather

SEED = 1
TITLE = "Train cost on a journey between two cities"
"""The first topic of the author with this seed and these mistakes."""
MISTAKES = Mistakes(traps=0.5, titles={TITLE: "wrong-names"})
TOPICS = 3
STORM = Weather(rate_limited=0.15, server_error=0.1, half_closed=0.05)
PRICE = Price(prompt=1, completion=2)
SETTINGS = """
access: {price: {prompt: 1, completion: 2}, sampling: {max_tokens: 4096}}
debugging: {command_seconds: 60, p_debug: 1}
candidates: 1
"""


@pytest.fixture(scope="module")
def settings_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("settings") / "settings.yaml"
    path.write_text(SETTINGS)
    return path


def settings_for(file: Path, model_url: str, hub_url: str) -> LlmSettings:
    loaded = load_settings(file)
    access = loaded.access.model_copy(update={"model": "author", "base_url": model_url})
    return loaded.model_copy(update={"access": access, "hub": loaded.hub.model_copy(update={"url": hub_url})})


@dataclass
class Whole:
    """A run that nobody interrupted."""

    plan: Plan
    settings: LlmSettings
    report: LlmReport
    answered: dict[str, int]
    """Tokens that the server counted."""
    most_answers: int


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory, settings_file: Path) -> Iterator[Whole]:
    """Through a storm of 429, 5xx and cut answers, from both servers."""
    with pytest.MonkeyPatch.context() as patch, HubServer(weather=STORM) as hub:
        patch.setenv("OPENAI_API_KEY", "none")
        with AuthorServer(MISTAKES, weather=STORM) as author:
            settings = settings_for(settings_file, author.url, hub.origin)
            plan = Plan(tmp_path_factory.mktemp("whole") / "suite", TOPICS, SEED, workers=2)
            report = synthesize_with_model(plan, settings)
            assert sum(author.sky.counts.to_json().values()) + sum(hub.sky.counts.to_json().values()) > 0
            yield Whole(plan, settings, report, dict(author.tokens), max(author.replies.values()))


def test_every_topic_has_one_fate(whole: Whole) -> None:
    report = whole.report
    turned_down = sum(reasons.total() for reasons in report.rejected.values())
    assert not report.unfinished
    assert turned_down + report.registered == TOPICS
    assert report.registered >= 1
    assert set(report.rejected["ground"]) == {"dataset has too few rows"}


def test_what_is_registered_is_certified_and_says_where_it_is_from(whole: Whole) -> None:
    challenges = Suite.load(whole.plan.out).challenges
    assert len(challenges) == whole.report.registered
    for challenge in challenges:
        assert is_certified(challenge)
        made, data = challenge.spec.provenance, challenge.spec.dataset
        assert (made.generator, made.model, data.source) == ("llm", "author", "huggingface")
        assert len(data.revision) == 40
        assert not (challenge.workspace / "data" / "labels.csv").exists()
    splits = load_suite_file(whole.plan.out).splits
    assert sorted(name for names in splits.values() for name in names) == [one.path.name for one in challenges]


def test_a_failure_goes_back_to_the_model_and_is_mended(whole: Whole) -> None:
    assert whole.report.mended["baseline fails"] >= 1
    steps = whole.plan.out / FOLDER
    first, second = (json.loads((steps / f"write/t00001-{number}.json").read_text())["result"] for number in (1, 2))
    failure = json.loads((steps / "debug/t00001-1.json").read_text())["result"]["failure"]
    assert (first["how"], second["how"]) == ("new", "mended")
    assert failure["stage"] == "run" and "Traceback" in failure["message"] and "KeyError" in failure["message"]
    assert json.loads((steps / "certify/t00001.json").read_text())["result"]["mended"] == ["baseline fails"]


def test_the_cost_is_what_the_server_counted(whole: Whole) -> None:
    assert whole.report.cost == pytest.approx(PRICE.of(whole.answered["prompt"], whole.answered["completion"]))
    assert whole.most_answers == 1


def test_a_rerun_costs_nothing_and_needs_no_server(whole: Whole) -> None:
    before = digest(whole.plan.out)
    again = synthesize_with_model(Plan(whole.plan.out, TOPICS, SEED, offline=True), whole.settings)
    assert again.paid_now == 0
    assert again.to_json() | {"paid_now": whole.report.paid_now} == whole.report.to_json()
    assert digest(whole.plan.out) == before


def test_a_folder_of_another_model_is_refused(whole: Whole) -> None:
    other = whole.settings.model_copy(update={"access": whole.settings.access.model_copy(update={"model": "other"})})
    with pytest.raises(SynthGymError, match="choose another folder with --out"):
        synthesize_with_model(whole.plan, other)


def digest(folder: Path) -> dict[str, str]:
    """What the challenges of a suite hold; certificates also say how long they took."""
    files = (path for one in folder.glob("*-v0") for path in one.rglob("*") if path.is_file())
    kept = sorted(path for path in files if path.name != "certificate.json")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in kept}


MOMENTS: list[Callable[[Path], bool]] = [
    lambda out: any((out / FOLDER / "cache" / "calls").rglob("*.json")),
    lambda out: any((out / FOLDER / "ground").glob("t*.json")),
    lambda out: any((out / FOLDER / "write").glob("t*.json")),
    lambda out: any(out.glob(".unfinished-*/*/workspace/baseline.py")),
    lambda out: any((out / FOLDER / "debug").glob("t*.json")),
]
"""When the run is killed, one after the other."""


def test_a_run_that_is_killed_ends_with_the_same_challenge(whole: Whole, settings_file: Path, tmp_path: Path) -> None:
    out = tmp_path / "suite"
    with HubServer() as hub, AuthorServer(MISTAKES) as author:
        command = [sys.executable, "-m", "synth_gym.cli.main", "synthesize", "--generator", "llm", "--topics", "1"]
        command += ["--seed", str(SEED)]
        command += ["--model", "author", "--base-url", author.url, "--hub", hub.origin, "--budget", "2"]
        command += ["--settings", str(settings_file), "--out", str(out), "--workers", "1", "--json"]
        killed = sum(kill_when(moment, command, out) for moment in MOMENTS)
        ended = subprocess.run(command, capture_output=True, text=True, timeout=300, check=True)
        answers = author.replies.copy()
    assert killed >= 3
    assert json.loads(ended.stdout)["funnel"]["registered"] == 1
    folder = next(out.glob("*-v0"))
    assert {path: one for path, one in digest(whole.plan.out).items() if path.startswith(folder.name)} == digest(out)
    assert is_certified(Challenge.load(folder))
    # A call may have been on its way when the run was killed; nothing else was asked again.
    assert answers.total() - len(answers) <= killed
    assert CostBudget(out / FOLDER / "spent.json", 2).spent <= 2
    assert not list(out.glob(".unfinished-*"))


def kill_when(moment: Callable[[Path], bool], command: list[str], out: Path) -> bool:
    """Start a run and kill it at a moment; False if it ended before."""
    run = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while run.poll() is None and not moment(out):
        time.sleep(0.005)
    ended = run.poll() is not None
    run.kill()
    run.wait()
    return not ended
