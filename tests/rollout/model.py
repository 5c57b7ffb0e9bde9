"""A model that plays every episode by the same script, however many it plays at once, and an agent that asks it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from servers.model_server import USAGE, Answer, ModelServer, call

SCRIPT = (call("bash", command="python baseline.py"), call("validate"), call("submit"))
AGENT = """
name: priced
policy: llm
model: tiny
base_url: {url}
sampling: {{max_tokens: 100}}
price: {{prompt: 5, completion: 50}}
"""
CALL_COST = (5 * USAGE["prompt_tokens"] + 50 * USAGE["completion_tokens"]) / 1e6
"""US dollars."""


class ScriptedModel(ModelServer):
    """Knows from a conversation's length where its episode stands.

    Args:
        script: the answers of an episode.
        delay: seconds before each.
        port: where it listens; a free one for 0.
    """

    def __init__(self, script: Sequence[Answer] = SCRIPT, delay: float = 0.0, port: int = 0) -> None:
        super().__init__([replace(answer, delay=delay) for answer in script], port)

    def answer(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> Answer:
        self.requests.append(body)
        said = sum(message["role"] == "assistant" for message in body["messages"])
        return self.answers[min(said, len(self.answers) - 1)]


class MortalModel:
    """The same in a process of its own, which can be killed and comes back at the same address."""

    def __init__(self, delay: float) -> None:
        self._delay = delay
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/v1"

    def start(self) -> None:
        """Returns when it listens."""
        command = [sys.executable, __file__, str(self.port), str(self._delay)]
        environment = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        assert self._process.stdout and self._process.stdout.readline() == b"listening\n"

    def kill(self) -> None:
        self._process.kill()
        self._process.communicate()

    def __enter__(self) -> MortalModel:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()


def write_agent(folder: Path, url: str) -> Path:
    """The definition of an agent that asks the model at `url`."""
    file = folder / "priced.yaml"
    file.write_text(AGENT.format(url=url))
    return file


if __name__ == "__main__":
    with ScriptedModel(port=int(sys.argv[1]), delay=float(sys.argv[2])):
        print("listening", flush=True)
        threading.Event().wait()
