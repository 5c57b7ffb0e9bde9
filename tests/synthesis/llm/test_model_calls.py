"""Calls to the model: forms, retries, money, and nothing paid twice. A real server on loopback, the real client."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import pytest
from loopback_calls import access_to, client_of
from servers.model_server import Answer, ModelServer, completion, failure, text

from synth_gym.errors import SynthGymError
from synth_gym.policies.client import ModelServerError
from synth_gym.policies.spending import BudgetSpentError, CostBudget
from synth_gym.synthesis.llm.client import UnusableReplyError
from synth_gym.synthesis.llm.schemas import Cell, Topics, TopicsInput

CELL = Cell(area="energy", modality="sensor readings", task_type="regression", difficulty="hard")
GIVEN = TopicsInput(count=1, cell=CELL, avoid=("Old",))
TOPIC = {"title": "Wind", "description": "Predict it.", **CELL.model_dump()}
GOOD = text(json.dumps({"topics": [TOPIC]}))
COST = 1100e-6
"""US dollars of one reply of the server."""


def ask(server: ModelServer | str, folder: Path, seeds: range = range(1), **options: Any) -> list[Any]:
    """Ask once for each seed, all at the same time; failures stand in their places."""
    budget, offline = options.pop("budget", None), options.pop("offline", False)
    url = server if isinstance(server, str) else server.url

    async def run() -> list[Any]:
        client = client_of(access_to(url, **options), folder, offline=offline, budget=budget)
        asked = (client.ask("topics", GIVEN, seed=seed) for seed in seeds)
        return await asyncio.gather(*asked, return_exceptions=True)

    return asyncio.run(run())


def test_the_request_asks_for_the_schema_and_ends_with_the_input(tmp_path: Path) -> None:
    with ModelServer([GOOD]) as server:
        (asked,) = ask(server, tmp_path)
    assert isinstance(asked.reply, Topics) and asked.reply.topics[0].title == "Wind"
    (body,) = server.requests
    schema = body["response_format"]["json_schema"]
    assert (schema["name"], schema["strict"]) == ("topics", True)
    assert schema["schema"]["additionalProperties"] is False
    assert json.loads(body["messages"][-1]["content"].rpartition("\nINPUT\n")[2]) == GIVEN.model_dump(mode="json")
    assert (body["seed"], body["max_tokens"]) == (0, 1000)


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        (text("Certainly! Here is"), "not JSON"),
        (completion({"content": '{"topics": ['}, finish_reason="length"), "cut off"),
        (text('{"topics": [{"title": "A"}]}'), "topics.0.description: Field required"),
        (text('{"topics": [], "more": 1}'), "more: Extra inputs"),
        (text(""), "not JSON"),
    ],
)
def test_a_bad_reply_gets_one_turn_to_be_mended_in(tmp_path: Path, bad: Answer, told: str) -> None:
    with ModelServer([bad, GOOD]) as server:
        (asked,) = ask(server, tmp_path)
    assert asked.reply.topics[0].title == "Wind" and len(asked.calls) == 2
    roles = [message["role"] for message in server.requests[1]["messages"]]
    assert roles == ["system", "user", "assistant", "user"]
    assert told in server.requests[1]["messages"][-1]["content"]


def test_a_model_that_does_not_mend_is_turned_down_by_name(tmp_path: Path) -> None:
    with ModelServer([text("No.")]) as server:
        (error,) = ask(server, tmp_path)
    assert isinstance(error, UnusableReplyError)
    assert (error.reason, len(error.calls), len(server.requests)) == ("reply is not JSON", 2, 2)


def test_a_fence_around_the_json_is_forgiven(tmp_path: Path) -> None:
    with ModelServer([text("```json\n" + json.dumps({"topics": [TOPIC]}) + "\n```")]) as server:
        (asked,) = ask(server, tmp_path)
    assert len(asked.calls) == 1


def test_failures_that_may_pass_are_retried(tmp_path: Path) -> None:
    storm = [Answer(b"", hang_up=True), Answer(b'{"choices": [', 200), failure(429), failure(503), failure(500)]
    with ModelServer([*storm, GOOD]) as server:
        (asked,) = ask(server, tmp_path)
    assert asked.reply.topics and len(server.requests) == len(storm) + 1


def test_the_pause_that_a_server_asks_for_is_kept(tmp_path: Path) -> None:
    began = time.monotonic()
    with ModelServer([failure(429, retry_after="2"), GOOD]) as server:
        ask(server, tmp_path)
    # By itself the first pause is a second at most.
    assert time.monotonic() - began >= 2


def test_a_server_that_never_recovers_is_no_ones_fault(tmp_path: Path) -> None:
    with ModelServer([failure(503)]) as server:
        (error,) = ask(server, tmp_path, retries=3)
    assert isinstance(error, ModelServerError) and len(server.requests) == 4


def test_mistakes_of_the_user_are_one_line(tmp_path: Path) -> None:
    with ModelServer([failure(401, "wrong key")]) as server:
        (refused,) = ask(server, tmp_path)
    assert isinstance(refused, SynthGymError) and "check OPENAI_API_KEY" in str(refused)
    (missing,) = ask("http://127.0.0.1:9/v1", tmp_path)
    assert isinstance(missing, SynthGymError) and "cannot reach the model's server" in str(missing)
    assert "\n" not in f"{refused}{missing}"


def test_nothing_is_paid_twice(tmp_path: Path) -> None:
    with ModelServer([GOOD]) as server:
        first = ask(server, tmp_path, range(5))
        again = ask(server, tmp_path, range(5))
        same = ask(server, tmp_path / "other", range(0, 10, 10)) + ask(server, tmp_path / "other")
    assert [one.calls for one in first] == [one.calls for one in again]
    assert len(server.requests) == 5 + 1 and same[0].calls == same[1].calls
    replayed = ask("http://127.0.0.1:9/v1", tmp_path, range(5), offline=True)
    assert [one.reply for one in replayed] == [one.reply for one in first]


def test_equal_questions_in_flight_are_asked_once(tmp_path: Path) -> None:
    async def run(url: str) -> list[Any]:
        client = client_of(access_to(url), tmp_path)
        return await asyncio.gather(*(client.ask("topics", GIVEN, seed=0) for _ in range(8)))

    with ModelServer([GOOD]) as server:
        answers = asyncio.run(run(server.url))
    assert len(server.requests) == 1 and len({one.calls for one in answers}) == 1


def test_offline_a_new_question_is_an_error(tmp_path: Path) -> None:
    (error,) = ask("http://127.0.0.1:9/v1", tmp_path, offline=True)
    assert isinstance(error, SynthGymError) and "run without --offline" in str(error)


def test_the_budget_holds(tmp_path: Path) -> None:
    with ModelServer([GOOD]) as server:
        answers = ask(server, tmp_path, range(20), budget=5 * COST + 0.003)
    paid = [one for one in answers if not isinstance(one, Exception)]
    assert 1 <= len(paid) < 20
    assert all(isinstance(one, BudgetSpentError) for one in answers if isinstance(one, Exception))
    spent = CostBudget(tmp_path / "spent.json", 1).spent
    assert spent == pytest.approx(len(paid) * COST) and spent <= 5 * COST + 0.003
    assert len(server.requests) == len(paid)


def test_a_lost_reply_counts_as_paid(tmp_path: Path) -> None:
    with ModelServer([Answer(b'{"choices": [', 200), GOOD]) as server:
        ask(server, tmp_path, budget=1.0)
    assert CostBudget(tmp_path / "spent.json", 1).spent > COST
