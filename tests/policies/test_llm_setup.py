"""What the llm policy takes from the environment, in processes of their own."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from servers.model_server import ModelServer, call

PROGRAM = """
import sys
from synth_gym.errors import SynthGymError
from synth_gym.policies import make_policy
try:
    policy = make_policy("llm", seed=0, **eval(sys.argv[1]))
    policy.reset("The task.", {"tools": []})
    print(policy.act("The task.", {}).tool)
except SynthGymError as error:
    print("refused:", error)
"""


def run(options: dict[str, Any], **environment: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OPENAI_")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, repr(options)],
        env=clean | environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_key_and_address_come_from_the_environment(serve: Callable[..., ModelServer]) -> None:
    server = serve(call("submit"))
    assert run({"model": "m"}, OPENAI_BASE_URL=server.url, OPENAI_API_KEY="secret") == "submit"
    assert server.headers[0]["authorization"] == "Bearer secret"
    assert run({"model": "m"}, OPENAI_BASE_URL=server.url) == "submit"


def test_what_is_missing_is_said_in_one_line() -> None:
    assert run({"model": "m"}) == (
        "refused: the policy 'llm' needs OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own"
    )
    assert run({}, OPENAI_API_KEY="x").startswith("refused: the policy 'llm' needs a model: give --model")
    assert run({"model": "m", "agent": "defualt"}).startswith("refused: no agent definition 'defualt' (did you mean")


def test_without_the_package_the_extra_is_named() -> None:
    hidden = "import sys; sys.modules['openai'] = None\n"
    program = [sys.executable, "-c", hidden + PROGRAM, "{'model': 'm', 'base_url': 'http://127.0.0.1:1/v1'}"]
    done = subprocess.run(program, capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == (
        "refused: the policy 'llm' needs 'openai', which is not installed: pip install 'synth-gym[llm]'"
    ), done.stderr


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
        said = run({"model": "m", "base_url": url, "retries": 0})
    assert said.startswith(f"refused: cannot reach the model's server at {url}/: ")
    assert "Connection refused" in said
