"""The playground's model server, asked by the real `openai` client."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import openai
import pytest

from synth_gym.synthesis.llm.schemas import REPLIES
from tests.servers.asking import request, topics
from tests.servers.author_plan import Plan
from tests.servers.author_server import AuthorServer, main
from tests.servers.weather import Weather


@contextmanager
def _asked(server: AuthorServer, **options: Any) -> Iterator[openai.OpenAI]:
    with server, openai.OpenAI(base_url=server.url, api_key="none", **options) as client:
        yield client


def _topics(reply: Any) -> list[dict[str, str]]:
    return [one.model_dump() for one in REPLIES["topics"].model_validate_json(reply.choices[0].message.content).topics]


def test_a_reply_fits_its_schema_and_counts_its_tokens() -> None:
    with _asked(AuthorServer()) as client:
        assert [model.id for model in client.models.list()] == ["author"]
        reply = client.chat.completions.create(**request("topics", topics(3)))
        assert len(_topics(reply)) == 3
        assert reply.choices[0].finish_reason == "stop"
        assert reply.usage.completion_tokens == len(reply.choices[0].message.content) // 4
        more = [{"role": "assistant", "content": "x" * 400}, {"role": "user", "content": "again"}]
        assert client.chat.completions.create(**request("topics", topics(3), *more)).usage.prompt_tokens > (
            reply.usage.prompt_tokens + 90
        )


def test_the_same_request_gets_the_same_reply_from_any_server() -> None:
    said = []
    for _ in range(2):
        with _asked(AuthorServer(Plan(share=0.5, traps=0.5))) as client:
            said.append(client.chat.completions.create(**request("topics", topics(8))).choices[0].message.content)
    assert said[0] == said[1]


def test_a_reply_that_was_cut_off_is_whole_when_asked_again() -> None:
    with _asked(AuthorServer(Plan(share=1, faults=("cut-off",)))) as client:
        first = client.chat.completions.create(**request("topics", topics()))
        assert first.choices[0].finish_reason == "length"
        turns = [
            {"role": "assistant", "content": first.choices[0].message.content},
            {"role": "user", "content": "That reply was cut off."},
        ]
        assert len(_topics(client.chat.completions.create(**request("topics", topics(), *turns)))) == 5


def test_what_is_paid_is_counted_by_request_and_stage() -> None:
    server = AuthorServer()
    with _asked(server) as client:
        for count in (1, 2, 2):
            client.chat.completions.create(**request("topics", topics(count)))
        with urllib.request.urlopen(f"{server.origin}/playground") as answer:
            state = json.loads(answer.read())
    assert sorted(server.replies.values()) == [1, 2]
    assert state["asked"] == state["replies"] == {"topics": 3}
    assert (state["different_requests"], state["most_replies_to_one_request"]) == (2, 2)
    assert state["tokens"]["prompt"] > 0 < state["tokens"]["completion"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (request("topics", {"count": 3}), "cell"),
        (request("topics", topics()) | {"messages": [{"role": "user", "content": "hello"}]}, "has a line INPUT"),
        (request("topics", topics()) | {"response_format": {"type": "json_object"}}, "must be named topics"),
        ("no object", "no JSON object"),
    ],
)
def test_a_request_that_it_cannot_read_is_refused(body: Any, said: str) -> None:
    with _asked(AuthorServer(), max_retries=0) as client, pytest.raises(openai.BadRequestError, match=said):
        client.post("/chat/completions", body=body, cast_to=object)


def test_a_429_says_when_to_come_back() -> None:
    server = AuthorServer(weather=Weather(rate_limited=1, retry_after=0.25))
    with _asked(server, max_retries=0) as client:
        with pytest.raises(openai.RateLimitError) as caught:
            client.chat.completions.create(**request("topics", topics()))
        assert caught.value.response.headers["retry-after"] == "0.25"
    assert not server.replies


def test_half_a_reply_is_an_error_of_the_connection_and_is_not_counted_as_paid() -> None:
    server = AuthorServer(weather=Weather(half_closed=1))
    with _asked(server, max_retries=0) as client:
        with pytest.raises(openai.APIConnectionError):
            client.chat.completions.create(**request("topics", topics()))
        assert (server.asked["topics"], len(server.replies)) == (1, 0)
        server.weather = Weather()
        assert _topics(client.chat.completions.create(**request("topics", topics())))


def test_a_slow_reply_comes_in_pieces() -> None:
    server = AuthorServer(weather=Weather(slow=1, slow_seconds=20))
    with _asked(server, max_retries=0, timeout=1) as client:
        # A piece comes every two seconds; the client waits for one.
        with pytest.raises(openai.APITimeoutError):
            client.chat.completions.create(**request("topics", topics()))
        server.weather = Weather(slow=1, slow_seconds=0.05)
        assert _topics(client.chat.completions.create(**request("topics", topics())))
    assert server.sky.counts.slow == 2


def test_a_client_that_retries_gets_through_a_storm() -> None:
    storm = Weather(rate_limited=0.3, retry_after=0.01, server_error=0.2, half_closed=0.1, slow=0.1, slow_seconds=0.02)
    server = AuthorServer(weather=storm)

    async def ask(client: openai.AsyncOpenAI, number: int) -> int:
        return len(
            _topics(await client.chat.completions.create(**request("topics", topics(1 + number % 3), seed=number)))
        )

    async def everything() -> list[int]:
        async with openai.AsyncOpenAI(base_url=server.url, api_key="none", max_retries=60) as client:
            # The client's own waiting would make a minute of this.
            client._calculate_retry_timeout = lambda *_: 0.01  # type: ignore[method-assign]
            return await asyncio.gather(*(ask(client, number) for number in range(40)))

    with server:
        assert asyncio.run(everything()) == [1 + number % 3 for number in range(40)]
    assert len(server.replies) == 40
    counts = server.sky.counts.to_json()
    assert all(counts.values()), counts
    assert server.statuses[200] == sum(server.replies.values()) + counts["half_closed"]


def test_64_requests_are_in_flight_at_once() -> None:
    server = AuthorServer()
    everybody = threading.Barrier(64)
    respond = server.respond

    def wait_for_all(request: Any) -> Any:
        # Ends only if all are here at the same time.
        everybody.wait(30)
        return respond(request)

    server.respond = wait_for_all  # type: ignore[method-assign]

    async def everything() -> int:
        async with openai.AsyncOpenAI(base_url=server.url, api_key="none", max_retries=0) as client:
            bodies = [request("topics", topics(1), seed=number) for number in range(64)]
            return len(await asyncio.gather(*(client.chat.completions.create(**body) for body in bodies)))

    with server:
        assert asyncio.run(everything()) == 64
    assert server.most_in_flight == 64


def test_it_runs_from_the_command_line_and_stops_on_an_interrupt() -> None:
    command = [sys.executable, "-m", "tests.servers.author_server", "--port", "0", "--faults", "0.5"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        line = process.stdout.readline()
        url = next(word for word in line.split() if word.startswith("http"))
        with openai.OpenAI(base_url=url, api_key="none", max_retries=0) as client:
            assert client.chat.completions.create(**request("topics", topics(2))).choices
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=20)
    assert (process.returncode, errors) == (0, "")


def _refused(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    """The last line of what the command line says, which ends with exit code 2."""
    monkeypatch.setattr(sys, "argv", ["author_server", *options])
    with pytest.raises(SystemExit) as caught:
        main()
    assert caught.value.code == 2
    return capsys.readouterr().err.splitlines()[-1]


def test_a_port_that_is_taken_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with AuthorServer() as server:
        port = server.origin.rpartition(":")[2]
        assert f"cannot listen on port {port}" in _refused(monkeypatch, capsys, "--port", port)


@pytest.mark.parametrize(("option", "said"), [("--faults=2", "share"), ("--only=netwrk", "did you mean 'network'")])
def test_a_wrong_option_is_one_line(
    option: str, said: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert said in _refused(monkeypatch, capsys, "--port", "0", option)
