"""Runs that never reach a sandbox, because no dataset does: what is turned down, what waits, what is replayed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from synth_gym.challenge import load_suite_file
from synth_gym.policies.spending import CostBudget
from synth_gym.synthesis.llm.pipeline import FOLDER, Plan, synthesize_with_model
from synth_gym.synthesis.llm.report import LlmReport
from synth_gym.synthesis.llm.settings import LlmSettings
from tests.servers.author_plan import Plan as Mistakes
from tests.servers.author_server import AuthorServer
from tests.servers.hub_server import HubServer
from tests.servers.weather import Weather

TOPICS = 10


def settings(author: AuthorServer, hub: HubServer, **changes: object) -> LlmSettings:
    """One proposal for each topic, and no dataset has as many rows as are asked for: none gets as far as a sandbox."""
    price, sampling = {"prompt": 1, "completion": 1}, {"max_tokens": 2000}
    access = {"model": "author", "base_url": author.url, "price": price, "sampling": sampling}
    given = {"access": access, "hub": {"url": hub.origin, "retries": 0}, "candidates": 1}
    given["rows"] = {"least": 10**6}
    return LlmSettings.model_validate(given | changes)


def run(out: Path, given: LlmSettings, **options: object) -> LlmReport:
    return synthesize_with_model(Plan(out, TOPICS, **options), given)  # type: ignore[arg-type]


def test_every_bad_dataset_has_a_name(hub_server: HubServer, tmp_path: Path) -> None:
    with AuthorServer(Mistakes(traps=1)) as author:
        report = run(tmp_path, settings(author, hub_server))
    assert report.registered == report.funnel["grounded"] == 0
    assert report.rejected["ground"].total() == report.turned_down.total() == TOPICS == report.funnel["proposed"]
    assert len(report.rejected["ground"]) >= 4
    assert load_suite_file(tmp_path).splits == {"train": (), "test": ()}
    assert json.loads((tmp_path / FOLDER / "report.json").read_text()) == report.to_json()


def test_topics_wait_when_the_money_is_used_up(hub_server: HubServer, tmp_path: Path) -> None:
    budget = 0.005
    with AuthorServer(Mistakes(traps=1)) as author:
        short = run(tmp_path, settings(author, hub_server, budget=budget))
        assert CostBudget(tmp_path / FOLDER / "spent.json", 1).spent <= budget
        assert short.unfinished["the budget is spent"] > 0 and short.funnel["proposed"] < TOPICS
        whole = run(tmp_path, settings(author, hub_server, budget=100 * budget))
        assert max(author.replies.values()) == 1
    assert not whole.unfinished and whole.funnel["proposed"] == TOPICS
    assert short.paid_now + whole.paid_now == sum(one["calls"] for one in whole.usage.values())


def test_topics_wait_for_a_hub_that_fails(tmp_path: Path) -> None:
    with AuthorServer(Mistakes(traps=1)) as author, HubServer(weather=Weather(server_error=1)) as hub:
        down = run(tmp_path, settings(author, hub))
        hub.weather = Weather()
        up = run(tmp_path, settings(author, hub))
    assert down.unfinished == {"the Hub fails": TOPICS} and not down.rejected["ground"]
    assert not up.unfinished and up.rejected["ground"].total() == TOPICS and up.paid_now == 0


def test_bad_replies_are_mended_or_named(hub_server: HubServer, tmp_path: Path) -> None:
    with AuthorServer(Mistakes(traps=1, share=1, faults=("cut-off", "not-json", "wrong-schema"))) as author:
        report = run(tmp_path, settings(author, hub_server))
    assert report.funnel["proposed"] == TOPICS
    # Every proposal came at the second try.
    assert report.usage["proposals"]["calls"] == 2 * TOPICS


def test_a_run_is_replayed_elsewhere_without_servers(hub_server: HubServer, tmp_path: Path) -> None:
    with AuthorServer(Mistakes(traps=1)) as author:
        given = settings(author, hub_server)
        first = run(tmp_path / "first", given)
    cache = tmp_path / "first" / FOLDER / "cache"
    again = run(tmp_path / "again", given, offline=True, cache=cache)
    assert again.paid_now == 0
    told = {"suite": first.suite, "paid_now": first.paid_now}
    assert again.to_json() | told == first.to_json()


@pytest.mark.parametrize("damaged", ["propose/t00002.json", "ground/t00003.json"])
def test_a_step_that_is_removed_is_done_again_for_nothing(hub_server: HubServer, tmp_path: Path, damaged: str) -> None:
    with AuthorServer(Mistakes(traps=1)) as author:
        given = settings(author, hub_server)
        first = run(tmp_path, given)
        (tmp_path / FOLDER / damaged).unlink()
        again = run(tmp_path, given)
    assert again.paid_now == 0
    assert again.to_json() | {"paid_now": first.paid_now} == first.to_json()
