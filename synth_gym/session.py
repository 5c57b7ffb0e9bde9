"""One episode: sandbox, tools, judge and budgets. Everything that runs an episode wraps this class."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from synth_gym.budget import Budget
from synth_gym.challenge import Challenge, Limits
from synth_gym.errors import GraderFailedError, SandboxDiedError, SynthGymError
from synth_gym.foreign import ForeignTools
from synth_gym.grading import Grader, normalize
from synth_gym.judge import Judge
from synth_gym.observation import first_observation, step_observation
from synth_gym.outcome import Outcome, StepResult
from synth_gym.requirements import check_requirements
from synth_gym.sandbox import check_sandbox, make_sandbox
from synth_gym.sandbox.base import CommandResult, Reply, Sandbox, SandboxConfig
from synth_gym.sandbox.workspace import CopyMethod, copy_tree
from synth_gym.shaping import RewardMode, RewardShaping
from synth_gym.tools import Toolset


@dataclass(frozen=True)
class Snapshot:
    """The files and the budgets of an episode at one moment. Processes and shell variables are not kept."""

    workspace: Path
    judge: Judge
    budget: Budget
    potential: float
    disturbed: bool


class Session:
    """One episode of one challenge.

    Args:
        challenge: what to play.
        sandbox: back-end, `"bubblewrap"`, `"docker"` or `"process"`.
        toolset: tool bundles; the shipped ones by default.
        limits: in place of the challenge's own.
        reward: when it is given; see `RewardShaping`.
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
        self.challenge = challenge
        self.toolset = toolset or Toolset.default()
        self.limits = limits or challenge.spec.limits
        self._backend = sandbox
        self._clock = clock
        self._scratch: Path | None = None
        self._sandbox: Sandbox
        self._judge: Judge
        self._copied_by: CopyMethod
        self._foreign: ForeignTools | None = None
        self._state: dict[str, str] = {}
        self._seed = 0
        self._outcome = Outcome.RUNNING
        self._disturbed = False
        self._budget = Budget(self.limits)
        self._shaping = RewardShaping(challenge, reward)

    @property
    def outcome(self) -> Outcome:
        return self._outcome

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
        self._outcome = Outcome.RUNNING
        self._disturbed = False
        self._budget = Budget(self.limits)
        self._shaping.potential = 0.0
        self._open(self.challenge.workspace)
        info = self._info(None, score=None) | {
            "instruction": self.challenge.instruction,
            "tools": self.toolset.schemas,
            "env_id": self.challenge.env_id,
            "challenge_hash": self.challenge.content_hash,
            "seed": seed,
            "sandbox": self._sandbox.describe() | {"copied_by": self._copied_by},
        }
        return first_observation(self.challenge, self.limits, self._sandbox.workspace), info

    def step(self, command: str) -> StepResult:
        """Run one command line in the episode's shell."""
        self._begin_step()
        self._budget.format_errors = 0
        before = self._judge.validations
        try:
            result = self.execute(command)
        except SandboxDiedError as error:
            return self._end(Outcome.SANDBOX_DIED, f"The sandbox was lost: {error}", None)
        latest = self._judge.latest
        score = latest.score if latest and self._judge.validations > before else None
        observation = step_observation(result, steps_left=self._budget.steps_left)
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
        if self._budget.seconds_left:
            self._state = self._foreign.state(self._run, result.exit_code)
        return result

    def reject(self, message: str) -> StepResult:
        """Count a step for an action that could not be read; the message is the observation."""
        self._begin_step()
        self._budget.format_errors += 1
        if self._budget.outcome is Outcome.RUNNING:
            return self._continue(message, None, None)
        return self._end(self._budget.outcome, message, None)

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
        return Snapshot(folder / "workspace", kept, replace(self._budget), self._shaping.potential, self._disturbed)

    def restore(self, snapshot: Snapshot) -> None:
        """Go back to a snapshot: its files and budgets, a fresh shell."""
        if self._scratch is not None:
            self._sandbox.close()
            shutil.rmtree(self.workspace)
            shutil.rmtree(self._scratch / "artefacts")
        self._open(snapshot.workspace)
        self._judge = snapshot.judge.fork(self._judge.grader, self._sandbox, self._judge.scratch)
        self._outcome = Outcome.RUNNING
        self._disturbed = snapshot.disturbed
        self._budget = replace(snapshot.budget)
        self._shaping.potential = snapshot.potential

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
        self._copied_by = copy_tree(files, self.workspace)
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
            image_folder=self.challenge.image_folder,
        )

    def _twin(self, snapshot: Snapshot) -> Session:
        twin = Session(
            self.challenge,
            sandbox=self._backend,
            toolset=self.toolset,
            limits=self.limits,
            reward=self._shaping.mode,
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

        self._judge.step = self._budget.step
        began = self._clock()
        timeout = max(0.001, min(timeout, self._budget.seconds_left))
        result = self._sandbox.execute(command, timeout=timeout, on_request=answer)
        self._budget.seconds += max(0.0, self._clock() - began - judged)
        # The episode goes on in a new sandbox, but what the old one took along was not the policy's to lose.
        self._disturbed |= result.infrastructure_fault
        return result

    def _check_running(self) -> None:
        if self._scratch is None:
            raise SynthGymError("the session was not started: call start() first")
        if self.outcome is not Outcome.RUNNING:
            raise SynthGymError(f"the episode has ended ({self.outcome}): call start() for a new one")

    def _begin_step(self) -> None:
        self._check_running()
        self._budget.step += 1

    def _outcome_after_step(self) -> Outcome:
        if self._judge.failure:
            return Outcome.GRADER_FAILED
        if self._judge.submitted:
            return Outcome.SUBMITTED if self._judge.final else Outcome.INVALID_SUBMISSION
        return self._budget.outcome

    def _continue(self, observation: str, result: CommandResult | None, score: float | None) -> StepResult:
        info = self._info(result, score)
        return StepResult(observation, self._shaping.step(info["best_score"]), False, False, info)

    def _end(
        self, outcome: Outcome, observation: str, result: CommandResult | None, score: float | None = None
    ) -> StepResult:
        if outcome not in (Outcome.SUBMITTED, Outcome.SANDBOX_DIED, Outcome.GRADER_FAILED):
            try:
                self._judge.grade_kept()
            except GraderFailedError:
                outcome = Outcome.GRADER_FAILED
        self._outcome = outcome
        info = self._info(result, score)
        reward = self._shaping.final(info["raw_score"]) if outcome.trainable else 0.0
        return StepResult(observation, reward, outcome.terminated, not outcome.terminated, info)

    def _info(self, result: CommandResult | None, score: float | None) -> dict[str, Any]:
        judge, budget = self._judge, self._budget
        raw = judge.final.score if judge.final else None
        return {
            "outcome": str(self.outcome),
            "trainable": self.outcome.trainable and not self._disturbed,
            "step": budget.step,
            "steps_left": budget.steps_left,
            "seconds_left": budget.seconds_left,
            "validations_left": judge.validations_left,
            "exit_code": result.exit_code if result else None,
            "seconds": result.seconds if result else 0.0,
            "working_directory": result.working_directory if result else self._sandbox.workspace,
            "score": score,
            "best_score": judge.best.score if judge.best else None,
            "raw_score": raw,
            "normalized": None if raw is None else normalize(raw, self.challenge.spec),
        } | self._special_info()

    def _special_info(self) -> dict[str, Any]:
        """What only some episodes have: the state of foreign tools, the scores of a published benchmark's task."""
        state = {"state": self._state} if self._foreign else {}
        return state | ({"scores": self._judge.scores} if self.challenge.spec.evaluator else {})
