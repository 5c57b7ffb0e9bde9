"""An HTTP/1.1 server on loopback: keep-alive, one thread per connection, transport faults, a log of its requests.

Every server of the playground answers these too:

- `GET /playground`: what happened so far, as JSON;
- `POST /playground/weather`: the JSON of a `Weather`, which holds from the next request on.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from pydantic import ValidationError

from synth_gym.errors import SynthGymError
from tests.servers.model_server import Answer
from tests.servers.weather import Sky, Trouble, Weather

_PIECES = 10
"""In which a slow answer is sent."""


@dataclass(frozen=True)
class Request:
    """One request, read whole."""

    method: str
    target: str
    """Path and query as they came."""
    path: str
    """Still quoted: a revision or a path in a repository may hold a quoted slash."""
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


def json_answer(data: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """An answer of JSON."""
    return Answer(json.dumps(data).encode(), status, {"content-type": "application/json", **(headers or {})})


class LoopbackServer:
    """What the playground's servers share; what a server answers is its `respond`, what it tells of itself its `state`.

    Args:
        port: 0 takes a free one.
        weather: transport faults; may be replaced while the server runs.
        seed: of the faults.

    Raises:
        SynthGymError: the port is taken.
    """

    def __init__(self, port: int = 0, weather: Weather | None = None, seed: int = 0) -> None:
        self.weather = weather or Weather()
        self.statuses: Counter[int] = Counter()
        """How many answers had which status."""
        self.sky = Sky(seed)
        self.lock = threading.Lock()
        try:
            self._http = _Listener(("127.0.0.1", port), _handler(self))
        except OSError as error:
            raise SynthGymError(f"cannot listen on port {port} ({error.strerror}): choose another --port") from None
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}"

    def respond(self, request: Request) -> Answer:
        """The answer to a request that met no trouble. Called from many threads."""
        raise NotImplementedError

    def state(self) -> dict[str, Any]:
        """What `GET /playground` tells."""
        with self.lock:
            statuses = {str(status): count for status, count in sorted(self.statuses.items())}
        return {"statuses": statuses, "troubles": self.sky.counts.to_json(), "weather": self.weather.model_dump()}

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(5)

    def serve_until_interrupted(self) -> None:
        """For the command line."""
        with self:
            try:
                self._thread.join()
            except KeyboardInterrupt:
                print("stopped")

    def answer(self, request: Request) -> tuple[Answer, Trouble | None]:
        """The answer to any request, and what happens to it on its way."""
        if request.path.startswith("/playground"):
            return self._about(request), None
        weather = self.weather
        if weather.latency:
            time.sleep(weather.latency)
        trouble = self.sky.draw(weather)
        refused = trouble in ("rate_limited", "server_error")
        answer = self.sky.refusal(trouble, weather) if trouble and refused else self.respond(request)
        with self.lock:
            self.statuses[answer.status] += 1
        return answer, None if refused else trouble

    def _about(self, request: Request) -> Answer:
        if request.method == "POST" and request.path == "/playground/weather":
            try:
                self.weather = Weather.model_validate_json(request.body)
            except ValidationError as error:
                return json_answer({"error": str(error)}, 400)
        return json_answer(self.state())


class _Listener(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256


def _handler(server: LoopbackServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        # Head and body leave in two packets; with Nagle's algorithm the second would wait for the client's delayed ACK.
        disable_nagle_algorithm = True

        def handle_one_request(self) -> None:
            try:
                super().handle_one_request()
            except ConnectionError:
                # Clients hang up, most of all those that are killed.
                self.close_connection = True

        def _any(self) -> None:
            split = urlsplit(self.path)
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0)))
            answer, trouble = server.answer(
                Request(self.command, self.path, split.path, parse_qs(split.query), headers, body)
            )
            self._send(answer, trouble)

        def _send(self, answer: Answer, trouble: Trouble | None) -> None:
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if "content-length" not in answer.headers:
                self.send_header("content-length", str(len(answer.body)))
            self.end_headers()
            body = b"" if self.command == "HEAD" else answer.body
            if trouble == "half_closed":
                self.close_connection = True
                body = body[: len(body) // 2]
            pieces = _PIECES if trouble == "slow" else 1
            size = max(1, -(-len(body) // pieces))
            for start in range(0, len(body), size):
                if trouble == "slow":
                    time.sleep(server.weather.slow_seconds / pieces)
                self.wfile.write(body[start : start + size])

        def log_message(self, *_: Any) -> None:
            """Quiet."""

        do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = _any

    return Handler
