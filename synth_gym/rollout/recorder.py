"""Writes an episode down while it happens."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime
from typing import Any, Literal

import synth_gym
from synth_gym.challenge import Challenge
from synth_gym.outcome import Outcome, StepResult
from synth_gym.policies.base import Action, Usage
from synth_gym.rollout.record import EpisodeInfo, MetricInfo, ModelStats, PolicyInfo, Record, Step, TokenUsage
from synth_gym.session import Session
from synth_gym.shaping import RewardMode
from synth_gym.tools import Toolset
from synth_gym.tools.toolset import shipped_bundles


class Recorder:
    """Collects the turns of one episode; `record()` puts them together.

    Args:
        session: a session that was just started.
        observation: its first observation, the single user turn.
        info: its first info.
        system: the system turn.
        policy: who plays.
        reward: the session's reward mode.
    """

    def __init__(
        self,
        session: Session,
        observation: str,
        info: dict[str, Any],
        *,
        system: str,
        policy: PolicyInfo,
        reward: RewardMode,
    ) -> None:
        self._session = session
        self._reward_mode = reward
        self._first_info = self._info = info
        self._policy = policy
        self._started = datetime.now(UTC)
        self._began = time.monotonic()
        self._trajectory: list[Step] = []
        self._messages: list[dict[str, Any]] = [
            {"role": "system", "content": system},
            {"role": "user", "content": observation},
        ]
        self._history: list[dict[str, Any]] = [
            {"role": "system", "content": system, "agent": "main", "message_type": "system_prompt"},
            {"role": "user", "content": observation, "agent": "main", "message_type": "observation"},
        ]

    def command(self, action: Action, command: str, result: StepResult) -> None:
        """An action that was run as one command line."""
        self._turn("command", action, command, result)

    def rejected(self, action: Action, result: StepResult) -> None:
        """An action that could not be read."""
        self._turn("rejected", action, "", result)

    def stopped(self, result: StepResult) -> None:
        """The policy's side ended the episode: a step of the trajectory, no turn of the conversation."""
        self._step("stopped", Action(tool="", arguments={}), "", result)

    def record(self, *, error: str = "") -> Record:
        """The finished record; `error` is the exception that ended the episode, if one did."""
        first, challenge = self._first_info, self._session.challenge
        usage = self._usage()
        return Record(
            env_id=challenge.env_id,
            suite=challenge.suite,
            family=challenge.spec.family,
            title=challenge.spec.title,
            challenge_hash=first["challenge_hash"],
            metric=_metric(challenge),
            seed=first["seed"],
            policy=self._policy,
            reward_mode=self._reward_mode,
            limits=self._session.limits,
            bundles=_bundles(self._session.toolset),
            variables=dict(self._session.toolset.variables),
            registry=dict(self._session.toolset.registry),
            sandbox=first["sandbox"] | {"workspace": first["working_directory"]},
            package_version=synth_gym.__version__,
            started=self._started.isoformat(timespec="seconds"),
            seconds=round(time.monotonic() - self._began, 3),
            usage=usage,
            info=self._episode_info(usage, error),
            environment=challenge.env_id,
            tools=first["tools"],
            messages=self._messages,
            trajectory=self._trajectory,
            history=self._history,
        )

    def _turn(self, kind: Literal["command", "rejected"], action: Action, command: str, result: StepResult) -> None:
        self._step(kind, action, command, result)
        identifier = f"call_{len(self._trajectory)}"
        call = {"name": action.tool, "arguments": action.arguments}
        # A reply that held no tool call is answered by a tool turn all the same: a second user turn in an episode makes
        # several chat templates drop all earlier reasoning.
        calls = [{"id": identifier, "type": "function", "function": call}] if action.tool else []
        self._messages += [
            {"role": "assistant", "content": action.thought}
            | ({"reasoning_content": action.reasoning} if action.reasoning else {})
            | ({"tool_calls": calls} if calls else {}),
            {"role": "tool", "content": result.observation}
            | ({"name": action.tool, "tool_call_id": identifier} if calls else {}),
        ]
        self._history += [
            {"role": "assistant", "content": action.thought, "thought": action.thought, "action": command}
            | {"agent": "main", "message_type": "action"}
            | ({"tool_calls": [_with_text_arguments(one) for one in calls]} if calls else {}),
            {"role": "tool", "content": result.observation, "agent": "main", "message_type": "observation"}
            | {"tool_call_ids": [identifier] if calls else []},
        ]

    def _step(
        self, kind: Literal["command", "rejected", "stopped"], action: Action, command: str, result: StepResult
    ) -> None:
        self._info = info = result.info
        self._trajectory.append(
            Step(
                action=command,
                observation=result.observation,
                response=action.thought,
                thought=action.thought,
                execution_time=round(info["seconds"], 6),
                state={"working_dir": info["working_directory"]} | info.get("state", {}),
                kind=kind,
                tool=action.tool,
                arguments=action.arguments,
                reward=result.reward,
                exit_code=info["exit_code"],
                score=info["score"],
                outcome=Outcome(info["outcome"]),
                usage=_token_usage(action.usage),
            )
        )

    def _usage(self) -> TokenUsage:
        used = [step.usage for step in self._trajectory if step.usage]
        return TokenUsage(
            prompt_tokens=sum(one.prompt_tokens for one in used),
            completion_tokens=sum(one.completion_tokens for one in used),
            cost=sum(one.cost for one in used),
            calls=sum(one.calls for one in used),
        )

    def _episode_info(self, usage: TokenUsage, error: str) -> EpisodeInfo:
        last = self._info
        return EpisodeInfo(
            exit_status=last["outcome"],
            submission=None,
            model_stats=ModelStats(
                instance_cost=usage.cost,
                tokens_sent=usage.prompt_tokens,
                tokens_received=usage.completion_tokens,
                api_calls=usage.calls,
            ),
            outcome=Outcome(last["outcome"]),
            trainable=last["trainable"],
            reward=sum(step.reward for step in self._trajectory),
            raw_score=last["raw_score"],
            normalized=last["normalized"],
            scores=last.get("scores", {}),
            best_score=last["best_score"],
            steps=last["step"],
            validations=self._first_info["validations_left"] - last["validations_left"],
            error=error,
        )


def _bundles(toolset: Toolset) -> list[str]:
    """Shipped bundles by name, others by path."""
    shipped = shipped_bundles()
    return [path.name if path.parent == shipped else str(path) for path in toolset.folders]


def _metric(challenge: Challenge) -> MetricInfo:
    spec = challenge.spec
    return MetricInfo(
        name=spec.metric.name,
        direction=spec.metric.direction,
        baseline=spec.baseline.mean,
        reference=spec.reference.mean,
        public_baseline=spec.baseline.public_mean,
        public_reference=spec.reference.public_mean,
    )


def _token_usage(usage: Usage | None) -> TokenUsage | None:
    if usage is None:
        return None
    return TokenUsage(
        prompt_tokens=usage.prompt_tokens, completion_tokens=usage.completion_tokens, cost=usage.cost, calls=1
    )


def _with_text_arguments(call: dict[str, Any]) -> dict[str, Any]:
    """A tool call with its arguments as JSON text, which is how SWE-agent keeps them."""
    function = call["function"]
    return call | {"function": function | {"arguments": json.dumps(function["arguments"], ensure_ascii=False)}}
