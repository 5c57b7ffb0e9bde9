"""A model server on loopback (chat completions, Responses) that gives the replies of a script, the bad ones included.

with ModelServer([call("bash", command="ls"), failure(429), text("done")]) as server:
    ... OPENAI_BASE_URL=server.url ...
server.requests[0]["messages"]
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

USAGE = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}


@dataclass(frozen=True)
class Answer:
    """What the server sends back to one request."""

    body: bytes
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    delay: float = 0.0
    """Seconds before it is sent."""
    hang_up: bool = False
    """Close the connection instead."""


def completion(message: dict[str, Any], *, finish_reason: str = "stop", usage: Any = USAGE) -> Answer:
    """A well-formed chat completion around any message."""
    choice = {"index": 0, "message": {"role": "assistant"} | message, "finish_reason": finish_reason}
    whole = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    return Answer(json.dumps(whole).encode())


def text(content: str, **extra: Any) -> Answer:
    """A reply without a tool call."""
    return completion({"content": content} | extra)


def call(name: str, *, content: str | None = None, call_id: str = "call_x", **arguments: Any) -> Answer:
    """A reply with one tool call."""
    return completion({"content": content, "tool_calls": [raw_call(name, json.dumps(arguments), call_id)]})


def raw_call(name: Any, arguments: Any, call_id: Any = "call_x") -> dict[str, Any]:
    """A tool call with whatever stands in its places."""
    return {"id": call_id, "type": "function", "function": {"name": name, "arguments": arguments}}


def response(*items: dict[str, Any], usage: Any = None, **rest: Any) -> Answer:
    """An answer of the Responses API with these output items."""
    counted = {"input_tokens": 1000, "output_tokens": 100, "input_tokens_details": {"cached_tokens": 600}}
    whole = {"id": "r", "object": "response", "status": "completed", "output": items, "usage": usage or counted}
    return Answer(json.dumps(whole | rest).encode())


def said(
    api: str, content: Any = None, *calls: tuple[Any, Any], cut: bool = False, refusal: str | None = None
) -> Answer:
    """The same reply from either API: words, and calls as pairs of name and arguments."""
    if api == "chat":
        made = {"tool_calls": [raw_call(*one, f"c{number}") for number, one in enumerate(calls)]} if calls else {}
        message = {"content": content, "refusal": refusal, **made}
        return completion(message, finish_reason="length" if cut else "stop")
    parts = [{"type": "output_text", "text": content, "annotations": []}] if content else []
    parts += [{"type": "refusal", "refusal": refusal}] if refusal else []
    message = {"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": parts}
    items = [{"type": "reasoning", "id": "rs", "summary": [], "encrypted_content": "secret"}]
    items += [message] if parts else []
    items += [
        {"type": "function_call", "id": f"f{number}", "call_id": f"c{number}", "name": name, "arguments": arguments}
        for number, (name, arguments) in enumerate(calls)
    ]
    return response(*items, **({"incomplete_details": {"reason": "max_output_tokens"}} if cut else {}))


def failure(status: int, message: str = "try later", *, code: str | None = None, **headers: str) -> Answer:
    """An error of the API; the client is told to come back at once, unless other headers are given (`_` for `-`)."""
    body = {"error": {"message": message, "type": "error", "param": None, "code": code}}
    named = {name.replace("_", "-"): value for name, value in headers.items()} or {"retry-after-ms": "1"}
    return Answer(json.dumps(body).encode(), status=status, headers={"content-type": "application/json", **named})


class ModelServer:
    """Serves the answers in order, the last one again and again; keeps every request's body and headers."""

    def __init__(self, answers: Iterable[Answer], port: int = 0) -> None:
        self.answers = list(answers)
        self.requests: list[dict[str, Any]] = []
        self.paths: list[str] = []
        self.models = ["tiny"]
        self.headers: list[dict[str, str]] = []
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", port), _handler(self))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @property
    def url(self) -> str:
        """For `OPENAI_BASE_URL`."""
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> ModelServer:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)

    def answer(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> Answer:
        """The next answer of the script."""
        with self._lock:
            self.requests.append(body)
            self.paths.append(path)
            self.headers.append(headers)
            return self.answers[min(len(self.requests), len(self.answers)) - 1]


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            models = [{"id": name, "object": "model"} for name in server.models]
            self._send(Answer(json.dumps({"object": "list", "data": models}).encode()))

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self.path not in ("/v1/chat/completions", "/v1/responses"):
                self._send(failure(404, f"no such path {self.path}"))
                return
            answer = server.answer(self.path, body, {name.lower(): value for name, value in self.headers.items()})
            time.sleep(answer.delay)
            if answer.hang_up:
                self.close_connection = True
            else:
                self._send(answer)

        def _send(self, answer: Answer) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *_: Any) -> None:
            """Quiet."""

    return Handler
