"""Scores on splits of the test rows that are drawn anew."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth_gym.certification.case import Case
from synth_gym.certification.data import Values
from synth_gym.grading.faults import LabelsUnusable, SubmissionRejected
from synth_gym.grading.metrics import compute
from synth_gym.grading.submission import read_predictions

DRAWS = 60
"""Splits: a standard deviation is then known to a tenth."""

Columns = Mapping[str, Sequence[Any]]
Score = Callable[[Columns, Values], float | None]


@dataclass(frozen=True)
class Gaps:
    """What splits drawn anew say of the one there is."""

    gap: float
    """Private score less public one, of the baseline or the reference: whichever is the stranger."""
    sigmas: float
    """The same in standard deviations over random splits of the same sizes, from their mean; 0 where these do not
    differ."""
    wins: float
    """Share of hidden halves of the private rows in which the reference is not behind the baseline."""


def gaps(case: Case, private: Values) -> Gaps | None:
    """Measure them; None where the challenge brings a metric of its own or a script wrote nothing.

    The draws come from a seed made of the true values: whoever knows them has nothing left to find out.

    Args:
        case: a predictions challenge.
        private: shape (test rows,), true for private rows.
    """
    ours, theirs = case.reference[0].submission, case.baseline[0].submission
    if (case.challenge.grader / "grade.py").exists() or ours is None or theirs is None:
        return None
    reference, baseline = (_read(case, content) for content in (ours, theirs))
    draw = np.random.default_rng(int.from_bytes(hashlib.sha256(repr(case.truth).encode()).digest()[:8]))
    score = _scorer(case)
    strangeness = [_strangeness(score, answers, private, draw) for answers in (baseline, reference)]
    gap, sigmas = max(strangeness, key=lambda pair: abs(pair[1]))
    halves = [_half(private, draw) for _ in range(DRAWS)]
    pairs = [(score(reference, half), score(baseline, half)) for half in halves]
    sign = case.spec.metric.sign
    wins = [sign * one >= sign * other for one, other in pairs if one is not None and other is not None]
    return Gaps(gap, sigmas, float(np.mean(wins)) if wins else 1.0)


def built_in_score(case: Case, submission: bytes, mask: Values) -> float | None:
    """The declared metric of a submission over the rows that a mask selects, whatever grader the challenge brings."""
    return _scorer(case)(_read(case, submission), mask)


def _read(case: Case, content: bytes) -> Columns:
    return read_predictions(case.scratch_file(content), case.layout, case.labels.ids)


def _scorer(case: Case) -> Score:
    """A function that scores the rows that a mask selects; None where the metric means nothing on them."""
    metric, truth = case.spec.metric, case.labels.columns

    def score(answers: Columns, mask: Values) -> float | None:
        rows = np.flatnonzero(mask).tolist()
        right, given = ([[side[name][row] for row in rows] for name in truth] for side in (truth, answers))
        try:
            return compute(metric.name, right, given, metric.parameters)
        except (LabelsUnusable, SubmissionRejected, ValueError):
            return None

    return score


def _strangeness(score: Score, answers: Columns, private: Values, draw: np.random.Generator) -> tuple[float, float]:
    """The gap of the split there is, and how far it lies from those of splits drawn anew."""
    there = _gap(score, answers, private)
    drawn = [_gap(score, answers, draw.permutation(private)) for _ in range(DRAWS)]
    usual = np.array([one for one in drawn if one is not None])
    spread = float(usual.std()) if len(usual) > 1 else 0.0
    if there is None or spread == 0:
        return 0.0, 0.0
    return there, (there - float(usual.mean())) / spread


def _gap(score: Score, answers: Columns, private: Values) -> float | None:
    hidden, shown = score(answers, private), score(answers, ~private)
    return None if hidden is None or shown is None else hidden - shown


def _half(private: Values, draw: np.random.Generator) -> Values:
    rows = np.flatnonzero(private)
    mask = np.zeros(len(private), dtype=bool)
    mask[draw.permutation(rows)[: max(1, len(rows) // 2)]] = True
    return mask
