"""What the page of one episode shows, ready for its template."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from synth_gym.report.code import highlight, language_of
from synth_gym.report.plots import Frame, make_frame, running_best, staircase
from synth_gym.report.summary import Summary
from synth_gym.report.text import Folded, fold, printable
from synth_gym.rollout.record import Record, Step

_INLINE = 80
"""Characters of an argument that still stands on the call's own line."""

_OBVIOUS = ("command", "content", "text", "old", "new")
"""Arguments that need no label."""


@dataclass(frozen=True)
class Block:
    """A piece of code in a call: `kind` is `code`, `removed` or `added`."""

    kind: str
    label: str
    html: Markup


@dataclass(frozen=True)
class StepView:
    """One step as it is shown."""

    number: int
    kind: str
    tool: str
    words: tuple[str, ...]
    """Short arguments, shown beside the tool's name."""
    blocks: tuple[Block, ...]
    thought: str
    reasoning: str
    output: Folded
    exit_code: int | None
    failed: bool
    seconds: float
    score: float | None
    best: bool
    """The validated score is the best so far."""
    outcome: str
    tokens: int

    @property
    def mark(self) -> str:
        """What the step list shows: `score`, `error`, `end` or nothing."""
        if self.outcome != "running":
            return "end"
        return "score" if self.score is not None else "error" if self.failed else ""


@dataclass(frozen=True)
class ScorePlot:
    """Validated scores by step, on the normalised scale."""

    frame: Frame
    path: str
    points: tuple[tuple[int, float], ...]
    """(step, normalised public score)."""
    final: float | None
    """The normalised final score."""


def step_views(record: Record) -> list[StepView]:
    """Every step of a record."""
    reasoning = _reasoning(record)
    sign = 1.0 if record.metric.direction == "maximize" else -1.0
    views, best = [], float("-inf")
    for number, step in enumerate(record.trajectory, start=1):
        improved = step.score is not None and sign * step.score > best
        best = sign * step.score if improved and step.score is not None else best
        views.append(_view(number, step, improved, next(reasoning, "") if step.kind != "stopped" else ""))
    return views


def score_plot(summary: Summary, size: tuple[int, int]) -> ScorePlot:
    """The plot of one episode's validated scores."""
    progress, steps = summary.progress, max(summary.steps, 1)
    values = [value for _, value in progress] + ([] if summary.normalized is None else [summary.normalized])
    frame = make_frame(size, (0, steps), value_range(values), margins=(14, 64, 26, 40))
    path = staircase(running_best(progress), frame, end=steps)
    return ScorePlot(frame, path, tuple(progress), summary.normalized)


def value_range(values: list[float]) -> tuple[float, float]:
    """A range that holds the baseline (0), the reference (1) and normalised scores, except what lies far out."""
    return max(-1.0, min([-0.1, *(value - 0.1 for value in values)])), min(
        2.0, max([1.2, *(value + 0.1 for value in values)])
    )


def _view(number: int, step: Step, improved: bool, reasoning: str) -> StepView:
    words, blocks = _call(step)
    return StepView(
        number=number,
        kind=step.kind,
        tool=printable(step.tool),
        words=words,
        blocks=blocks,
        thought=printable(step.thought).strip(),
        reasoning=printable(reasoning).strip(),
        output=fold(printable(step.observation)),
        exit_code=step.exit_code,
        failed=step.kind == "rejected" or (step.kind == "command" and step.exit_code != 0),
        seconds=step.execution_time,
        score=step.score,
        best=improved,
        outcome=str(step.outcome),
        tokens=step.usage.prompt_tokens + step.usage.completion_tokens if step.usage else 0,
    )


def _call(step: Step) -> tuple[tuple[str, ...], tuple[Block, ...]]:
    """A tool call as short words and blocks of code."""
    if step.tool == "bash":
        command = step.arguments.get("command", step.action)
        return (), (_block("command", command, "bash"),)
    language = language_of(str(step.arguments.get("path", "")))
    words, blocks = [], []
    for name, value in step.arguments.items():
        if _is_short(name, value):
            words.append(printable(str(value)))
        else:
            blocks.append(_block(name, value, language))
    return tuple(words), tuple(blocks)


def _is_short(name: str, value: Any) -> bool:
    return name not in ("old", "new") and len(str(value)) <= _INLINE and "\n" not in str(value)


def _block(name: str, value: Any, language: str) -> Block:
    """The edit tools' `old` and `new` texts are shown as a difference."""
    kind = {"old": "removed", "new": "added"}.get(name, "code")
    label = "" if name in _OBVIOUS else printable(name)
    return Block(kind, label, highlight(printable(str(value)), language))


def _reasoning(record: Record) -> Iterator[str]:
    """What the model thought before each reply, in order; kept beside the trajectory, in the messages."""
    return (
        str(message.get("reasoning_content", "")) for message in record.messages if message.get("role") == "assistant"
    )
