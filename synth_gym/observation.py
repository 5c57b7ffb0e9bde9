"""The text that an agent reads: the first observation of an episode, and what a command's result looks like."""

from __future__ import annotations

from synth_gym.challenge import Challenge, Limits
from synth_gym.sandbox.base import CommandResult

STEPS_LEFT_WARNING = 3
"""From this many steps left on, every observation says so."""

_RULES = """\
You work in a Linux shell in `{workspace}`, without network access. Every step is one shell command line.
- `validate` scores `{submission}` on the public part of the test set; you can validate {validations} times.
- `submit` hands in `{submission}` as your final answer, scored on the private part, and ends the episode.
- Budget: {steps} steps, {seconds:g} seconds of commands in all, {command_seconds:g} seconds for one command.
"""


def first_observation(challenge: Challenge, limits: Limits, workspace: str) -> str:
    """The instruction and the rules of the episode: the single user message of a conversation."""
    rules = _RULES.format(
        workspace=workspace,
        submission=challenge.spec.submission.path,
        validations=limits.validations,
        steps=limits.steps,
        seconds=limits.seconds,
        command_seconds=limits.command_seconds,
    )
    return f"{challenge.instruction.rstrip()}\n\n## How to work\n\n{rules}"


def step_observation(result: CommandResult, *, steps_left: int) -> str:
    """A command's output as it was printed, followed by bracketed notes on what the output alone does not tell."""
    notes = []
    if result.timed_out:
        notes.append("The command reached its time limit and was stopped.")
    elif result.exit_code not in (0, None):
        notes.append(f"Exit code: {result.exit_code}")
    if result.note:
        notes.append(result.note)
    if 0 < steps_left <= STEPS_LEFT_WARNING:
        notes.append(f"Steps left: {steps_left}")
    output = result.output if result.output or notes else "[no output]\n"
    separator = "" if not output or output.endswith("\n") else "\n"
    return output + separator + "".join(f"[{note}]\n" for note in notes)
