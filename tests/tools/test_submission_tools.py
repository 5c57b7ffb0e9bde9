"""`validate` and `submit` against a real Unix socket."""

from __future__ import annotations

import socket
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Call = Callable[..., "subprocess.CompletedProcess[str]"]


class Host:
    """Answers every connection with the same bytes, after reading to the end of the request."""

    def __init__(self, path: Path, answer: bytes) -> None:
        self.requests: list[bytes] = []
        self.answer = answer
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.bind(str(path))
        self._socket.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                self.requests.append(connection.makefile("rb").read())
                connection.sendall(self.answer)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(5)


@pytest.fixture
def address(tmp_path: Path) -> Path:
    return tmp_path / "s"


@pytest.fixture
def host(address: Path) -> Iterator[Callable[[bytes], Host]]:
    hosts = []

    def start(answer: bytes) -> Host:
        hosts.append(Host(address, answer))
        return hosts[-1]

    yield start
    for running in hosts:
        running.close()


@pytest.mark.parametrize("word", ["validate", "submit"])
def test_one_word_goes_out_and_the_text_comes_back(
    bash: Call, host: Callable[[bytes], Host], address: Path, word: str
) -> None:
    listening = host("0\naccuracy: 0.91 · 19 left\n".encode())
    done = bash(word, SYNTH_GYM_CHANNEL=str(address))
    assert (done.returncode, done.stdout, done.stderr) == (0, "accuracy: 0.91 · 19 left\n", "")
    assert listening.requests == [f"{word}\n".encode()]


def test_the_host_sets_the_exit_code(bash: Call, host: Callable[[bytes], Host], address: Path) -> None:
    listening = host(b"3\nno submission.csv")
    done = bash("true && validate || echo code $?", SYNTH_GYM_CHANNEL=str(address))
    assert done.stdout == "no submission.csv\ncode 3\n"
    listening.answer = b"1\n" + b"long line\n" * 50_000
    done = bash("submit", SYNTH_GYM_CHANNEL=str(address))
    assert (done.returncode, done.stdout) == (1, "long line\n" * 50_000)


def test_printing_the_word_asks_for_nothing(bash: Call, host: Callable[[bytes], Host], address: Path) -> None:
    listening = host(b"0\nok\n")
    bash("echo submit; cat $(command -v submit) > /dev/null", SYNTH_GYM_CHANNEL=str(address))
    assert listening.requests == []


def test_arguments_are_refused_before_anything_is_sent(
    bash: Call, host: Callable[[bytes], Host], address: Path
) -> None:
    listening = host(b"0\nok\n")
    done = bash("submit submission.csv", SYNTH_GYM_CHANNEL=str(address))
    assert done.returncode == 2
    assert done.stderr == "submit: takes no arguments: the instruction names the file that is scored\n"
    assert listening.requests == []


@pytest.mark.parametrize("answer", [b"", b"nonsense\nx\n", b"\n"])
def test_a_host_that_gives_no_answer(bash: Call, host: Callable[[bytes], Host], address: Path, answer: bytes) -> None:
    host(answer)
    done = bash("validate", SYNTH_GYM_CHANNEL=str(address))
    assert (done.returncode, done.stderr) == (1, "validate: the episode's host gave no answer\n")


def test_without_an_episode(bash: Call, address: Path) -> None:
    done = bash("validate")
    assert done.returncode == 1
    assert done.stderr.startswith("validate: nobody to ask: SYNTH_GYM_CHANNEL is not set")
    done = bash("submit", SYNTH_GYM_CHANNEL=str(address))
    assert (done.returncode, done.stderr) == (
        1,
        "submit: the episode's host cannot be reached: No such file or directory\n",
    )
