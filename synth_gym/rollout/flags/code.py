"""What a step ran, as text."""

from __future__ import annotations

import re

from synth_gym.rollout.record import Record, Step
from synth_gym.transcript import instruction_of

_SUBMISSION = re.compile(r"^- `submit` hands in `(.+?)`", re.MULTILINE)
# A hash at the start of a word begins a comment in the shell as in Python. Blanks keep every position where it was.
_COMMENT = re.compile(r"(?m)(?:^|(?<=[\s;]))#[^\n]*")


def code_of(step: Step) -> str:
    """The command line, or the texts that were handed to a tool; comments are blanked out.

    A file tool's texts are taken as they were given: in the rendered command line they are quoted for the shell.
    """
    if step.kind == "stopped":
        return ""
    texts = [str(value) for value in step.arguments.values() if isinstance(value, str)]
    code = step.action if step.tool in ("", "bash") or not texts else "\n".join([step.tool, *texts])
    return _COMMENT.sub(lambda comment: " " * len(comment[0]), code)


def submission_of(record: Record) -> str:
    """Path of the file that is handed in, as the rules of the episode name it; empty if they do not."""
    found = _SUBMISSION.search(instruction_of(record.messages))
    return found[1] if found else ""
