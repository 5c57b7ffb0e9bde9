"""A chat-completions server on loopback that gives the replies of a script, the bad ones included.

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


def failure(status: int, message: str = "try later", *, code: str | None = None) -> Answer:
    """An error of the API; the client is told to come back at once."""
    body = {"error": {"message": message, "type": "error", "param": None, "code": code}}
    headers = {"content-type": "application/json", "retry-after-ms": "1"}
    return Answer(json.dumps(body).encode(), status=status, headers=headers)


class ModelServer:
    """Serves the answers in order, the last one again and again; keeps every request's body and headers."""

    def __init__(self, answers: Iterable[Answer]) -> None:
        self.answers = list(answers)
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self._lock = threading.Lock()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
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

    def answer(self, body: dict[str, Any], headers: dict[str, str]) -> Answer:
        """The next answer of the script."""
        with self._lock:
            self.requests.append(body)
            self.headers.append(headers)
            return self.answers[min(len(self.requests), len(self.answers)) - 1]


def _handler(server: ModelServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self.path != "/v1/chat/completions":
                self._send(failure(404, f"no such path {self.path}"))
                return
            answer = server.answer(body, {name.lower(): value for name, value in self.headers.items()})
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
