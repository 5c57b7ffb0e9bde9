"""Do the scores lie in the order and the range that the metric declares?"""

from __future__ import annotations

from synth_gym.certification.case import Case
from synth_gym.certification.gate import Finding, Gate, failed, passed
from synth_gym.grading.metrics import METRICS


def check(case: Case) -> Finding:
    metric, baseline, reference = case.spec.metric, case.spec.baseline, case.spec.reference
    known = METRICS.get(metric.name) if not (case.challenge.grader / "grade.py").exists() else None
    if case.predictions and known and (known.optimum, known.worst) != (metric.optimum, metric.worst):
        return failed(f"{metric.name} has the optimum {known.optimum} and the worst value {known.worst}: write these")
    if metric.worst is not None and not metric.better(metric.optimum, metric.worst):
        return failed(
            f"the optimum {metric.optimum:g} is no better than the worst {metric.worst:g}: is the direction right?"
        )
    for name, score in (("baseline", baseline.mean), ("reference", reference.mean)):
        if metric.better(score, metric.optimum):
            return failed(
                f"the {name}'s {score:g} is better than the optimum {metric.optimum:g}: is the direction right?"
            )
        if metric.worst is not None and metric.better(metric.worst, score):
            return failed(f"the {name}'s {score:g} is worse than the worst value {metric.worst:g}")
    return passed(f"{baseline.mean:g} -> {reference.mean:g} -> {metric.optimum:g}")


GATE = Gate(
    name="direction",
    fault="a metric that is read the wrong way round, or whose declared range is wrong",
    source="AIRS-Bench revised declared worst scores after its release",
    rule="worst <= baseline < reference <= optimum, in the metric's own direction",
    check=check,
)
