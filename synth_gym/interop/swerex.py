"""SWE-agent plays a challenge: a SWE-ReX deployment whose runtime is a `Session`.

SWE-agent's own loop stays in charge: it uploads its bundles, runs its state commands and counts its steps; every
command of it is a command in our sandbox. `validate` and `submit` (upload the shipped bundle `submission`) are answered
by the episode's judge. Once `submit` has been answered, SWE-agent is told in its own way: a token in the output, and
a `/root/model.patch` that is not empty. See `docs/swe-agent.md`.
"""

from __future__ import annotations

import asyncio
import io
import logging
import shlex
import threading
from pathlib import Path
from typing import Any

from synth_gym.challenge import Challenge, Limits
from synth_gym.errors import MissingExtraError, SandboxDiedError, SynthGymError
from synth_gym.outcome import Outcome, StepResult
from synth_gym.sandbox.base import CommandResult
from synth_gym.sandbox.inside import copy_inside, read_inside, write_inside
from synth_gym.session import Session
from synth_gym.suite import find_challenge
from synth_gym.tools import Toolset

try:
    from swerex import exceptions
    from swerex.deployment.abstract import AbstractDeployment
    from swerex.deployment.hooks.abstract import CombinedDeploymentHook, DeploymentHook
    from swerex.runtime import abstract as rex
except ImportError:
    raise MissingExtraError("a SWE-ReX deployment", "swerex", "swe-rex") from None

REPO_NAME = "workspace"
"""What SWE-agent is to take for its repository: `PreExistingRepoConfig(repo_name=REPO_NAME, reset=False)`."""

MAX_FILE_BYTES = 16 * 2**20
"""Longest file that is read."""

_TOKEN = "<<SWE_AGENT_SUBMISSION>>"
_PATCH = "/root/model.patch"
_ERRORS = "/tmp/.swerex-stderr"


class ChallengeDeployment(AbstractDeployment):
    """One episode as a deployment; after `stop`, `result` holds its score.

    Args:
        challenge: what to play: an environment id, a folder, or the challenge itself.
        seed: of the episode.
        sandbox: an isolating back-end: SWE-agent writes to `/root`.
        limits: in place of the challenge's own. Steps are SWE-agent's to count (`per_instance_call_limit`).
    """

    def __init__(
        self,
        challenge: str | Path | Challenge,
        *,
        seed: int = 0,
        sandbox: str = "bubblewrap",
        limits: Limits | None = None,
    ) -> None:
        self.logger = logging.getLogger(__name__)
        self._runtime: ChallengeRuntime | None = None
        self._hooks = CombinedDeploymentHook()
        if sandbox == "process":
            raise SynthGymError("SWE-agent writes to /root: choose a sandbox that isolates, not 'process'")
        challenge = challenge if isinstance(challenge, Challenge) else find_challenge(str(challenge))
        self.session = Session(challenge, sandbox=sandbox, toolset=Toolset.load([]), limits=limits)
        self.instruction = ""
        """The text of the task, once started: what the problem statement should be."""
        self.result: StepResult | None = None
        """The end of the episode, once stopped: reward, and outcome, raw_score, normalized in `info`."""
        self.left_as = Outcome.CANCELLED
        """How an episode ends that is stopped before it came to an end; say so if SWE-agent left at a limit of its own.
        A cancelled episode has a score, but no reward."""
        self._seed = seed

    def add_hook(self, hook: DeploymentHook) -> None:
        self._hooks.add_hook(hook)

    async def is_alive(self, *, timeout: float | None = None) -> rex.IsAliveResponse:
        if self._runtime is None:
            return rex.IsAliveResponse(is_alive=False, message="The deployment was not started.")
        return await self._runtime.is_alive(timeout=timeout)

    async def start(self) -> None:
        """Begin an episode."""
        self._hooks.on_custom_step("Starting the sandbox")
        self.result = None
        self.instruction, _ = await asyncio.to_thread(self.session.start, self._seed)
        self._runtime = ChallengeRuntime(self.session)

    async def stop(self) -> None:
        """End the episode and grade it. Idempotent."""
        runtime, self._runtime = self._runtime, None
        if runtime is not None:
            outcome = Outcome.SANDBOX_DIED if runtime.lost else self.left_as
            self.result = await asyncio.to_thread(self.session.stop, outcome)
            await asyncio.to_thread(self.session.close)

    @property
    def runtime(self) -> ChallengeRuntime:
        if self._runtime is None:
            raise exceptions.DeploymentNotStartedError
        return self._runtime


