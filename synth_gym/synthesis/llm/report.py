"""What came of a run, read from its files alone: the funnel, why topics and datasets were turned down, what it cost."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from synth_gym.synthesis.llm.steps import STAGES, Step, Steps
from synth_gym.synthesis.llm.store import Store


@dataclass
class LlmReport:
    """The figures."""

    suite: str
    topics: int
    """Asked for."""
    funnel: dict[str, int] = field(default_factory=dict)
    """How many topics came through each stage."""
    rejected: dict[str, Counter[str]] = field(default_factory=dict)
    """Why topics went no further, by stage."""
    turned_down: Counter[str] = field(default_factory=Counter)
    """Why datasets were not taken, for all datasets that were looked at."""
    mended: Counter[str] = field(default_factory=Counter)
    """Failures of drafts whose topic was certified all the same."""
    unfinished: Counter[str] = field(default_factory=Counter)
    """Topics that another run will go on with, by what stopped them."""
    usage: dict[str, dict[str, float]] = field(default_factory=dict)
    """By stage: calls, prompt and completion tokens, US dollars."""
    paid_now: int = 0
    """Calls that this run itself made."""
    splits: dict[str, int] = field(default_factory=dict)

    @property
    def registered(self) -> int:
        return self.funnel["registered"]

    @property
    def cost(self) -> float:
        """US dollars of all the calls that the suite took, whoever paid them."""
        return sum(one["cost"] for one in self.usage.values())

    def to_json(self) -> dict[str, Any]:
        count = self.registered
        return {
            "suite": self.suite,
            "topics": self.topics,
            "challenges": count,
            "funnel": self.funnel,
            "rejected": {stage: dict(reasons.most_common()) for stage, reasons in self.rejected.items() if reasons},
            "turned_down": dict(self.turned_down.most_common()),
            "mended": dict(self.mended.most_common()),
            "unfinished": dict(self.unfinished.most_common()),
            "usage": self.usage,
            "cost": round(self.cost, 6),
            "cost_per_challenge": round(self.cost / count, 6) if count else None,
            "paid_now": self.paid_now,
            "splits": self.splits,
        }


def report_on(suite: str, topics: int, steps: Steps, store: Store) -> LlmReport:
    """Read the files of a run."""
    done = {stage: [step for _, step in steps.all(stage)] for stage in STAGES}
    report = LlmReport(suite, topics)
    report.funnel = {
        "proposed": _passed(done["propose"]),
        "grounded": _passed(done["ground"]),
        "written": len({name.rpartition("-")[0] for name, step in steps.all("write") if not step.reason}),
        "certified": _passed(done["certify"]),
        "registered": _passed(done["register"]),
    }
    for stage in ("propose", "ground", "certify", "register"):
        report.rejected[stage] = Counter(step.reason for step in done[stage] if step.reason)
    for step in done["ground"]:
        report.turned_down.update(one["reason"] for one in (step.result or {}).get("turned_down", ()))
    for step in done["certify"]:
        report.mended.update((step.result or {}).get("mended", ()))
    calls = {key: None for stage in STAGES for step in done[stage] for key in step.calls}
    report.usage = _usage(calls, store)
    return report


def _passed(steps: Iterable[Step]) -> int:
    return sum(step.reason is None for step in steps)


def _usage(calls: Iterable[str], store: Store) -> dict[str, dict[str, float]]:
    found: dict[str, dict[str, float]] = {}
    for recorded in filter(None, map(store.get, calls)):
        stage = found.setdefault(
            recorded.stage, {"calls": 0, "prompt_tokens": 0, "completion_tokens": 0, "cost": 0.0, "seconds": 0.0}
        )
        stage["calls"] += 1
        for name in ("prompt_tokens", "completion_tokens", "cost", "seconds"):
            stage[name] = round(stage[name] + getattr(recorded, name), 6)
    return found
