"""What a synthesis did, as plain data."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class FamilyReport:
    """One family's yield."""

    wanted: int
    made: list[str] = field(default_factory=list)
    """Folder names, in the order of the draws."""
    rejected: Counter[str] = field(default_factory=Counter)
    """How many candidates were rejected, by reason."""


@dataclass
class Report:
    """The yield of a synthesis."""

    suite: str
    seed: int
    families: dict[str, FamilyReport]
    splits: dict[str, list[str]] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "suite": self.suite,
            "seed": self.seed,
            "challenges": sum(len(family.made) for family in self.families.values()),
            "rejected": sum(family.rejected.total() for family in self.families.values()),
            "families": {
                name: {
                    "challenges": len(family.made),
                    "wanted": family.wanted,
                    "rejected": dict(family.rejected.most_common()),
                }
                for name, family in self.families.items()
            },
            "splits": {name: len(folders) for name, folders in self.splits.items()},
        }
