"""The persistent bash, seen from the host; the same for every back-end (`protocol` is what passes between the two)."""

from __future__ import annotations

import secrets
import selectors
import time
from collections.abc import Callable
from pathlib import Path

from synth_gym.sandbox.base import CommandResult, RequestHandler
from synth_gym.sandbox.channel import Channel
from synth_gym.sandbox.link import Engine, EngineLostError, Link
from synth_gym.sandbox.output import HeadTail
from synth_gym.sandbox.processes import Moment
from synth_gym.sandbox.protocol import Report, command_lines, restoring_command, supervisor_script
from synth_gym.sandbox.quota import Quota, QuotaExceededError

_PATIENCE = 10.0
"""Seconds that something which takes milliseconds may take before it counts as failed."""

_ATTEMPTS = 3
"""Whatever ended a sandbox may also end the next one."""

_KEPT = "working directory and exported variables are as before this command, functions and other variables are gone"
_LOST = "processes in the background and files outside of the workspace are gone as well"


class Shell:
    """A persistent bash that is started again whenever it ends.

    Args:
        launch: starts the processes.
        folder: host folder for the channel's socket.
        workspace: the first working directory, as commands see it.
        limits: `ulimit` commands for everything that runs.
        quota: of the workspace.
        output_bytes: bytes kept of the output of one command.
    """

    def __init__(
        self,
        launch: Callable[[], Engine],
        *,
        folder: Path,
        workspace: str,
        limits: str,
        quota: Quota,
        output_bytes: int,
    ) -> None:
        self._launch = launch
        self._workspace = workspace
        self._limits = limits
        self._quota = quota
        self._output_bytes = output_bytes
        self._selector = selectors.PollSelector()
        self._channel = Channel(folder, self._selector)
        self._link: Link | None = None
        self._life = ""
        self._last = Report(0, 0, workspace, "")
        self._killed = False
        """Whether something outside has ended an engine, since the current command began."""

    def start(self) -> None:
        """Start the processes and wait until the shell answers; tried again when something outside ends them.

        Raises:
            EngineLostError: it does not; the message is what they said on stderr.
        """
        for attempts_left in reversed(range(_ATTEMPTS)):
            try:
                return self._start_engine()
            except EngineLostError:
                if not attempts_left or not self._killed:
                    raise

    def run(self, command: str, *, timeout: float, on_request: RequestHandler | None) -> CommandResult:
        """Run one command; see `Sandbox.execute`.

        Raises:
            EngineLostError: the processes were lost and could not be started again.
        """
        started = time.monotonic()
        self._killed = False
        with self._channel.answering(on_request):
            link, note = self._living_link()
            output = link.output = HeadTail(self._output_bytes)
            try:
                exit_code, timed_out, happened = self._run(link, command, timeout)
            except EngineLostError:
                exit_code, timed_out, happened = None, False, self._new_engine()
            except BaseException:
                self._unlink()
                raise
        directory = self._last.working_directory.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        note, seconds = (note + happened).strip(), time.monotonic() - started
        return CommandResult(output.text(), exit_code, seconds, timed_out, note, directory, self._killed)

    def close(self) -> None:
        self._unlink()
        self._channel.close()
        self._selector.close()

    def _run(self, link: Link, command: str, timeout: float) -> tuple[int | None, bool, str]:
        """Exit code, whether the time limit ended it, and a note."""
        since = Moment.now()
        try:
            report = self._exchange(link, command, timeout, self._quota.check)
        except QuotaExceededError:
            note = f"The workspace had grown beyond {self._quota.megabytes:,} MB: every process was ended. "
            note += self._end_command(link, Moment.first())
            self._quota.settle()
            return None, False, note
        if report is None:
            note = f"The command ran longer than {timeout:g} s: it was ended with every process it had started. "
            return None, True, note + self._end_command(link, since)
        remark = link.engine.remark() if report.exit_code else ""
        if report.pid:
            self._last = report
            return report.exit_code, False, remark
        note = f"{remark}The shell ended with exit code {report.exit_code}. "
        return report.exit_code, False, note + self._new_shell(link)

    def _exchange(
        self, link: Link, command: str, seconds: float, look: Callable[[], None] | None = None
    ) -> Report | None:
        """Run a command. The report is the supervisor's if the shell ended, and None if the time was over."""
        token = secrets.token_hex(16)
        link.send(command_lines(command, token, self._last.exit_code or 0))
        return link.wait(token, self._life, seconds=seconds, look=look)

    def _living_link(self) -> tuple[Link, str]:
        """A link to a shell that runs, and what had to be done for it: the last one may have ended between commands."""
        note = ""
        try:
            if self._link is None:
                note = self._new_engine()
            elif self._link.wait(self._life, seconds=0.0):
                note = "The shell had ended. " + self._new_shell(self._link)
        except EngineLostError:
            note = self._new_engine()
        assert self._link
        return self._link, note

    def _end_command(self, link: Link, since: Moment) -> str:
        link.engine.end_command(self._last.pid, since)
        if link.wait(self._life, seconds=_PATIENCE):
            return self._new_shell(link)
        return self._new_engine()

    def _new_shell(self, link: Link) -> str:
        link.drop_unsent()
        link.send(f"\n{self._life}\n".encode())
        try:
            self._restore(link)
        except EngineLostError:
            return self._new_engine()
        return f"A new shell was started: {_KEPT}. "

    def _start_engine(self) -> None:
        self._life = secrets.token_hex(16)
        self._link = Link(self._launch(), self._selector, self._channel)
        try:
            self._link.send(supervisor_script(self._life, self._limits))
            self._restore(self._link)
            if not self._link.engine.held():
                raise EngineLostError("what holds the shell has ended")
        except EngineLostError:
            self._give_up_engine()
            raise
        except BaseException:
            self._unlink()
            raise

    def _new_engine(self) -> str:
        remark = self._give_up_engine()
        for attempts_left in reversed(range(_ATTEMPTS)):
            try:
                self._start_engine()
                break
            except EngineLostError:
                if not attempts_left:
                    raise
        return f"{remark}The sandbox was lost and started again: {_KEPT}; {_LOST}. "

    def _give_up_engine(self) -> str:
        """Find out what ended an engine, and clear it away.

        Returns:
            what the kernel did, if anything: to run out of memory is the commands' own doing.
        """
        if self._link is None:
            return ""
        remark = self._link.engine.remark()
        self._killed = self._killed or (not remark and self._link.engine.killed())
        self._unlink()
        return remark

    def _restore(self, link: Link) -> None:
        """Give a new shell the exported variables and the working directory of the last one."""
        self._last = Report(0, 0, self._last.working_directory, self._last.exports)
        text = restoring_command(self._last.exports, self._last.working_directory, self._workspace)
        report = self._exchange(link, text, _PATIENCE)
        if not report or not report.pid:
            raise EngineLostError("the shell does not answer")
        self._last = report

    def _unlink(self) -> None:
        link, self._link = self._link, None
        if link:
            link.close()
