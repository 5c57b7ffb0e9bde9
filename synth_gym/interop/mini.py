"""mini-swe-agent plays a challenge: an environment class for it.

Made for `mini --environment-class synth_gym.interop.mini.MiniEnvironment` and for its Python interface; nothing of
mini-swe-agent is imported before an episode ends. See `docs/swe-agent.md`.
"""

from __future__ import annotations

import platform
import shlex
import weakref
from typing import Any

from pydantic import BaseModel

from synth_gym.errors import MissingExtraError
from synth_gym.outcome import Outcome, StepResult
from synth_gym.session import Session
from synth_gym.suite import find_challenge

_EXIT_STATUS = {
    Outcome.SUBMITTED: "Submitted",
    Outcome.STEP_LIMIT: "LimitsExceeded",
    Outcome.TIME_LIMIT: "TimeExceeded",
}
"""mini-swe-agent's words, where it has one."""


class MiniEnvironmentConfig(BaseModel):
    """The section `environment` of mini-swe-agent's configuration."""

    challenge: str
    """Environment id or folder."""
    seed: int = 0
    """Of the episode."""
    sandbox: str = "bubblewrap"


class MiniEnvironment:
    """One episode. Templates may use `{{ instruction }}`: the first observation, which is the whole user turn.

    See `MiniEnvironmentConfig` for keyword arguments.
    """

    def __init__(self, *, config_class: type[MiniEnvironmentConfig] = MiniEnvironmentConfig, **kwargs: Any) -> None:
        self.config = config_class(**kwargs)
        self.session = Session(find_challenge(self.config.challenge), sandbox=self.config.sandbox)
        self.close = weakref.finalize(self, self.session.close)
        self.instruction, _ = self.session.start(self.config.seed)
        self.result: dict[str, Any] = {}
        """Of the ended episode: outcome, trainable, reward, raw_score, normalized."""

    def execute(self, action: dict[str, Any], cwd: str = "") -> dict[str, Any]:
        """Take one step.

        Args:
            action: the command line is under `command`.
            cwd: where it runs; where the last one ended by default.

        Raises:
            minisweagent.exceptions.Submitted: the episode has ended; `result` is in the message's `extra`.
        """
        command = action.get("command", "")
        step = self.session.step(f"cd -- {shlex.quote(cwd)}\n{command}" if cwd else command)
        if step.terminated or step.truncated:
            self._finish(step)
            raise _submitted()(self._exit_message(step))
        exit_code = step.info["exit_code"]
        return {
            "output": step.observation,
            "returncode": -1 if exit_code is None else exit_code,
            "exception_info": "",
        }

    def finish(self, outcome: Outcome = Outcome.CANCELLED) -> dict[str, Any]:
        """The result. An episode that the agent left ends here: its best validated submission is graded.

        Args:
            outcome: why the agent left (a cost limit of its own, for example); a cancelled episode has no reward.
        """
        if self.session.outcome is Outcome.RUNNING:
            self._finish(self.session.stop(outcome))
        return self.result

    def get_template_vars(self, **kwargs: Any) -> dict[str, Any]:
        """What templates may name."""
        return {**self.config.model_dump(), **platform.uname()._asdict(), "instruction": self.instruction, **kwargs}

    def serialize(self) -> dict[str, Any]:
        """The environment's part of a trajectory file."""
        config = {
            "environment": self.config.model_dump(mode="json"),
            "environment_type": f"{type(self).__module__}.{type(self).__name__}",
        }
        return {"info": {"config": config, **self.result}}

    def _finish(self, step: StepResult) -> None:
        told = ("outcome", "trainable", "raw_score", "normalized")
        self.result = {"reward": step.reward} | {name: step.info[name] for name in told}

    def _exit_message(self, step: StepResult) -> dict[str, Any]:
        outcome = Outcome(step.info["outcome"])
        submission = self.session.challenge.spec.submission.path if step.info["raw_score"] is not None else ""
        extra = {"exit_status": _EXIT_STATUS.get(outcome, str(outcome)), "submission": submission, **self.result}
        return {"role": "exit", "content": step.observation, "extra": extra}


def _submitted() -> type[Exception]:
    try:
        from minisweagent.exceptions import Submitted
    except ImportError:
        raise MissingExtraError("an episode of mini-swe-agent", "mini", "mini-swe-agent") from None
    return Submitted
