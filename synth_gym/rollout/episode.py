"""One episode: a policy plays a challenge, and the record of it comes back."""

from __future__ import annotations

import json
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

from synth_gym.challenge import Challenge, Limits
from synth_gym.errors import SynthGymError
from synth_gym.outcome import Outcome, StepResult
from synth_gym.policies.agent import AgentDefinition
from synth_gym.policies.base import Action, Policy, PolicyStopped
from synth_gym.policies.spending import BudgetSpentError
from synth_gym.rollout.record import PolicyInfo, Record
from synth_gym.rollout.recorder import Recorder
from synth_gym.rollout.slots import Slots, Turnstile
from synth_gym.session import Session
from synth_gym.shaping import RewardMode
from synth_gym.tools import InvalidToolCallError


def run_episode(
    challenge: Challenge,
    policy: Policy,
    *,
    seed: int = 0,
    agent: AgentDefinition | None = None,
    sandbox: str = "bubblewrap",
    limits: Limits | None = None,
    reward: RewardMode = "final",
    player: PolicyInfo | None = None,
    slots: Slots | None = None,
) -> Record:
    """Play one episode to its end.

    A policy that raises ends its episode as `cancelled`, with the exception in `info.error`; an infrastructure fault
    ends it as `sandbox_died` or `grader_failed`. Neither is trainable.

    Args:
        challenge: what to play.
        policy: who plays.
        seed: of the episode; scripts in the sandbox read it as `SEED`.
        agent: gives the system turn and the tools; the shipped default.
        sandbox: back-end.
        limits: in place of the challenge's own.
        reward: the session's reward mode.
        player: what the record calls the policy; its own name by default.
        slots: shared with other episodes; one is held while the sandbox starts, a command runs or a submission is
            graded. The wait for it is charged to no budget.

    Raises:
        BudgetSpentError: a shared budget had nothing left for the first move. Later it ends the episode as `cancelled`.
        SynthGymError: a mistake of the user's (no such sandbox, a missing package ...), not an event of the episode.
    """
    agent = agent or AgentDefinition.load()
    toolset, turnstile = agent.toolset(), Turnstile(slots)
    with Session(challenge, sandbox=sandbox, toolset=toolset, limits=limits, reward=reward) as session:
        with turnstile:
            observation, info = session.start(seed)
        recorder = Recorder(
            session,
            observation,
            info,
            system=agent.system(toolset),
            policy=player or PolicyInfo(name=policy.name),
            reward=reward,
        )
        error = _play(session, policy, recorder, turnstile, observation, info)
        return recorder.record(error=error)


def _play(
    session: Session,
    policy: Policy,
    recorder: Recorder,
    turnstile: Turnstile,
    observation: str,
    info: dict[str, Any],
) -> str:
    """Act until the episode ends; gives the exception that ended it, or an empty string."""
    waited_before = turnstile.waited
    try:
        policy.reset(observation, info)
        while session.outcome is Outcome.RUNNING:
            action = policy.act(observation, info)
            with turnstile:
                result = _turn(session, action, recorder)
            observation = result.observation
            info = result.info | {"slot_seconds": turnstile.waited - waited_before}
    except PolicyStopped as stopped:
        with turnstile:
            recorder.stopped(session.stop(stopped.outcome))
    except SynthGymError:
        raise
    except Exception as error:
        unpaid = isinstance(error, BudgetSpentError) and info["step"] == 0
        if unpaid or session.outcome is not Outcome.RUNNING:
            raise
        with turnstile:
            recorder.stopped(session.stop(Outcome.CANCELLED))
        return _describe(error)
    return ""


def _turn(session: Session, action: Action, recorder: Recorder) -> StepResult:
    action = _readable(action)
    try:
        if action.error:
            raise InvalidToolCallError(action.error)
        command = session.toolset.render(action.tool, action.arguments)
    except InvalidToolCallError as error:
        result = session.reject(str(error))
        recorder.rejected(action, result)
        return result
    result = session.step(command)
    recorder.command(action, command, result)
    return result


def _readable(action: Action) -> Action:
    """The action as JSON can hold it: models emit halves of surrogate pairs, and people's own policies pass paths."""
    if not isinstance(action.arguments, dict):
        kind = type(action.arguments).__name__
        return replace(action, arguments={}, error=f"The arguments of a call must be an object, not {kind}.")
    text = _encodable(json.dumps(action.arguments, ensure_ascii=False, default=str))
    arguments = json.loads(text, parse_constant=lambda _: None)  # NaN and Infinity are no JSON
    return replace(
        action, arguments=arguments, thought=_encodable(action.thought), reasoning=_encodable(action.reasoning)
    )


def _encodable(text: str) -> str:
    return text.encode("utf-8", errors="replace").decode("utf-8")


def _describe(error: Exception) -> str:
    """The exception and where it was raised, on one line."""
    frame = traceback.extract_tb(error.__traceback__)[-1]
    what = traceback.format_exception_only(error)[-1].strip()
    return f"{what} ({Path(frame.filename).name}, line {frame.lineno})"
