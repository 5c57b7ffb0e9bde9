"""Selection rules: what each keeps, and that it says what it dropped."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from synth_gym.training import selection
from synth_gym.training.selection import Candidate, Rule, Stage, select


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