class ChallengeRuntime(rex.AbstractRuntime):
    """The sandbox of a started session. There is one shell, whatever name a session has."""

    def __init__(self, session: Session) -> None:
        self.logger = logging.getLogger(__name__)
        self.lost = False
        """Whether the sandbox is gone for good."""
        self._session = session
        self._names: set[str] = set()
        self._announced = False
        # Callers run several methods at a time (`asyncio.gather`), each in a loop of its own (`asyncio.run`).
        self._lock = threading.RLock()

    async def is_alive(self, *, timeout: float | None = None) -> rex.IsAliveResponse:
        return rex.IsAliveResponse(is_alive=not self.lost, message="The sandbox was lost." if self.lost else "")

    async def create_session(self, request: rex.CreateSessionRequest) -> rex.CreateSessionResponse:
        if request.session in self._names:
            raise exceptions.SessionExistsError(f"session {request.session!r} already exists")
        self._names.add(request.session)
        sources = [f"[ ! -f {shlex.quote(file)} ] || source {shlex.quote(file)}" for file in request.startup_source]
        result = await asyncio.to_thread(self._run, "\n".join(sources), request.startup_timeout)
        return rex.CreateBashSessionResponse(output=result.output)

    async def run_in_session(self, action: rex.Action) -> rex.Observation:
        self._check_name(action.session)
        if isinstance(action, rex.BashInterruptAction):  # whatever ran too long was ended at its time limit
            return rex.BashObservation(exit_code=0)
        if action.is_interactive_command or action.is_interactive_quit:
            raise exceptions.SwerexException("there is no terminal: interactive programs cannot be run")
        return await asyncio.to_thread(self._act, action)

    async def close_session(self, request: rex.CloseSessionRequest) -> rex.CloseSessionResponse:
        self._check_name(request.session)
        self._names.remove(request.session)
        return rex.CloseBashSessionResponse()

    async def execute(self, command: rex.Command) -> rex.CommandResponse:
        return await asyncio.to_thread(self._execute, command)

    async def read_file(self, request: rex.ReadFileRequest) -> rex.ReadFileResponse:
        content = await asyncio.to_thread(self._read, request.path)
        text = io.TextIOWrapper(io.BytesIO(content), request.encoding or "utf-8", request.errors).read()
        return rex.ReadFileResponse(content=text)

    async def write_file(self, request: rex.WriteFileRequest) -> rex.WriteFileResponse:
        await asyncio.to_thread(write_inside, self._run, request.path, request.content.encode())
        return rex.WriteFileResponse()

    async def upload(self, request: rex.UploadRequest) -> rex.UploadResponse:
        await asyncio.to_thread(copy_inside, self._run, Path(request.source_path), request.target_path)
        return rex.UploadResponse()

    async def close(self) -> rex.CloseResponse:
        return rex.CloseResponse()

    def _check_name(self, name: str) -> None:
        if name not in self._names:
            raise exceptions.SessionDoesNotExistError(f"session {name!r} does not exist")

    def _run(self, command: str, timeout: float | None = None) -> CommandResult:
        with self._lock:
            try:
                result = self._session.execute(command, timeout=timeout)
            except SandboxDiedError as error:
                self.lost = True
                raise exceptions.SwerexException(str(error)) from None
        if result.timed_out:
            raise exceptions.CommandTimeoutError(f"{result.note} Before that it printed:\n{result.output}")
        return result

    def _act(self, action: rex.BashAction) -> rex.BashObservation:
        with self._lock:
            result = self._run(action.command, action.timeout)
            output = result.output + (f"[{result.note}]\n" if result.note else "") + self._announcement()
        _check(action, result.exit_code, output)
        return rex.BashObservation(output=output, exit_code=None if action.check == "ignore" else result.exit_code)

    def _announcement(self) -> str:
        """What tells SWE-agent, once, that the final submission was made."""
        if self._announced or not self._session.submitted:
            return ""
        self._announced = True
        write_inside(self._run, _PATCH, f"{self._session.challenge.spec.submission.path}\n".encode())
        return f"{_TOKEN}\n"

    def _execute(self, command: rex.Command) -> rex.CommandResponse:
        errors = "&1" if command.merge_output_streams else _ERRORS
        with self._lock:
            result = self._run(f"( {_command_line(command)} ) 2>{errors} && :", command.timeout)
            stderr = "" if command.merge_output_streams else self._read(_ERRORS).decode("utf-8", "backslashreplace")
        _check(command, result.exit_code, result.output + stderr)
        return rex.CommandResponse(stdout=result.output, stderr=stderr, exit_code=result.exit_code)

    def _read(self, path: str) -> bytes:
        return read_inside(self._run, path, limit=MAX_FILE_BYTES, output_bytes=self._session.limits.output_bytes)


def _command_line(command: rex.Command) -> str:
    """What `subprocess.run` would make of it, for bash."""
    words = [command.command] if isinstance(command.command, str) else command.command
    line = shlex.join(["sh", "-c", *words] if command.shell else words)
    if command.env is not None:
        line = f"env -i {' '.join(f'{name}={shlex.quote(value)}' for name, value in command.env.items())} {line}"
    return f"cd -- {shlex.quote(command.cwd)} && {line}" if command.cwd else line


def _check(action: Any, exit_code: int | None, output: str) -> None:
    """Raise if the caller wants a failure raised: `check` is "raise" for a session's action, true for a command."""
    if action.check in ("raise", True) and exit_code != 0:
        reason = f"{action.error_msg}: " if action.error_msg else ""
        raise exceptions.NonZeroExitCodeError(f"{reason}{action.command!r} gives exit code {exit_code}:\n{output}")
