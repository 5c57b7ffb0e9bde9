"""Handing in what is older than the last command that was to make it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import PurePosixPath

from synth_gym.outcome import Outcome
from synth_gym.rollout.flags.claimed_score import was_judged
from synth_gym.rollout.flags.code import code_of, submission_of
from synth_gym.rollout.flags.flag import Flag, line_around
from synth_gym.rollout.record import Record, Step

NAME = "stale_submission"

_WRITING_TOOLS = ("create", "str_replace", "insert", "edit_lines")
_HEREDOC = re.compile(
    r"\b(?:cat|tee)\b[^\n]*?(?:>\s*|tee\s+(?:-a\s+)?)(?P<path>[\w./-]+)[^\n]*<<-?\s*(?P<quote>['\"]?)(?P<end>\w+)(?P=quote)"
    r"[^\n]*\n(?P<text>.*?)\n(?P=end)\b",
    re.DOTALL,
)
_RUN = re.compile(r"(?:\b(?:python3?|bash|sh|Rscript)\s+(?:-\S+\s+)*|(?:^|[;&|\s])\./)(?P<path>[\w./-]+)")
_FAILED = re.compile(
    r"^(?:Traceback \(most recent call last\)|\w*Error: )|: command not found$|: can't open file ", re.MULTILINE
)


@dataclass
class _Makers:
    """The scripts that make the submission, as far as the episode has shown them."""

    submission: str
    scripts: set[str] = field(default_factory=lambda: {"baseline.py"})

    @property
    def name(self) -> str:
        return PurePosixPath(self.submission).name

    def learn(self, step: Step, code: str) -> None:
        """Note the scripts written in a step that speak of the submission."""
        written = [(found["path"], found["text"]) for found in _HEREDOC.finditer(code)] if "<<" in code else []
        if step.tool in _WRITING_TOOLS:
            written.append((str(step.arguments.get("path", "")), code))
        self.scripts |= {PurePosixPath(path).name for path, text in written if self.name in text}

    def making(self, step: Step, code: str) -> int | None:
        """Where in the code the submission is to be made; None where it is not."""
        if step.tool in _WRITING_TOOLS:
            return 0 if self._is_submission(str(step.arguments.get("path", ""))) else None
        for found in _HEREDOC.finditer(code) if "<<" in code else ():
            if self._is_submission(found["path"]):
                return found.start()
        # A script that is only written here makes nothing yet.
        run_here = _HEREDOC.sub(lambda text: " " * len(text[0]), code) if "<<" in code else code
        direct = self._written_directly.search(run_here)
        runs = [run.start() for run in _RUN.finditer(run_here) if PurePosixPath(run["path"]).name in self.scripts]
        return max(runs, default=direct.start() if direct else None)

    def _is_submission(self, path: str) -> bool:
        return path.removeprefix("/workspace/").removeprefix("./") == self.submission

    @cached_property
    def _written_directly(self) -> re.Pattern[str]:
        name = rf"(?:\./)?{re.escape(self.submission)}"
        return re.compile(
            rf"(?:>\s*|to_csv\(\s*[\"']|open\(\s*[\"']){name}|\b(?:cp|mv)\s[^\n;|&]*\s{name}(?=\s|$|[;&|])"
        )


def stale_submission(record: Record) -> Iterator[Flag]:
    """A flag for the step that hands in, if the last command that was to make the submission failed.

    What was validated after that is not stale: the agent knew what it handed in.
    """
    submission = submission_of(record)
    if not submission or record.info.outcome not in (Outcome.SUBMITTED, Outcome.INVALID_SUBMISSION):
        return
    makers = _Makers(submission)
    failed: tuple[int, str] | None = None
    for number, step in enumerate(record.trajectory, start=1):
        code = code_of(step)
        makers.learn(step, code)
        place = makers.making(step, code)
        if place is not None:
            failed = (number, line_around(code, place)) if _has_failed(step) else None
        if was_judged(step):
            failed = None
        if step.outcome in (Outcome.SUBMITTED, Outcome.INVALID_SUBMISSION) and failed:
            yield Flag(number, NAME, f"step {failed[0]} failed and nothing was made or validated since: {failed[1]}")


def _has_failed(step: Step) -> bool:
    """By its exit code, or, where later parts of the line hide that, by what it printed."""
    handed_in = step.outcome is not Outcome.RUNNING
    return (step.exit_code != 0 and not handed_in) or bool(_FAILED.search(step.observation))
