"""Selection rules: what each keeps, and that it says what it dropped."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synth_gym.errors import SynthGymError
from synth_gym.training import selection
from synth_gym.training.candidate import Candidate
from synth_gym.training.selection import Rule, Stage, select


def candidate(number: int, **changes: Any) -> Candidate:
    facts = {
        "path": Path(f"{number}.traj"),
        "hash": f"sha256:{number}",
        "env_id": "synth-ml/A-v0",
        "seed": number,
        "policy": "practitioner",
        "outcome": "submitted",
        "trainable": True,
        "normalized": number / 10,
        "characters": 100 * number,
        "well_formed": True,
    }
    return Candidate(**facts | changes)


FIELD = [
    candidate(0),
    candidate(1, trainable=False, outcome="sandbox_died", normalized=None),
    candidate(2, outcome="step_limit", normalized=None),
    candidate(3, env_id="synth-ml/B-v0"),
    candidate(4, env_id="synth-ml/B-v0", policy="llm"),
    candidate(5, normalized=-0.5),
    candidate(6, well_formed=False),
]
FLAGGED = [
    candidate(0, flags=("claimed_score",), submissions=2, confirmed=True),
    candidate(1, flags=("grader_files", "sandbox_probe"), submissions=1),
    candidate(2),
]
ATTEMPTS = [
    *(candidate(seed, normalized=score) for seed, score in enumerate([0.1, 0.9, 0.5, None, 0.2])),
    *(candidate(seed, policy="llm") for seed in range(10, 13)),
]


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (selection.trainable(), [0, 2, 3, 4, 5, 6]),
        (selection.well_formed(), [0, 1, 2, 3, 4, 5]),
        (selection.submitted(), [0, 3, 4, 5, 6]),
        (selection.by_policy("llm"), [4]),
        (selection.beats_baseline(), [3, 4, 6]),
        (selection.min_normalized(0.4), [4, 6]),
        (selection.min_normalized(-1.0), [0, 3, 4, 5, 6]),
        (selection.max_characters(200), [0, 1, 2]),
        (selection.best_per_challenge(1), [4, 6]),
        (selection.best_per_challenge(2), [0, 3, 4, 6]),
        (selection.max_per_challenge(1), [0, 3]),
        (selection.max_per_challenge(2), [0, 1, 3, 4]),
    ],
)
def test_a_rule_keeps_what_it_says_in_order(rule: Rule, kept: list[int]) -> None:
    chosen, stages = select(FIELD, [rule])
    assert [found.seed for found in chosen] == kept
    assert stages == [Stage(rule.name, len(kept), len(FIELD) - len(kept))]


def test_rules_apply_one_after_the_other() -> None:
    rules = [selection.submitted(), selection.max_per_challenge(1)]
    chosen, stages = select(iter(FIELD), rules)
    assert [found.seed for found in chosen] == [0, 3]
    assert [(stage.kept, stage.dropped) for stage in stages] == [(5, 2), (2, 3)]


def test_of_equals_the_lower_seed_is_the_best() -> None:
    twins = [candidate(9, normalized=0.5), candidate(8, normalized=0.5)]
    assert [found.seed for found in select(twins, [selection.best_per_challenge(1)])[0]] == [8]


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        (selection.no_flags(), [2]),
        (selection.no_flags("grader_files"), [0, 2]),
        (selection.no_flags("stale_submission", "claimed_score"), [1, 2]),
        (selection.min_submissions(1), [0, 1]),
        (selection.min_submissions(2), [0]),
        (selection.private_confirmed(), [0]),
    ],
)
def test_rules_on_what_an_episode_did(rule: Rule, kept: list[int]) -> None:
    chosen, stages = select(FLAGGED, [rule])
    assert [found.seed for found in chosen] == kept
    assert stages == [Stage(rule.name, len(kept), 3 - len(kept))]


def test_best_of_n_looks_at_each_policy_and_each_n_attempts() -> None:
    def best_of(count: int) -> list[int]:
        return [found.seed for found in select(ATTEMPTS, [selection.best_of(count)])[0]]

    assert best_of(2) == [1, 2, 4, 11, 12]
    assert best_of(5) == [1, 12]
    assert best_of(1) == [found.seed for found in ATTEMPTS]


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: selection.no_flags("grader_file"), "did you mean 'grader_files'"),
        (lambda: selection.max_tokens(48_000, ""), "needs a tokenizer to count with"),
        (lambda: selection.best_of(0), "at least 1"),
        (lambda: selection.distinct_actions(80), "at most 1"),
    ],
)
def test_a_rule_that_cannot_be_made_says_why(make: Callable[[], Rule], words: str) -> None:
    with pytest.raises(SynthGymError, match=words):
        make()
