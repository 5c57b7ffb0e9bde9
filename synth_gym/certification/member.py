"""One challenge of a suite, as the gates on the whole suite see it."""

from __future__ import annotations

from dataclasses import dataclass

from synth_gym.certification.case import Case


@dataclass(frozen=True)
class Member:
    """A challenge that its own gates have judged."""

    case: Case
    sound: bool
    """Whether none of them failed."""
    approaches: dict[str, float]
    """Private scores by approach (`Certificate.approaches`)."""

    @property
    def name(self) -> str:
        return self.case.folder.name
