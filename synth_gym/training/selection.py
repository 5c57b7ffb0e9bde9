"""Which episodes are worth learning from: small rules, applied one after another, each of which says what it dropped.

Rules see `Candidate`s, the few figures of a record that selection needs, so that selecting among any number of records
takes little memory.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Candidate:
    """One record, seen from outside."""

    path: Path
    hash: str
    """`sha256:<hex>` of the record file."""
    env_id: str
    seed: int
    policy: str
    outcome: str
    trainable: bool
    normalized: float | None
    """0 is the challenge's baseline, 1 its reference; None when nothing valid was submitted."""
    characters: int
    """Length of all messages together."""
    well_formed: bool
    """There is at least one assistant turn, and the arguments of every tool call are a JSON object."""


@dataclass(frozen=True)
class Rule:
    """A named step of the selection. It keeps some of its candidates, in their order."""

    name: str
    keep: Callable[[Sequence[Candidate]], list[Candidate]]


@dataclass(frozen=True)
class Stage:
    """What one rule did."""

    rule: str
    kept: int
    dropped: int


def select(candidates: Iterable[Candidate], rules: Sequence[Rule]) -> tuple[list[Candidate], list[Stage]]:
    """Apply the rules in order.

    Returns:
        the candidates that every rule kept, and one stage per rule.
    """
    kept, stages = list(candidates), []
    for rule in rules:
        before, kept = len(kept), rule.keep(kept)
        stages.append(Stage(rule.name, len(kept), before - len(kept)))
    return kept, stages


def trainable() -> Rule:
    """Drop episodes whose end the infrastructure decided, not the policy."""
    return _each("trainable", lambda candidate: candidate.trainable)


def well_formed() -> Rule:
    """Drop conversations that give nothing to learn, or whose calls no chat template could render faithfully."""
    return _each("well-formed", lambda candidate: candidate.well_formed)


def submitted() -> Rule:
    """Keep episodes that ended by handing in a valid submission."""
    return _each("submitted", lambda candidate: candidate.outcome == "submitted")


def by_policy(name: str) -> Rule:
    return _each(f"policy {name}", lambda candidate: candidate.policy == name)


def min_normalized(least: float) -> Rule:
    """Keep episodes with a normalised score of at least `least`."""
    return _each(f"normalized >= {least:g}", lambda candidate: _score(candidate) >= least)


def beats_baseline() -> Rule:
    return _each("beats the baseline", lambda candidate: _score(candidate) > 0.0)


def max_characters(most: int) -> Rule:
    """Drop conversations longer than `most` characters."""
    return _each(f"at most {most} characters", lambda candidate: candidate.characters <= most)


def best_per_challenge(count: int) -> Rule:
    """Keep the `count` best episodes of each challenge; of equals, the lower seed."""
    return _ranked(f"best {count} per challenge", count, lambda candidate: (-_score(candidate), candidate.seed))


def max_per_challenge(count: int) -> Rule:
    """Keep at most `count` episodes of each challenge, those of the lowest seeds."""
    return _ranked(f"at most {count} per challenge", count, lambda candidate: (candidate.seed,))


def _score(candidate: Candidate) -> float:
    return float("-inf") if candidate.normalized is None else candidate.normalized


def _each(name: str, good: Callable[[Candidate], bool]) -> Rule:
    return Rule(name, lambda candidates: [candidate for candidate in candidates if good(candidate)])


def _ranked(name: str, count: int, key: Callable[[Candidate], tuple[float, ...]]) -> Rule:
    def keep(candidates: Sequence[Candidate]) -> list[Candidate]:
        groups: dict[str, list[Candidate]] = defaultdict(list)
        for candidate in candidates:
            groups[candidate.env_id].append(candidate)
        chosen = {found.path for group in groups.values() for found in sorted(group, key=key)[:count]}
        return [candidate for candidate in candidates if candidate.path in chosen]

    return Rule(name, keep)
