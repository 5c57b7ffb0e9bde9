"""How a rollout went."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from synth_gym.rollout.plan import Job
from synth_gym.rollout.worker import Summary


@dataclass
class Rollout:
    """How all episodes went, those of earlier runs included."""

    out: Path
    summaries: list[Summary] = field(default_factory=list)
    finished_before: int = 0
    crashed: list[str] = field(default_factory=list)
    """Episodes without a record, because their worker process crashed at every attempt: what, and why."""
    unpaid: list[Job] = field(default_factory=list)
    """Episodes that were not begun, because the budget is spent."""
    spent: float | None = None
    """US dollars of the budget, those of earlier runs included; None without a budget."""

    @property
    def outcomes(self) -> dict[str, int]:
        """How many episodes ended how, the commonest end first."""
        return dict(Counter(str(summary.outcome) for summary in self.summaries).most_common())

    @property
    def faulty(self) -> list[Summary]:
        """Episodes to be run again: the infrastructure, the budget or an exception ended them."""
        return [summary for summary in self.summaries if summary.faulty]

    @property
    def mean_normalized(self) -> float | None:
        """Over the trainable episodes that handed in something valid."""
        return _mean([one.normalized for one in self.summaries if one.trainable and one.normalized is not None])

    @property
    def mean_reward(self) -> float | None:
        """Over all trainable episodes."""
        return _mean([one.reward for one in self.summaries if one.trainable])

    @property
    def cost(self) -> float:
        """US dollars, as the records say."""
        return sum(one.cost for one in self.summaries)


def _mean(values: list[float]) -> float | None:
    return statistics.fmean(values) if values else None
