"""The pipes between the host and a running bash, and the loop that waits on them."""

from __future__ import annotations

import contextlib
import fcntl
import math
import os
import selectors
import struct
import termios
import time
from collections.abc import Callable
from typing import Protocol

from synth_gym.sandbox.channel import Channel
from synth_gym.sandbox.output import HeadTail
from synth_gym.sandbox.processes import Moment
from synth_gym.sandbox.protocol import Report, take_report

_CHUNK = 65_536
_MOST_REPORT_BYTES = 8 << 20
_LOOK_EVERY = 0.25
"""Seconds."""


class Engine(Protocol):
    """The processes of one running sandbox: a bash, and everything that it starts."""

    stdin: int
    stdout: int
    stderr: int
    """Descriptors of the host's ends of that bash's pipes."""

    def end_command(self, shell: int, since: Moment) -> None:
        """Kill the shell (given by its process id inside) and every process that was started since."""

    def remark(self) -> str:
        """What the kernel did to the processes since the last call, if anything."""

    def held(self) -> bool:
        """Whether the process that holds the others still runs: without it they would outlive this process."""

    def killed(self) -> bool:
        """Of an engine that was lost: whether something outside ended it, which no command inside can do."""

    def end(self) -> None:
        """Kill everything and close the pipes."""


class EngineLostError(Exception):
    """The processes of the sandbox are gone. The message is what was last heard of them."""


class Link:
    """One engine's pipes, read as they get ready.

    Args:
        engine: the running processes.
        selector: also holds the channel's sockets; each key's data is called without arguments when it is ready.
        channel: the time of its handlers is not counted against a deadline.
    """

    def __init__(self, engine: Engine, selector: selectors.BaseSelector, channel: Channel) -> None:
        self.engine = engine
        self.output = HeadTail(0)
        """Where output goes; replaced for every command."""
        self._selector = selector
        self._channel = channel
        self._reports = bytearray()
        self._unsent = b""
        self._sending = False
        os.set_blocking(engine.stdin, False)
        for pipe, receive in ((engine.stdout, self._receive_output), (engine.stderr, self._receive_report)):
            os.set_blocking(pipe, False)
            selector.register(pipe, selectors.EVENT_READ, receive)

    def send(self, data: bytes) -> None:
        """Write to the bash's stdin; what the pipe does not take at once follows during `wait`.

        Raises:
            EngineLostError: nobody reads there any more.
        """
        self._unsent = data
        self._flush()
        if self._unsent:
            self._selector.register(self.engine.stdin, selectors.EVENT_WRITE, self._flush)
            self._sending = True

    def drop_unsent(self) -> None:
        """The reader of what was sent is gone."""
        self._unsent = b""
        self._stop_sending()

    def wait(self, *tokens: str, seconds: float, look: Callable[[], None] | None = None) -> Report | None:
        """Collect output and answer requests until a report with one of the tokens comes, or the time is over.

        Args:
            tokens: of the reports that are waited for.
            seconds: at most; the time of request handlers comes on top.
            look: called now and then; what it raises ends the wait.

        Raises:
            EngineLostError: the pipes were closed from the other side.
        """
        now = time.monotonic()
        deadline = now + seconds - self._channel.seconds
        next_look = now + _LOOK_EVERY if look else math.inf
        while True:
            remaining = deadline + self._channel.seconds - now
            for key, _ in self._selector.select(max(min(remaining, next_look - now), 0.0)):
                key.data()
            for token in tokens if self._reports else ():
                if report := take_report(self._reports, token):
                    self._drain()
                    return report
            if remaining <= 0.0:
                return None
            now = time.monotonic()
            if look and now >= next_look:
                look()
                next_look = now + _LOOK_EVERY

    def close(self) -> None:
        self._stop_sending()
        self._selector.unregister(self.engine.stdout)
        self._selector.unregister(self.engine.stderr)
        self.engine.end()

    def _flush(self) -> None:
        try:
            self._unsent = self._unsent[os.write(self.engine.stdin, self._unsent) :]
        except BlockingIOError:
            return
        except BrokenPipeError:
            with contextlib.suppress(BlockingIOError):
                self._reports += os.read(self.engine.stderr, _CHUNK)
            raise EngineLostError(self._heard()) from None
        if not self._unsent:
            self._stop_sending()

    def _stop_sending(self) -> None:
        if self._sending:
            self._selector.unregister(self.engine.stdin)
            self._sending = False

    def _receive_output(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self.output.add(os.read(self.engine.stdout, _CHUNK))

    def _receive_report(self) -> None:
        chunk = os.read(self.engine.stderr, _CHUNK)
        if not chunk:
            self._drain()
            raise EngineLostError(self._heard())
        self._reports += chunk
        # No report is that long: some process writes where it should not.
        del self._reports[:-_MOST_REPORT_BYTES]

    def _drain(self) -> None:
        """Take what is in the output pipe now, and no more: a process in the background may write for ever."""
        (waiting,) = struct.unpack("i", fcntl.ioctl(self.engine.stdout, termios.FIONREAD, b"\0" * 4))
        while waiting > 0:
            chunk = os.read(self.engine.stdout, min(waiting, _CHUNK))
            self.output.add(chunk)
            waiting -= len(chunk)

    def _heard(self) -> str:
        return self._reports.decode("utf-8", "replace").strip()
