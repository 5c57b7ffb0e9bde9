"""Requests from inside a sandbox to the host."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from synth_gym.sandbox import CommandResult, Reply, Sandbox
from tests.sandbox.conftest import Run

CLIENT = """\
import os, socket, sys
connection = socket.socket(socket.AF_UNIX)
connection.connect(os.environ["SYNTH_GYM_CHANNEL"])
connection.sendall(sys.argv[1].encode() + b"\\n")
connection.shutdown(socket.SHUT_WR)
reply = connection.makefile().read()
code, _, text = reply.partition("\\n")
print(text, end="")
sys.exit(int(code))
"""


class Host:
    """Answers requests and keeps them."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.requests: list[str] = []
        self._seconds = seconds

    def __call__(self, request: str) -> Reply:
        time.sleep(self._seconds)
        self.requests.append(request)
        return Reply(f"answer to {request}: {len(self.requests)}\n", 0 if request == "validate" else 3)


@pytest.fixture(autouse=True)
def client(workspace: Path) -> None:
    (workspace / "ask.py").write_text(CLIENT)


def execute(sandbox: Sandbox, command: str, host: Host | None, timeout: float = 20.0) -> CommandResult:
    result = sandbox.execute(command, timeout=timeout, on_request=host)
    assert not result.timed_out, result
    return result


def test_reply_and_exit_code_come_back(sandbox: Sandbox) -> None:
    host = Host()
    result = execute(sandbox, "python3 ask.py validate && python3 ask.py submit; echo code $?", host)
    assert result.output == "answer to validate: 1\nanswer to submit: 2\ncode 3\n"
    assert host.requests == ["validate", "submit"]


def test_from_anywhere(sandbox: Sandbox, workspace: Path) -> None:
    (workspace / "Makefile").write_text("all:\n\t@cd / && python3 $(CURDIR)/ask.py validate\n")
    host = Host()
    assert (
        execute(sandbox, "make | cat; (sh -c 'python3 ask.py validate' &) ; sleep 1", host).output.count("answer") == 2
    )


def test_many_at_once(sandbox: Sandbox) -> None:
    host = Host()
    command = "for i in {1..20}; do python3 -S ask.py validate & done; wait"
    result = execute(sandbox, command, host, timeout=60)
    assert len(host.requests) == 20
    assert sorted(result.output.splitlines()) == sorted(f"answer to validate: {i}" for i in range(1, 21))


@pytest.mark.parametrize("request_text", ["two words", "x" * 2000, "", "../etc", "validate;submit"])
def test_only_a_word_is_a_request(sandbox: Sandbox, request_text: str) -> None:
    host = Host()
    result = execute(sandbox, f"python3 ask.py '{request_text}'", host)
    assert result.exit_code == 1 and "one word" in result.output
    assert host.requests == []


def test_text_that_looks_like_a_request_is_none(sandbox: Sandbox) -> None:
    host = Host()
    execute(sandbox, "echo submit; echo validate >&2; cat ask.py; echo submit > submit", host)
    assert host.requests == []


def test_slow_and_silent_clients_block_nobody(sandbox: Sandbox) -> None:
    host = Host()
    silent = "import os, socket, time; s = [socket.socket(socket.AF_UNIX) for i in range(30)]; " + (
        "[c.connect(os.environ['SYNTH_GYM_CHANNEL']) for c in s]; [c.send(b'vali') for c in s]; time.sleep(60)"
    )
    result = execute(sandbox, f'python3 -c "{silent}" & sleep 0.5; python3 ask.py validate', host)
    assert result.output == "answer to validate: 1\n" and result.seconds < 5
    assert host.requests == ["validate"]


def test_a_client_that_does_not_read_blocks_nobody(sandbox: Sandbox) -> None:
    def host(request: str) -> Reply:
        return Reply("x" * 5_000_000)

    deaf = "import os, socket, time; s = socket.socket(socket.AF_UNIX); " + (
        "s.connect(os.environ['SYNTH_GYM_CHANNEL']); s.send(b'validate\\n'); time.sleep(60)"
    )
    command = f'python3 -c "{deaf}" & sleep 0.5; python3 ask.py validate | wc -c'
    assert sandbox.execute(command, timeout=10.0, on_request=host).output == "5000000\n"


def test_requests_between_commands_are_refused(sandbox: Sandbox) -> None:
    host = Host()
    execute(sandbox, "(sleep 0.3; python3 ask.py validate > answer.txt; echo $? >> answer.txt) &", host)
    time.sleep(0.8)
    execute(sandbox, "sleep 0.3", host)
    assert "No command is running" in execute(sandbox, "cat answer.txt", host).output
    assert host.requests == []


def test_requests_nobody_answers(sandbox: Sandbox) -> None:
    assert "not answered here" in execute(sandbox, "python3 ask.py validate", None).output


def test_a_failing_handler_is_the_callers_business(sandbox: Sandbox, run: Run) -> None:
    def host(request: str) -> Reply:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        sandbox.execute("python3 ask.py validate; sleep 60", timeout=20.0, on_request=host)
    assert run.output("echo alive") == "alive\n"


def test_time_of_the_handler_is_not_the_commands(sandbox: Sandbox) -> None:
    result = execute(sandbox, "python3 ask.py validate", Host(seconds=1.2), timeout=1.0)
    assert result.output == "answer to validate: 1\n"


def test_output_while_a_request_is_answered_is_kept(sandbox: Sandbox) -> None:
    result = execute(sandbox, "seq 20000 & python3 ask.py validate; wait; echo end", Host(seconds=0.3))
    assert result.output.startswith("1\n2\n") and result.output.endswith("end\n")
