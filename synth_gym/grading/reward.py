"""From a score to a reward."""

from __future__ import annotations

from synth_gym.challenge import Spec

FAILURE_REWARD = -1.0
"""What an episode without a valid submission earns; no valid one earns less."""


def normalize(score: float, spec: Spec) -> float:
    """A private score on the challenge's own scale: 0 is the baseline, 1 the reference; more is better, no bounds."""
    distance = abs(spec.reference.mean - spec.baseline.mean)
    return spec.metric.sign * (score - spec.baseline.mean) / distance


def reward_of(score: float | None, spec: Spec) -> float:
    """The normalised score, cut below at `FAILURE_REWARD`; that too for None, a rejected submission."""
    return FAILURE_REWARD if score is None else max(FAILURE_REWARD, normalize(score, spec))
