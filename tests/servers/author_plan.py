"""What the playground's author does wrong, and where: the same plan and the same title give the same fault."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from pydantic import Field, model_validator

from synth_gym.errors import did_you_mean
from synth_gym.schema import Strict

REPLY_FAULTS = {
    "cut-off": "the reply ends in the middle; finish_reason is length",
    "not-json": "the reply is a friendly sentence",
    "wrong-schema": "a key is missing and another one is there",
}
"""Of any stage's first reply. When told of it, the author replies well."""
DRAFT_FAULTS = {
    "syntax-error": "the reference is no Python",
    "endless-loop": "the baseline never ends",
    "network": "the reference downloads something",
    "outside-read": "the reference reads the grader's folder",
    "wrong-names": "the baseline looks for a column that is not there",
    "wrong-format": "the reference leaves the ids out of its submission",
    "constant-baseline": "the baseline knows no more than the sample submission",
    "weak-reference": "the reference is the baseline",
    "unknown-metric": "the metric is none, and there is no grader",
    "leaky-columns": "columns that hold the answer are left among the features",
    "grader-crashes": "a grader of its own looks for a key that labels have not",
    "grader-takes-inf": "a grader of its own checks no values",
    "grader-tells-labels": "a grader of its own puts the true values into its error messages",
}
"""Of a challenge. When told of it, the author mends the part that is blamed."""
FAULTS = REPLY_FAULTS | DRAFT_FAULTS


class Plan(Strict):
    """How often what goes wrong. The author without a plan does everything well."""

    seed: int = 0
    share: float = Field(0.0, ge=0, le=1)
    """Of the titles that meet one of `faults`."""
    traps: float = Field(0.0, ge=0, le=1)
    """Of the topics that are about a bad dataset."""
    stubborn: float = Field(0.0, ge=0, le=1)
    """Of the titles whose challenges the author never mends, whatever it is told."""
    faults: tuple[str, ...] = tuple(FAULTS)
    titles: dict[str, str] = Field(default_factory=dict)
    """Title -> fault; these meet no other."""

    @model_validator(mode="after")
    def _known(self) -> Plan:
        for name in (*self.faults, *self.titles.values()):
            if name not in FAULTS:
                raise ValueError(f"there is no fault {name!r}{did_you_mean(name, FAULTS)}")
        return self

    def fault(self, title: str, unfit: Iterable[str] = ()) -> str | None:
        """What goes wrong with this title.

        Args:
            title: of a topic or an idea.
            unfit: faults that cannot happen to it.
        """
        if title in self.titles:
            return self.titles[title]
        fitting = [name for name in self.faults if name not in set(unfit)]
        if not fitting or self.chance("share", title) >= self.share:
            return None
        return fitting[draw(self.seed, "fault", title) % len(fitting)]

    def mends(self, title: str) -> bool:
        """Whether the author listens."""
        return self.chance("stubborn", title) >= self.stubborn

    def chance(self, *words: Any) -> float:
        """A number from 0 to 1 that depends on the words and the seed alone."""
        return (draw(self.seed, *words) % 10_000) / 10_000


def draw(*words: Any) -> int:
    """A large number that depends on the words alone."""
    digest = hashlib.sha256("\0".join(map(str, words)).encode()).digest()
    return int.from_bytes(digest[:8], "big")
