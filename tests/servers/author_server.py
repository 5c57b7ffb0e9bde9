"""A model on loopback that writes challenges: an OpenAI-compatible server in front of the playground's `Author`.

    python -m tests.servers.author_server --port 8901 --faults 0.5 --traps 0.25
    OPENAI_BASE_URL=http://127.0.0.1:8901/v1 OPENAI_API_KEY=none ...

It answers the requests of `synth-gym synthesize --generator llm`: the stage is the name of the reply's JSON schema, and
a user message ends with the line `INPUT` and the stage's input as JSON. `GET /playground` counts what was asked.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import Counter
from typing import Any

from pydantic import ValidationError

from synth_gym.errors import SynthGymError
from synth_gym.schema import parse
from tests.servers.author import Author
from tests.servers.author_plan import FAULTS, Plan
from tests.servers.loopback import LoopbackServer, Request, json_answer
from tests.servers.model_server import Answer, completion, failure
from tests.servers.weather import Trouble, Weather

STAGES = ("topics", "proposals", "challenge", "repair")
CHARACTERS_PER_TOKEN = 4
"""About what tokenizers make of English and Python."""


class AuthorServer(LoopbackServer):
    """Serves an author.

    Args:
        plan: what the author does wrong.
        port: 0 takes a free one.
        weather: transport faults.
    """

    def __init__(self, plan: Plan | None = None, *, port: int = 0, weather: Weather | None = None) -> None:
        super().__init__(port, weather)
        self._author = Author(plan)
        self.asked: Counter[str] = Counter()
        """Requests by stage, those included that were turned away."""
        self.replies: Counter[str] = Counter()
        """Whole replies by request: what a real server would charge for. See `key_of`."""
        self.stages: Counter[str] = Counter()
        """Whole replies by stage."""
        self.tokens: Counter[str] = Counter()
        """Tokens of whole replies: `prompt` and `completion`."""
        self.most_in_flight = 0
        self._in_flight = 0

    @property
    def url(self) -> str:
        """For `OPENAI_BASE_URL`."""
        return f"{self.origin}/v1"

    def state(self) -> dict[str, Any]:
        with self.lock:
            own = {
                "asked": dict(self.asked),
                "replies": dict(self.stages),
                "different_requests": len(self.replies),
                "most_replies_to_one_request": max(self.replies.values(), default=0),
                "tokens": dict(self.tokens),
                "most_in_flight": self.most_in_flight,
            }
        return super().state() | own

    def answer(self, request: Request) -> tuple[Answer, Trouble | None]:
        asked = request.path == "/v1/chat/completions"
        body = body_of(request) if asked else {}
        with self.lock:
            self.asked.update([stage_of(body)] if asked else [])
            self._in_flight += asked
            self.most_in_flight = max(self.most_in_flight, self._in_flight)
        try:
            answer, trouble = super().answer(request)
        finally:
            with self.lock:
                self._in_flight -= asked
        if asked and answer.status == 200 and trouble != "half_closed":
            self._count(body, json.loads(answer.body)["usage"])
        return answer, trouble

    def _count(self, body: dict[str, Any], usage: dict[str, int]) -> None:
        with self.lock:
            self.replies[key_of(body)] += 1
            self.stages[stage_of(body)] += 1
            self.tokens["prompt"] += usage["prompt_tokens"]
            self.tokens["completion"] += usage["completion_tokens"]

    def respond(self, request: Request) -> Answer:
        if request.path == "/v1/models":
            return json_answer({"object": "list", "data": [{"id": "author", "object": "model"}]})
        if request.path != "/v1/chat/completions" or request.method != "POST":
            return failure(404, f"no such path {request.path}")
        body = body_of(request)
        if not body:
            return failure(400, "the request is no JSON object")
        stage = stage_of(body)
        if stage not in STAGES:
            return failure(400, f"the reply's schema must be named {', '.join(STAGES)}; it is {stage!r}")
        try:
            given = input_of(body["messages"])
            told = any(message["role"] == "assistant" for message in body["messages"])
            content, finish = self._author.reply(stage, given, told=told)
        except ValidationError as error:
            return failure(400, f"the input of {stage!r} does not fit: {error}")
        except (KeyError, TypeError, ValueError) as error:
            return failure(400, f"the request cannot be read: {error!r}")
        said = sum(len(str(message.get("content"))) for message in body["messages"])
        used = [said // CHARACTERS_PER_TOKEN, len(content) // CHARACTERS_PER_TOKEN]
        usage = {"prompt_tokens": used[0], "completion_tokens": used[1], "total_tokens": sum(used)}
        return completion({"content": content}, finish_reason=finish, usage=usage)


def body_of(request: Request) -> dict[str, Any]:
    """The request's JSON object; empty where it is none."""
    try:
        body = request.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def stage_of(body: dict[str, Any]) -> str:
    """The name of the reply's schema."""
    shape = body.get("response_format") or {}
    return str((shape.get("json_schema") or {}).get("name"))


def key_of(body: dict[str, Any]) -> str:
    """Names a request: the same body gives the same key."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()


def input_of(messages: list[dict[str, Any]]) -> Any:
    """The JSON below the line `INPUT` of the last message that has one.

    Raises:
        ValueError: none has, or it is no JSON.
    """
    for message in reversed(messages):
        _, line, given = str(message["content"]).rpartition("\nINPUT\n")
        if message["role"] == "user" and line:
            return json.loads(given)
    raise ValueError("no user message has a line INPUT")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.servers.author_server", description="A model that writes.")
    parser.add_argument("--port", type=int, default=8901)
    parser.add_argument("--faults", type=float, default=0.0, metavar="SHARE", help="of challenges with a fault in them")
    parser.add_argument("--only", nargs="+", default=list(FAULTS), metavar="FAULT", help=", ".join(FAULTS))
    parser.add_argument("--traps", type=float, default=0.0, metavar="SHARE", help="of topics on a bad dataset")
    parser.add_argument(
        "--stubborn", type=float, default=0.0, metavar="SHARE", help="of challenges that it never mends"
    )
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--latency", type=float, default=0.0, metavar="SECONDS", help="before every reply")
    given = parser.parse_args()
    wanted = {"seed": given.seed, "share": given.faults, "traps": given.traps, "stubborn": given.stubborn}
    try:
        plan = parse(wanted | {"faults": given.only}, Plan, source="the options")
        weather = parse({"latency": given.latency}, Weather, source="the options")
        server = AuthorServer(plan, port=given.port, weather=weather)
    except SynthGymError as error:
        parser.error(str(error))
    print(f"a model at {server.url} (OPENAI_BASE_URL); any key will do", flush=True)
    server.serve_until_interrupted()


if __name__ == "__main__":
    main()
