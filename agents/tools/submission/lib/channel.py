"""Client of the episode's channel: one word out, an exit code and a text back."""

from __future__ import annotations

import os
import socket
import sys


def request(word: str) -> int:
    """Send one request, print the answer's text and return its exit code."""
    if len(sys.argv) > 1:
        return _fail(word, "takes no arguments: the instruction names the file that is scored", 2)
    address = os.environ.get("SYNTH_GYM_CHANNEL")
    if not address:
        return _fail(word, "nobody to ask: SYNTH_GYM_CHANNEL is not set (this command works only in an episode)")
    try:
        answer = _exchange(address, f"{word}\n".encode())
    except OSError as error:
        return _fail(word, f"the episode's host cannot be reached: {error.strerror or error}")
    code, _, text = answer.partition(b"\n")
    if not code.isdigit():
        return _fail(word, "the episode's host gave no answer")
    sys.stdout.buffer.write(text if text.endswith(b"\n") or not text else text + b"\n")
    return int(code)


def _exchange(address: str, question: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.connect(address)
        connection.sendall(question)
        connection.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: connection.recv(65_536), b""))


def _fail(word: str, message: str, code: int = 1) -> int:
    print(f"{word}: {message}", file=sys.stderr)
    return code
