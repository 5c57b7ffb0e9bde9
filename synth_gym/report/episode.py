"""What the reader's page needs of one episode, as plain data. The page makes elements of its texts, never markup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from synth_gym.report.summary import Summary, has_failed
from synth_gym.report.text import printable
from synth_gym.rollout.flags import Flag
from synth_gym.rollout.record import Record, Step

_OPENING = {"system": "System prompt", "user": "Task"}


def episode_data(record: Record, summary: Summary, flags: Iterable[Flag], file: str) -> dict[str, Any]:
    """One episode. What is empty is left out.

    Args:
        record: the episode.
        summary: its facts.
        flags: its integrity flags.
        file: the record's path, as the reader is told it.
    """
    flagged: dict[int, list[list[str]]] = {}
    for flag in flags:
        flagged.setdefault(flag.step, []).append([flag.name, printable(flag.evidence)])
    return _filled(
        {
            "id": summary.id,
            "env_id": record.env_id,
            "title": printable(record.title),
            "family": record.family,
            "policy": printable(summary.method),
            "seed": record.seed,
            "outcome": summary.outcome,
            "trainable": summary.trainable,
            "metric": record.metric.model_dump(),
            "score": summary.raw_score,
            "normalized": summary.normalized,
            "progress": summary.progress,
            "seconds": record.seconds,
            "tokens": [record.usage.prompt_tokens, record.usage.completion_tokens],
            "cost": record.usage.cost,
            "error": printable(record.info.error),
            "opening": _opening(record),
            "steps": list(_steps(record, flagged)),
            "hash": record.challenge_hash,
            "started": record.started,
            "version": record.package_version,
            "file": printable(file),
        }
    )


def _opening(record: Record) -> list[tuple[str, str]]:
    return [
        (_OPENING[turn["role"]], printable(str(turn["content"])))
        for turn in record.messages[:2]
        if turn["role"] in _OPENING and turn["content"]
    ]


def _steps(record: Record, flagged: Mapping[int, list[list[str]]]) -> Iterator[dict[str, Any]]:
    reasoning = _reasoning(record)
    sign = 1.0 if record.metric.direction == "maximize" else -1.0
    best = float("-inf")
    for number, step in enumerate(record.trajectory, start=1):
        improved = step.score is not None and sign * step.score > best
        best = sign * step.score if improved and step.score is not None else best
        yield _filled(
            _step(step)
            | {"best": improved, "flags": flagged.get(number, [])}
            | {"reasoning": printable(next(reasoning, "")).strip() if step.kind != "stopped" else ""}
        )


def _step(step: Step) -> dict[str, Any]:
    shell = step.tool == "bash"
    arguments = {"command": step.arguments.get("command", step.action)} if shell else step.arguments
    return {
        "kind": step.kind,
        "tool": printable(step.tool),
        "arguments": {printable(name): printable(str(value)) for name, value in arguments.items()},
        "thought": printable(step.thought).strip(),
        "output": printable(step.observation),
        "exit_code": step.exit_code,
        "failed": has_failed(step),
        "seconds": step.execution_time,
        "score": step.score,
        "outcome": "" if step.outcome == "running" else str(step.outcome),
        "tokens": [step.usage.prompt_tokens, step.usage.completion_tokens] if step.usage else [],
        "cost": step.usage.cost if step.usage else 0,
    }


def _reasoning(record: Record) -> Iterator[str]:
    """What the model thought before each reply, in order; kept beside the trajectory, in the messages."""
    return (
        str(message.get("reasoning_content", "")) for message in record.messages if message.get("role") == "assistant"
    )


def _filled(data: dict[str, Any]) -> dict[str, Any]:
    """Without what is empty; 0 and false count as empty where a page takes them for absent."""
    kept_zeros = ("score", "normalized", "exit_code", "seed")
    return {key: value for key, value in data.items() if value or (key in kept_zeros and value is not None)}
