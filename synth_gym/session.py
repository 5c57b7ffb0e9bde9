"""One episode: sandbox, tools, judge and budgets. Everything that runs an episode wraps this class."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal, get_args

from synth_gym.challenge import Challenge, Limits
from synth_gym.errors import GraderFailedError, SandboxDiedError, SynthGymError
from synth_gym.foreign import ForeignTools
from synth_gym.grading import Grader, normalize, reward_of
from synth_gym.judge import Judge
from synth_gym.observation import first_observation, step_observation
from synth_gym.requirements import check_requirements
from synth_gym.sandbox import check_sandbox, make_sandbox
from synth_gym.sandbox.base import CommandResult, Reply, Sandbox, SandboxConfig
from synth_gym.sandbox.workspace import copy_tree
from synth_gym.tools import Toolset

RewardMode = Literal["final", "delta", "raw"]


class Outcome(StrEnum):
    """How an episode stands or ended."""

    RUNNING = "running"
    SUBMITTED = "submitted"
    STEP_LIMIT = "step_limit"
    TIME_LIMIT = "time_limit"
    INVALID_SUBMISSION = "invalid_submission"
    """`submit` was called with an artefact that the grader rejects."""
    FORMAT_ERROR = "format_error"
    """The policy's replies could not be read, too many times in a row."""
    CONTEXT_LIMIT = "context_limit"
    COST_LIMIT = "cost_limit"
    SANDBOX_DIED = "sandbox_died"
    GRADER_FAILED = "grader_failed"
    CANCELLED = "cancelled"

    @property
    def terminated(self) -> bool:
        """The task itself came to its end (Gymnasium's `terminated`); any other end is `truncated`."""
        return self in (Outcome.SUBMITTED, Outcome.INVALID_SUBMISSION)

    @property
    def trainable(self) -> bool:
        """False when the infrastructure, not the policy, decided the end: such an episode must not be learnt from."""
        return self not in (Outcome.SANDBOX_DIED, Outcome.GRADER_FAILED, Outcome.CANCELLED)


MAX_FORMAT_ERRORS = 5
"""Malformed actions in a row after which an episode ends as `format_error`."""


@dataclass(frozen=True)
class StepResult:
    """What `Session.step` gives: Gymnasium's five values."""

    observation: str
    reward: float
    terminated: bool
    truncated: bool
    info: dict[str, Any]


@dataclass
class _Progress:
    """What a budget counts, and what a snapshot keeps besides files."""

    step: int = 0
    seconds: float = 0.0
    format_errors: int = 0
    potential: float = 0.0
    outcome: Outcome = Outcome.RUNNING


@dataclass(frozen=True)
class Snapshot:
    """The files and the budgets of an episode at one moment. Processes and shell variables are not kept."""

    workspace: Path
    judge: Judge
    progress: _Progress = field(repr=False)


