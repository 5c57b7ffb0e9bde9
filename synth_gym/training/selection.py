"""Which episodes are worth learning from: small rules, applied one after another, each of which says what it dropped.

Rules see `Candidate`s, the few figures of a record that selection needs. What costs more to know (tokens, actions) is
read by the rule that asks for it, of the candidates that the rules before it have left.

candidate.py   what is known of a record
selection.py   the rules
tokens.py      how many tokens an episode has
similarity.py  near-duplicate episodes
presets.py     lists of rules by name, as YAML
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from synth_gym.errors import SynthGymError, did_you_mean
from synth_gym.progress import progress
from synth_gym.rollout.flags import FLAGS
from synth_gym.training.candidate import Candidate
from synth_gym.training.similarity import distinct
from synth_gym.training.tokens import token_counter


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


def min_submissions(least: int) -> Rule:
    """Keep episodes in which at least so many artefacts were scored, by `validate` or by `submit`."""
    return _each(f"at least {least} scored", lambda candidate: candidate.submissions >= least)


def by_policy(name: str) -> Rule:
    return _each(f"policy {name}", lambda candidate: candidate.policy == name)


def min_normalized(least: float) -> Rule:
    """Keep episodes with a normalised score of at least `least`."""
    return _each(f"normalized >= {least:g}", lambda candidate: _score(candidate) >= least)


def beats_baseline() -> Rule:
    return _each("beats the baseline", lambda candidate: _score(candidate) > 0.0)


def private_confirmed() -> Rule:
    """Keep episodes whose validated gain over the baseline is one on the private split too."""
    return _each("confirmed on the private split", lambda candidate: candidate.confirmed)


def no_flags(*names: str) -> Rule:
    """Drop episodes with an integrity flag.

    Args:
        names: only these flags count; all when there is none.

    Raises:
        SynthGymError: there is no such flag.
    """
    for name in names:
        if name not in FLAGS:
            raise SynthGymError(f"no flag {name!r}{did_you_mean(name, FLAGS)}; there are: {', '.join(FLAGS)}")
    counted = set(names or FLAGS)
    title = "no flag" if not names else f"no flag {' or '.join(names)}"
    return _each(title, lambda candidate: not counted & set(candidate.flags))


def max_characters(most: int) -> Rule:
    """Drop conversations longer than `most` characters."""
    return _each(f"at most {most} characters", lambda candidate: candidate.characters <= most)


def max_tokens(most: int, tokenizer: str) -> Rule:
    """Drop conversations that a tokenizer makes more than `most` tokens of, rendered as training renders them.

    Args:
        most: tokens.
        tokenizer: a local folder, or the name of a model in the local cache; it is loaded when the rule is applied.

    Raises:
        SynthGymError: no tokenizer is given. Characters tell too little: what one token holds differs by a factor of
            three between code, tables and prose.
    """
    if not tokenizer:
        raise SynthGymError(
            f"'at most {most} tokens' needs a tokenizer to count with: give its folder with --tokenizer"
        )

    def keep(candidates: Sequence[Candidate]) -> list[Candidate]:
        count, kept = token_counter(tokenizer), []
        with progress("counting tokens", len(candidates)) as advance:
            for candidate in candidates:
                kept += [candidate] if count(candidate.path) <= most else []
                advance()
        return kept

    return Rule(f"at most {most} tokens", keep)


def distinct_actions(similarity: float) -> Rule:
    """Of episodes on one challenge whose actions are nearly the same, keep the best.

    Args:
        similarity: from which on two episodes are near-duplicates: the Jaccard index of what they ran, above 0 to 1.

    Raises:
        SynthGymError: the similarity is out of range.
    """
    if not 0 < similarity <= 1:
        raise SynthGymError(f"a similarity lies above 0 and is at most 1, not {similarity:g}; 0.8 is a good start")

    def keep(candidates: Sequence[Candidate]) -> list[Candidate]:
        kept: set[Path] = set()
        with progress("comparing actions", len(candidates)) as advance:
            for group in _grouped(candidates, lambda candidate: candidate.env_id).values():
                kept.update(distinct([found.path for found in sorted(group, key=_best_first)], similarity))
                advance(len(group))
        return [candidate for candidate in candidates if candidate.path in kept]

    return Rule(f"actions less than {similarity:g} alike", keep)


def best_of(count: int) -> Rule:
    """Best-of-n: of every `count` attempts of one policy at one challenge, taken by seed, keep the best.

    Raises:
        SynthGymError: `count` is below 1.
    """
    if count < 1:
        raise SynthGymError(f"best of {count}: give a number of attempts of at least 1")

    def keep(candidates: Sequence[Candidate]) -> list[Candidate]:
        groups = _grouped(candidates, lambda candidate: (candidate.env_id, candidate.policy))
        kept = set()
        for group in groups.values():
            ordered = sorted(group, key=lambda candidate: candidate.seed)
            rounds = (ordered[start : start + count] for start in range(0, len(ordered), count))
            kept |= {min(attempts, key=_best_first).path for attempts in rounds}
        return [candidate for candidate in candidates if candidate.path in kept]

    return Rule(f"best of {count}", keep)


def best_per_challenge(count: int) -> Rule:
    """Keep the `count` best episodes of each challenge; of equals, the lower seed."""
    return _ranked(f"best {count} per challenge", count, _best_first)


def max_per_challenge(count: int) -> Rule:
    """Keep at most `count` episodes of each challenge, those of the lowest seeds."""
    return _ranked(f"at most {count} per challenge", count, lambda candidate: (candidate.seed,))


def _score(candidate: Candidate) -> float:
    return float("-inf") if candidate.normalized is None else candidate.normalized


def _best_first(candidate: Candidate) -> tuple[float, ...]:
    return (-_score(candidate), candidate.seed)


def _each(name: str, good: Callable[[Candidate], bool]) -> Rule:
    return Rule(name, lambda candidates: [candidate for candidate in candidates if good(candidate)])


def _grouped(candidates: Sequence[Candidate], key: Callable[[Candidate], Hashable]) -> dict[Hashable, list[Candidate]]:
    groups: dict[Hashable, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[key(candidate)].append(candidate)
    return groups


def _ranked(name: str, count: int, key: Callable[[Candidate], tuple[float, ...]]) -> Rule:
    def keep(candidates: Sequence[Candidate]) -> list[Candidate]:
        groups = _grouped(candidates, lambda candidate: candidate.env_id)
        chosen = {found.path for group in groups.values() for found in sorted(group, key=key)[:count]}
        return [candidate for candidate in candidates if candidate.path in chosen]

    return Rule(name, keep)
