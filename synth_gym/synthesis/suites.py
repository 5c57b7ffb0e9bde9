"""The suite's own file: what it is, and which challenges are for training and which for testing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from synth_gym.challenge import Challenge, SuiteFile
from synth_gym.files import write_text
from synth_gym.schema import to_yaml


def split_by_dataset(challenges: list[Challenge], test_fraction: float) -> dict[str, list[str]]:
    """Train and test challenges that share no dataset.

    Datasets go to the test side one after the other until the share is reached: those first that take no family's last
    training challenge, then those that add families which the test side lacks, then the smaller ones.

    Args:
        challenges: of the suite.
        test_fraction: share of the challenges to hold out, about.

    Returns:
        `{"train": [...], "test": [...]}`, folder names in order.
    """
    groups: dict[str, list[Challenge]] = defaultdict(list)
    for challenge in challenges:
        groups[challenge.spec.dataset.id].append(challenge)
    test: list[Challenge] = []

    def cost(dataset: str) -> tuple[int, int, int, str]:
        kept = _families(one for name, group in groups.items() if name != dataset for one in group)
        emptied = _families(groups[dataset]) - kept
        added = _families(groups[dataset]) - _families(test)
        # The name breaks ties, so that the same suite is always split the same way.
        return len(emptied), -len(added), len(groups[dataset]), dataset

    while groups and len(test) < round(test_fraction * len(challenges)):
        test += groups.pop(min(groups, key=cost))
    train = [one for group in groups.values() for one in group]
    return {"train": _names(train), "test": _names(test)}


def write_suite(folder: Path, description: SuiteFile) -> None:
    """Write `suite.yaml`."""
    write_text(folder / "suite.yaml", to_yaml(description.model_dump(mode="json")))


def _families(challenges: Iterable[Challenge]) -> set[str]:
    return {challenge.spec.family for challenge in challenges}


def _names(challenges: Iterable[Challenge]) -> list[str]:
    return sorted(challenge.path.name for challenge in challenges)
