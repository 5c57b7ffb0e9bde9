"""Running a recorded episode again, and saying where it went differently."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable
from dataclasses import dataclass, field

from synth_gym.challenge import Challenge
from synth_gym.outcome import Outcome, StepResult
from synth_gym.rollout.masking import mask_times
from synth_gym.rollout.record import Record, Step
from synth_gym.session import Session
from synth_gym.tools import Toolset

_DIFF_LINES = 20


@dataclass
class Replay:
    """What came of running a record's actions again."""

    challenge_changed: bool
    """The challenge's files are not those that the record was made with."""
    steps: int = 0
    outcome: Outcome = Outcome.RUNNING
    reward: float = 0.0
    raw_score: float | None = None
    different_steps: list[int] = field(default_factory=list)
    """Steps whose observation, exit code, validated score or outcome was another; 0 is the first observation."""
    first_difference: str = ""
    """The first of them, as a short diff."""
    result_differences: list[str] = field(default_factory=list)
    """Where outcome, reward and final score deviate."""

    @property
    def equal(self) -> bool:
        return not self.different_steps and not self.result_differences


def replay(
    record: Record,
    challenge: Challenge,
    *,
    sandbox: str | None = None,
    on_step: Callable[[], object] = lambda: None,
) -> Replay:
    """Run a record's actions in a fresh session with its seed, and compare; times are masked (`mask_times`).

    Args:
        record: the episode.
        challenge: the challenge that it was played on.
        sandbox: back-end; the record's own by default.
        on_step: called after every step.
    """
    again = Replay(challenge_changed=challenge.content_hash != record.challenge_hash)
    with Session(
        challenge,
        sandbox=sandbox or record.sandbox["name"],
        toolset=Toolset.load(record.bundles, variables=record.variables, registry=record.registry),
        limits=record.limits,
        reward=record.reward_mode,
    ) as session:
        observation, info = session.start(record.seed)
        places = (record.sandbox["workspace"], info["working_directory"])
        _compare(again, 0, record.messages[1]["content"], observation, places)
        for number, step in enumerate(record.trajectory, start=1):
            if session.outcome is not Outcome.RUNNING:
                break
            result = _repeat(session, step)
            _note(again, result)
            _compare(again, number, _shown(step), _shown(result), places)
            on_step()
    again.result_differences = _result_differences(record, again)
    return again


def _repeat(session: Session, step: Step) -> StepResult:
    if step.kind == "rejected":
        return session.reject(step.observation)
    if step.kind == "stopped":
        return session.stop(step.outcome)
    return session.step(step.action)


def _note(again: Replay, result: StepResult) -> None:
    again.steps += 1
    again.reward += result.reward
    again.outcome = Outcome(result.info["outcome"])
    again.raw_score = result.info["raw_score"]


def _shown(step: Step | StepResult) -> str:
    """What is compared of a step, as text."""
    if isinstance(step, Step):
        exit_code, score, outcome = step.exit_code, step.score, str(step.outcome)
    else:
        exit_code, score, outcome = step.info["exit_code"], step.info["score"], step.info["outcome"]
    validated = "" if score is None else f", validated {score:.9g}"
    return f"{step.observation.rstrip()}\n(exit code {exit_code}, {outcome}{validated})\n"


def _compare(again: Replay, number: int, recorded: str, now: str, places: tuple[str, str]) -> None:
    texts = zip((recorded, now), places, strict=True)
    before, after = (mask_times(text.replace(place, "<workspace>")) for text, place in texts)
    if before == after:
        return
    again.different_steps.append(number)
    again.first_difference = again.first_difference or _diff(before, after, number)


def _diff(before: str, after: str, number: int) -> str:
    names = (f"step {number}, recorded", f"step {number}, now")
    lines = list(difflib.unified_diff(before.splitlines(), after.splitlines(), *names, lineterm="", n=1))
    left_out = len(lines) - _DIFF_LINES
    return "\n".join(lines[:_DIFF_LINES] + ([f"... {left_out} lines more"] if left_out > 0 else []))


def _result_differences(record: Record, again: Replay) -> list[str]:
    info = record.info
    pairs = (
        ("steps", len(record.trajectory), again.steps),
        ("outcome", str(info.outcome), str(again.outcome)),
        ("raw score", info.raw_score, again.raw_score),
        ("reward", info.reward, again.reward),
    )
    return [f"{name}: recorded {before}, now {after}" for name, before, after in pairs if not _same(before, after)]


def _same(before: object, after: object) -> bool:
    """Equal; floats up to the rounding of a sum."""
    if isinstance(before, float) and isinstance(after, float):
        return math.isclose(before, after, rel_tol=1e-9, abs_tol=1e-12)
    return before == after
