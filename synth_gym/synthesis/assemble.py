"""From a draft to a challenge: its scripts are run, and only a draft with a clear gain becomes one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from synth_gym.challenge import Challenge, Metric, Scores
from synth_gym.errors import GraderFailedError
from synth_gym.grading.measure import BASELINE, REFERENCE, Run, command_of, grade_file, scores_of
from synth_gym.grading.workbench import Workbench
from synth_gym.synthesis.draft import Draft, DrawRejectedError

SIGMAS = 3.0
"""How many standard deviations over seeds must lie between baseline and reference."""
RANGE_GAIN = 0.03
"""Least gain in a bounded metric that is to be maximised, as a share of its range."""
RELATIVE_GAIN = 0.06
"""Least gain otherwise, as a share of the worse score."""
FLOOR = 0.5
"""The baseline's least gain over the sample submission, as a share of those."""
_APPROACH = re.compile(r"^approach (.+): (-?\d+(?:\.\d+)?(?:e[-+]?\d+)?)$", re.MULTILINE)
"""How a reference prints what an approach scored on what the agent sees too; more is better."""


def assemble(draft: Draft, folder: Path, sandbox: str) -> Challenge:
    """Write a challenge directory, measuring its scripts.

    Args:
        draft: what to write.
        folder: where; must not exist.
        sandbox: name of the sandbox that the scripts run in.

    Raises:
        DrawRejectedError: a script or the grader fails, or the scores leave too little room.
    """
    try:
        return _assembled(draft, folder, sandbox)
    except GraderFailedError as failure:
        raise DrawRejectedError("grader fails", str(failure)) from None


def _assembled(draft: Draft, folder: Path, sandbox: str) -> Challenge:
    draft.write(folder)
    challenge = Challenge(folder, draft.spec(*_stand_ins(draft.metric)))
    # The first seed alone finds most of the bad draws; only then are the others paid for.
    first, rest = draft.seeds[:1], draft.seeds[1:]
    with Workbench(challenge, (BASELINE, REFERENCE), sandbox) as bench:
        baseline = _measured(bench, BASELINE, first)
        _check_floor(challenge, draft, baseline, sandbox)
        reference = _measured(bench, REFERENCE, first)
        _check_gain(draft.metric, _scores(baseline, BASELINE), _scores(reference, REFERENCE))
        baseline += _measured(bench, BASELINE, rest)
        reference += _measured(bench, REFERENCE, rest)
    _check_floor(challenge, draft, baseline, sandbox)
    scores = _scores(baseline, BASELINE), _scores(reference, REFERENCE)
    _check_gain(draft.metric, *scores)
    approaches = {name: float(score) for name, score in _APPROACH.findall(reference[0].result.output)}
    draft = replace(draft, provenance=draft.provenance.model_copy(update={"approaches": approaches}))
    draft.finish(folder, *scores)
    return Challenge(folder, draft.spec(*scores))


def clear_gain(metric: Metric, score: float) -> float:
    """How much better than a score another must be to be clearly better."""
    if metric.direction == "maximize" and metric.worst is not None:
        return RANGE_GAIN * (metric.optimum - metric.worst)
    return RELATIVE_GAIN * abs(score)


def _measured(bench: Workbench, script: str, seeds: Sequence[int]) -> list[Run]:
    runs = bench.run(script, seeds)
    for run in runs:
        if run.failure:
            raise DrawRejectedError(f"{Path(script).stem} fails", run.failure, trace=run.result.output)
    return runs


def _check_floor(challenge: Challenge, draft: Draft, baseline: Sequence[Run], sandbox: str) -> None:
    """The baseline must know more than the sample submission, which knows nothing."""
    score = grade_file(challenge, challenge.path / draft.sample, "private", sandbox).score
    if score is None:
        raise DrawRejectedError("sample submission is rejected")
    for run in baseline:
        gain = draft.metric.sign * ((run.private.score or 0.0) - score)
        if gain <= FLOOR * clear_gain(draft.metric, score):
            raise DrawRejectedError("baseline is no better than the sample", f"{run.private.score} against {score}")


def _check_gain(metric: Metric, baseline: Scores, reference: Scores) -> None:
    figures = f"baseline {baseline.mean:.4g}, reference {reference.mean:.4g}"
    gain = metric.sign * (reference.mean - baseline.mean)
    if gain <= clear_gain(metric, baseline.mean):
        raise DrawRejectedError("reference is hardly better than the baseline", figures)
    if not metric.better(reference.public_mean, baseline.public_mean):
        raise DrawRejectedError("reference is not better on the public split", figures)
    if gain < SIGMAS * max(baseline.sd, reference.sd):
        raise DrawRejectedError("gain is within the noise over seeds", figures)
    if reference.mean == metric.optimum:
        raise DrawRejectedError("reference is at the optimum", figures)


def _scores(runs: Sequence[Run], script: str) -> Scores:
    return scores_of(runs, command_of(script))


def _stand_ins(metric: Metric) -> tuple[Scores, Scores]:
    """Scores that make a spec complete until the real ones are measured; they are never written."""
    seeds, zero, better = (0,), (0.0,), (float(metric.sign),)
    return Scores.measured("", seeds, zero, zero), Scores.measured("", seeds, better, better)
