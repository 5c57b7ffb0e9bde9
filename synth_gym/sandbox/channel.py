"""The request channel: a Unix socket over which commands inside a sandbox ask the host for something.

Only a word goes out (`validate`, `submit`) and only the host's answer comes back, so nothing that runs inside can make
up a score. The client sends the word and a newline, shuts its writing side, and reads to the end: the first line is the
exit code, the rest is the text to print.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from synth_gym.sandbox.base import Reply, RequestHandler

SOCKET_NAME = "channel"
_LONGEST_REQUEST = 1024
_MOST_CLIENTS = 64
_NO_COMMAND = Reply("No command is running: requests are answered only while a command runs.\n", 1)
_NOT_ANSWERED = Reply("Requests are not answered here.\n", 1)
_TOO_MANY = Reply("Too many requests at once.\n", 1)
_NOT_A_WORD = Reply("A request is one word of at most 1024 bytes.\n", 1)


@dataclass
class _Client:
    socket: socket.socket
    request: bytes = b""
    reply: bytes = b""


class Channel:
    """The host's side of the socket. It has no thread: it lives in the selector of the shell that polls it.

    Args:
        folder: where the socket is made; the sandbox shows this folder to its commands.
        selector: polled while a command runs; each key's data is called without arguments when it is ready.
    """

    def __init__(self, folder: Path, selector: selectors.BaseSelector) -> None:
        self._selector = selector
        self._clients: list[_Client] = []
        self._handler: RequestHandler = lambda request: _NO_COMMAND
        self.seconds = 0.0
        """Time that handlers have taken so far."""
        self._listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
        self._listener.bind(str(folder / SOCKET_NAME))
        self._listener.listen(_MOST_CLIENTS)
        selector.register(self._listener, selectors.EVENT_READ, self._accept)

    @contextlib.contextmanager
    def answering(self, handler: RequestHandler | None) -> Iterator[None]:
        """While a command runs. What arrived before is refused, and in the end what is unfinished."""
        self._take(lambda client: self._drop(client, _NO_COMMAND))
        self._handler = handler or (lambda request: _NOT_ANSWERED)
        try:
            yield
        finally:
            for client in list(self._clients):
                self._forget(client)
                self._drop(client, _NO_COMMAND)

    def close(self) -> None:
        self._selector.unregister(self._listener)
        self._listener.close()

    def _accept(self) -> None:
        self._take(self._admit)

    def _take(self, receive: Callable[[_Client], None]) -> None:
        # An OSError other than "nobody waits" is a lack of descriptors: the client waits until there are some.
        with contextlib.suppress(OSError):
            while True:
                connection, _ = self._listener.accept()
                connection.setblocking(False)
                receive(_Client(connection))

    def _admit(self, client: _Client) -> None:
        if len(self._clients) >= _MOST_CLIENTS:
            return self._drop(client, _TOO_MANY)
        self._clients.append(client)
        self._selector.register(client.socket, selectors.EVENT_READ, lambda: self._receive(client))

    def _receive(self, client: _Client) -> None:
        try:
            chunk = client.socket.recv(_LONGEST_REQUEST)
        except BlockingIOError:
            return
        except OSError:
            return self._end(client)
        client.request += chunk
        if len(client.request) > _LONGEST_REQUEST:
            self._answer(client, _NOT_A_WORD)
        elif b"\n" in client.request or not chunk:
            self._answer(client, self._handle(client.request.partition(b"\n")[0]))

    def _handle(self, request: bytes) -> Reply:
        word = request.decode("utf-8", "replace").strip()
        if not word.isidentifier():
            return _NOT_A_WORD
        started = time.monotonic()
        try:
            return self._handler(word)
        finally:
            self.seconds += time.monotonic() - started

    def _answer(self, client: _Client, reply: Reply) -> None:
        client.reply = _wire(reply)
        self._selector.modify(client.socket, selectors.EVENT_WRITE, lambda: self._send(client))
        self._send(client)

    def _send(self, client: _Client) -> None:
        try:
            sent = client.socket.send(client.reply)
        except BlockingIOError:
            return
        except OSError:
            return self._end(client)
        client.reply = client.reply[sent:]
        if not client.reply:
            self._end(client)

    def _drop(self, client: _Client, reply: Reply) -> None:
        """Send what fits at once, and hang up."""
        with contextlib.suppress(OSError):
            client.socket.send(_wire(reply))
        _hang_up(client.socket)

    def _end(self, client: _Client) -> None:
        self._forget(client)
        _hang_up(client.socket)

    def _forget(self, client: _Client) -> None:
        self._clients.remove(client)
        self._selector.unregister(client.socket)


def _wire(reply: Reply) -> bytes:
    return f"{reply.exit_code}\n{reply.text}".encode("utf-8", "replace")


def _hang_up(connection: socket.socket) -> None:
    # Closing with unread bytes would make the peer see a reset instead of the reply.
    with contextlib.suppress(OSError):
        connection.recv(_LONGEST_REQUEST)
    connection.close()
