"""All episodes as columns: what the table of episodes loads at once, however many there are."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from synth_gym.report.summary import Summary
from synth_gym.report.text import printable
from synth_gym.rollout.flags import FLAGS

_FACTS: dict[str, Callable[[Summary], Any]] = {
    "seed": lambda one: one.seed,
    "score": lambda one: _rounded(one.raw_score, 6),
    "normalized": lambda one: _rounded(one.normalized, 4),
    "validations": lambda one: len(one.scores),
    "steps": lambda one: one.steps,
    "failures": lambda one: one.failures,
    "seconds": lambda one: _rounded(one.seconds, 4),
    "tokens": lambda one: one.tokens,
    "cost": lambda one: _rounded(one.cost, 4),
    "trainable": lambda one: int(one.trainable),
    "started": lambda one: _epoch(one.started),
    "flags": lambda one: sum(1 << place for place, name in enumerate(FLAGS) if name in one.flags),
}
"""Columns of numbers. Flags are a sum of powers of two, in the order of `FLAGS`."""


@dataclass
class Words:
    """Texts that many rows share, each once."""

    places: dict[str, int] = field(default_factory=dict)

    def place(self, word: str) -> int:
        return self.places.setdefault(word, len(self.places))


class Columns:
    """Gathers rows.

    Rows of one episode that two folders hold get ids of their own.
    """

    def __init__(self) -> None:
        self.challenges: dict[str, int] = {}
        self._challenges: list[dict[str, Any]] = []
        self.methods, self.outcomes = Words(), Words()
        self._ids: dict[str, int] = {}
        self._columns: dict[str, list[Any]] = {name: [] for name in ("id", "challenge", "policy", "outcome", *_FACTS)}
        self._batches: list[tuple[str, int]] = []

    def add(self, key: str, summaries: Iterable[Summary]) -> None:
        """The rows of one batch, which follow those of the batches before it."""
        self._batches.append((key, len(self._columns["id"])))
        for one in summaries:
            row = (self._own_id(one.id), self._challenge(one), self.methods.place(one.method))
            for name, value in zip(self._columns, (*row, self.outcomes.place(one.outcome)), strict=False):
                self._columns[name].append(value)
            for name, fact in _FACTS.items():
                self._columns[name].append(fact(one))

    def script(self, titles: Mapping[str, str], hues: Mapping[str, int]) -> str:
        """The file that pages load.

        Args:
            titles: of methods.
            hues: colours of methods, where they have one.
        """
        policies = [
            {"title": printable(titles[method]), "method": printable(method), "hue": hues.get(method, -1)}
            for method in self.methods.places
        ]
        data = {
            "challenges": self._challenges,
            "policies": policies,
            "outcomes": list(self.outcomes.places),
            "flags": FLAGS,
            "batches": self._batches,
            "columns": self._columns,
        }
        return f"synthGym.columns({json.dumps(data, ensure_ascii=False, separators=(',', ':'))});\n"

    def _challenge(self, one: Summary) -> int:
        if one.env_id not in self.challenges:
            self.challenges[one.env_id] = len(self._challenges)
            fields = {"id": one.env_id, "title": printable(one.title), "family": one.family}
            self._challenges.append(fields | {"metric": one.metric.name, "up": one.sign > 0})
        return self.challenges[one.env_id]

    def _own_id(self, identifier: str) -> str:
        seen = self._ids.get(identifier, 0) + 1
        self._ids[identifier] = seen
        return identifier if seen == 1 else f"{identifier}-{seen}"


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else float(f"{value:.{digits}g}")


def _epoch(started: str) -> int:
    return int(datetime.fromisoformat(started).timestamp())
