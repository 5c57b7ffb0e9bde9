"""Transport faults of a loopback server: switches that may be flipped while it runs.

server.weather = Weather(rate_limited=0.5, retry_after=0.01)
server.weather = Weather()   # fine again
"""

from __future__ import annotations

import json
import random
import threading
from dataclasses import asdict, dataclass
from typing import Literal

from pydantic import Field, model_validator

from synth_gym.schema import Strict
from tests.servers.model_server import Answer

Trouble = Literal["rate_limited", "server_error", "half_closed", "slow"]


class Weather(Strict):
    """How a server behaves today. Rates are shares of the requests, from 0 to 1; their sum must not exceed 1."""

    rate_limited: float = Field(0.0, ge=0, le=1)
    """Answered with 429."""
    retry_after: float = Field(0.01, ge=0)
    """Seconds that a 429 tells the client to wait."""
    server_error: float = Field(0.0, ge=0, le=1)
    """Answered with 500, 502, 503 or 504."""
    half_closed: float = Field(0.0, ge=0, le=1)
    """Cut in the middle of the body; the connection is closed."""
    slow: float = Field(0.0, ge=0, le=1)
    """Sent in ten pieces over `slow_seconds`."""
    slow_seconds: float = Field(1.0, ge=0)
    latency: float = Field(0.0, ge=0)
    """Seconds before any answer."""

    @model_validator(mode="after")
    def _shares(self) -> Weather:
        if sum(self.rates.values()) > 1:
            raise ValueError("the rates add up to more than 1")
        return self

    @property
    def rates(self) -> dict[Trouble, float]:
        return {
            "rate_limited": self.rate_limited,
            "server_error": self.server_error,
            "half_closed": self.half_closed,
            "slow": self.slow,
        }


@dataclass
class Troubles:
    """How many requests met which trouble."""

    rate_limited: int = 0
    server_error: int = 0
    half_closed: int = 0
    slow: int = 0

    def to_json(self) -> dict[str, int]:
        return asdict(self)


class Sky:
    """Draws the trouble of each request; safe to ask from many threads."""

    def __init__(self, seed: int) -> None:
        self.counts = Troubles()
        self._random = random.Random(seed)
        self._lock = threading.Lock()

    def draw(self, weather: Weather) -> Trouble | None:
        with self._lock:
            left = self._random.random()
            for trouble, rate in weather.rates.items():
                left -= rate
                if left < 0:
                    setattr(self.counts, trouble, getattr(self.counts, trouble) + 1)
                    return trouble
            return None

    def refusal(self, trouble: Trouble, weather: Weather) -> Answer:
        """The answer to a request that is turned away."""
        if trouble == "rate_limited":
            return _error(429, "Too many requests", {"retry-after": f"{weather.retry_after:g}"})
        with self._lock:
            status = self._random.choice((500, 502, 503, 504))
        return _error(status, "The server had an error", {})


def _error(status: int, message: str, headers: dict[str, str]) -> Answer:
    body = {"error": {"message": message, "type": "server_error", "param": None, "code": None}}
    return Answer(json.dumps(body).encode(), status=status, headers={"content-type": "application/json", **headers})