class Session:
    """One episode of one challenge.

    Args:
        challenge: what to play.
        sandbox: back-end, `"bubblewrap"`, `"docker"` or `"process"`.
        toolset: tool bundles; the shipped ones by default.
        limits: in place of the challenge's own.
        reward: `"final"` (all at the end), `"delta"` (the change of the best validated score's reward; the steps add
            up to the final reward) or `"raw"` (the private score itself, at the end).
        clock: seconds, monotonic. Only time spent inside commands counts against the budget: neither the policy's
            thinking nor grading does.
    """

    def __init__(
        self,
        challenge: Challenge,
        *,
        sandbox: str = "bubblewrap",
        toolset: Toolset | None = None,
        limits: Limits | None = None,
        reward: RewardMode = "final",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        check_sandbox(sandbox)
        if reward not in get_args(RewardMode):
            raise SynthGymError(f"no reward mode {reward!r}; choose one of: {', '.join(get_args(RewardMode))}")
        if reward == "raw" and challenge.spec.metric.worst is None:
            raise SynthGymError(
                f"{challenge.env_id}: reward 'raw' needs a metric with a finite worst value; use 'final' or 'delta'"
            )
        self.challenge = challenge
        self.toolset = toolset or Toolset.default()
        self.limits = limits or challenge.spec.limits
        self._backend = sandbox
        self._reward_mode = reward
        self._clock = clock
        self._scratch: Path | None = None
        self._sandbox: Sandbox
        self._judge: Judge
        self._foreign: ForeignTools | None = None
        self._state: dict[str, str] = {}
        self._seed = 0
        self._progress = _Progress()

    @property
    def outcome(self) -> Outcome:
        return self._progress.outcome

    @property
    def submitted(self) -> bool:
        """Whether `submit` was called. `step` ends the episode then; after `execute` it is the caller's to `stop`."""
        return self._scratch is not None and self._judge.submitted

    @property
    def workspace(self) -> Path:
        """Host path of the episode's workspace.

        Raises:
            SynthGymError: the session was not started.
        """
        if self._scratch is None:
            raise SynthGymError("the session has no workspace: call start() first")
        return self._scratch / "workspace"

    def start(self, seed: int = 0) -> tuple[str, dict[str, Any]]:
        """Begin a new episode in a fresh workspace.

        Args:
            seed: what the scripts inside read as `SEED`.

        Returns:
            the first observation (the instruction and the rules of the episode), and info.
        """
        check_requirements(self.challenge)
        self.close()
        self._seed = seed
        self._progress = _Progress()
        self._open(self.challenge.workspace)
        info = self._info(None, score=None) | {
            "instruction": self.challenge.instruction,
            "tools": self.toolset.schemas,
            "env_id": self.challenge.env_id,
            "challenge_hash": self.challenge.content_hash,
            "seed": seed,
            "sandbox": self._sandbox.describe(),
        }
        return first_observation(self.challenge, self.limits, self._sandbox.workspace), info

    def step(self, command: str) -> StepResult:
        """Run one command line in the episode's shell."""
        self._begin_step()
        self._progress.format_errors = 0
        before = self._judge.validations
        try:
            result = self.execute(command)
        except SandboxDiedError as error:
            return self._end(Outcome.SANDBOX_DIED, f"The sandbox was lost: {error}", None)
        latest = self._judge.latest
        score = latest.score if latest and self._judge.validations > before else None
        observation = step_observation(result, steps_left=self.limits.steps - self._progress.step)
        outcome = self._outcome_after_step()
        if outcome is Outcome.RUNNING:
            return self._continue(observation, result, score)
        return self._end(outcome, observation, result, score)

    def execute(self, command: str, *, timeout: float | None = None) -> CommandResult:
        """Run a command without counting a step, for agents that bring a loop of their own; `stop` ends the episode.

        Requests are answered, and the time is charged. `step` is made of this.

        Args:
            command: one command line.
            timeout: seconds, in place of the limit for one command.

        Raises:
            SandboxDiedError: the sandbox was lost.
        """
        self._check_running()
        timeout = timeout or self.limits.command_seconds
        if self._foreign is None:
            return self._run(command, timeout)
        result = self._run(self.toolset.guard(command), timeout)
        if self._progress.seconds < self.limits.seconds:
            self._state = self._foreign.state(self._run, result.exit_code)
        return result

    def reject(self, message: str) -> StepResult:
        """Count a step for an action that could not be read; the message is the observation."""
        self._begin_step()
        self._progress.format_errors += 1
        if self._progress.format_errors >= MAX_FORMAT_ERRORS:
            return self._end(Outcome.FORMAT_ERROR, message, None)
        if self._progress.step >= self.limits.steps:
            return self._end(Outcome.STEP_LIMIT, message, None)
        return self._continue(message, None, None)

    def stop(self, outcome: Outcome) -> StepResult:
        """End the episode from the policy's side (context, cost, cancelled); the best validated submission is graded.

        If `execute` has already brought it to an end, by a submission or a limit, that is the outcome.
        """
        self._check_running()
        reached = self._outcome_after_step()
        outcome = outcome if reached is Outcome.RUNNING else reached
        return self._end(outcome, f"The episode was ended: {outcome}.", None)

    def snapshot(self) -> Snapshot:
        """Keep the files and the budgets of this moment, until the session closes or starts anew."""
        self._check_running()
        assert self._scratch is not None
        folder = Path(tempfile.mkdtemp(prefix="snapshot-", dir=self._scratch))
        copy_tree(self.workspace, folder / "workspace")
        kept = self._judge.fork(self._judge.grader, self._sandbox, folder / "artefacts")
        return Snapshot(folder / "workspace", kept, replace(self._progress))

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot: its files and budgets, a fresh shell."""
        if self._scratch is not None:
            self._sandbox.close()
            shutil.rmtree(self.workspace)
            shutil.rmtree(self._scratch / "artefacts")
        self._open(snapshot.workspace)
        self._judge = snapshot.judge.fork(self._judge.grader, self._sandbox, self._judge.scratch)
        self._progress = replace(snapshot.progress)

    def fork(self, n: int) -> list[Session]:
        """`n` independent sessions that go on from this moment (files and budgets; each has a fresh shell)."""
        snapshot = self.snapshot()
        return [self._twin(snapshot) for _ in range(n)]

    def close(self) -> None:
        """End every process of the episode and delete its scratch files. Idempotent."""
        if self._scratch is None:
            return
        self._sandbox.close()
        shutil.rmtree(self._scratch, ignore_errors=True)
        self._scratch = None

    def __enter__(self) -> Session:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self, files: Path) -> None:
        """Start a shell over a copy of `files`."""
        self._scratch = self._scratch or Path(tempfile.mkdtemp(prefix="synth-gym-"))
        artefacts = self._scratch / "artefacts"
        artefacts.mkdir()
        copy_tree(files, self.workspace)
        self._sandbox = make_sandbox(self._backend, self._sandbox_config())
        grader = Grader(self.challenge, sandbox=self._backend, scratch=self._scratch)
        self._judge = Judge(self.challenge, grader, self._sandbox, artefacts, self.limits.validations)
        try:
            self._sandbox.start()
            if self.toolset.foreign:
                self._foreign = ForeignTools(self.toolset, self._sandbox, self.limits.output_bytes)
                self._state = self._foreign.install(self.challenge.instruction)
        except BaseException:
            self.close()
            raise

    def _sandbox_config(self) -> SandboxConfig:
        return SandboxConfig(
            workspace=self.workspace,
            limits=self.limits,
            tools=self.toolset.stage(self.workspace.with_name("tools")),
            environment={"SEED": str(self._seed), "PYTHONHASHSEED": str(self._seed % 2**32)},
            hide=self.challenge.spec.dataset.hide,
        )

    def _twin(self, snapshot: Snapshot) -> Session:
        twin = Session(
            self.challenge,
            sandbox=self._backend,
            toolset=self.toolset,
            limits=self.limits,
            reward=self._reward_mode,
            clock=self._clock,
        )
        twin._seed = self._seed
        twin.restore(snapshot)
        return twin

    def _run(self, command: str, timeout: float) -> CommandResult:
        """Run a command; the time that the judge took is not charged."""
        judged = 0.0

        def answer(request: str) -> Reply:
            nonlocal judged
            began = self._clock()
            reply = self._judge.answer(request)
            judged += self._clock() - began
            return reply

        self._judge.step = self._progress.step
        began = self._clock()
        seconds_left = self.limits.seconds - self._progress.seconds
        result = self._sandbox.execute(command, timeout=max(0.001, min(timeout, seconds_left)), on_request=answer)
        self._progress.seconds += max(0.0, self._clock() - began - judged)
        return result

    def _check_running(self) -> None:
        if self._scratch is None:
            raise SynthGymError("the session was not started: call start() first")
        if self.outcome is not Outcome.RUNNING:
            raise SynthGymError(f"the episode has ended ({self.outcome}): call start() for a new one")

    def _begin_step(self) -> None:
        self._check_running()
        self._progress.step += 1

    def _outcome_after_step(self) -> Outcome:
        if self._judge.failure:
            return Outcome.GRADER_FAILED
        if self._judge.submitted:
            return Outcome.SUBMITTED if self._judge.final else Outcome.INVALID_SUBMISSION
        if self._progress.seconds >= self.limits.seconds:
            return Outcome.TIME_LIMIT
        return Outcome.STEP_LIMIT if self._progress.step >= self.limits.steps else Outcome.RUNNING

    def _continue(self, observation: str, result: CommandResult | None, score: float | None) -> StepResult:
        return StepResult(observation, self._delta(), False, False, self._info(result, score))

    def _end(
        self, outcome: Outcome, observation: str, result: CommandResult | None, score: float | None = None
    ) -> StepResult:
        if outcome not in (Outcome.SUBMITTED, Outcome.SANDBOX_DIED, Outcome.GRADER_FAILED):
            try:
                self._judge.grade_kept()
            except GraderFailedError:
                outcome = Outcome.GRADER_FAILED
        self._progress.outcome = outcome
        reward = self._final_reward() if outcome.trainable else 0.0
        return StepResult(observation, reward, outcome.terminated, not outcome.terminated, self._info(result, score))

    def _delta(self) -> float:
        """In mode `delta`: how much the best validated submission's reward rose since the last step."""
        if self._reward_mode != "delta" or self._judge.best is None:
            return 0.0
        potential = reward_of(self._judge.best.score, self.challenge.spec)
        change, self._progress.potential = potential - self._progress.potential, potential
        return change

    def _final_reward(self) -> float:
        score = self._judge.final.score if self._judge.final else None
        if self._reward_mode == "raw":
            worst = self.challenge.spec.metric.worst
            assert worst is not None
            return worst if score is None else score
        return reward_of(score, self.challenge.spec) - self._progress.potential

    def _info(self, result: CommandResult | None, score: float | None) -> dict[str, Any]:
        judge, progress = self._judge, self._progress
        raw = judge.final.score if judge.final else None
        return {
            "outcome": str(progress.outcome),
            "trainable": progress.outcome.trainable,
            "step": progress.step,
            "steps_left": self.limits.steps - progress.step,
            "seconds_left": max(0.0, self.limits.seconds - progress.seconds),
            "validations_left": judge.validations_left,
            "exit_code": result.exit_code if result else None,
            "seconds": result.seconds if result else 0.0,
            "working_directory": result.working_directory if result else self._sandbox.workspace,
            "score": score,
            "best_score": judge.best.score if judge.best else None,
            "raw_score": raw,
            "normalized": None if raw is None else normalize(raw, self.challenge.spec),
        } | ({"state": self._state} if self._foreign else {})
