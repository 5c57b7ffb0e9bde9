"""What a generator hands over: a challenge before anything was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from synth_gym.challenge import Dataset, Limits, Metric, Predictions, Program, Provenance, Scores, Spec, write_spec


class DrawRejectedError(Exception):
    """A candidate does not make a good challenge. The reason is a few words, so that rejects can be counted by it."""

    def __init__(self, reason: str, detail: str = "", trace: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail
        self.trace = trace
        """What a failing script printed."""


@dataclass(frozen=True)
class Draft:
    """A challenge without its scores."""

    id: str
    title: str
    family: str
    tags: tuple[str, ...]
    dataset: Dataset
    metric: Metric
    submission: Predictions | Program
    limits: Limits
    requirements: tuple[str, ...]
    provenance: Provenance
    files: Mapping[str, str]
    """Every file but `challenge.yaml` and the instruction: path in the challenge folder -> content."""
    instruction: Callable[[Scores], str]
    """The instruction, which tells the baseline's score."""
    sample: str
    """Path in the challenge folder of a submission that carries no information; the baseline must beat it."""
    seeds: tuple[int, ...] = (0, 1, 2)

    @property
    def folder_name(self) -> str:
        return f"{self.id}-v0"

    def with_files(self, files: Mapping[str, str]) -> Draft:
        """The same draft with other files."""
        return replace(self, files=files)

    def write(self, folder: Path) -> None:
        """Write the files."""
        for name, text in self.files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")

    def spec(self, baseline: Scores, reference: Scores) -> Spec:
        return Spec(
            id=self.id,
            title=self.title,
            family=self.family,
            tags=self.tags,
            dataset=self.dataset,
            metric=self.metric,
            submission=self.submission,
            limits=self.limits,
            requirements=self.requirements,
            baseline=baseline,
            reference=reference,
            provenance=self.provenance,
        )

    def finish(self, folder: Path, baseline: Scores, reference: Scores) -> None:
        """Write what depends on the scores."""
        (folder / "workspace" / "instruction.md").write_text(self.instruction(baseline), encoding="utf-8", newline="\n")
        write_spec(self.spec(baseline, reference), folder)


class Candidate(Protocol):
    """An address of a draft: small, picklable, so that the draft is made where it is measured."""

    @property
    def id(self) -> str:
        """The challenge's id, unique among the candidates of a suite."""

    @property
    def family(self) -> str: ...

    def draft(self) -> Draft:
        """Make the challenge.

        Raises:
            DrawRejectedError: this draw does not make one.
        """


class Generator(Protocol):
    """Where candidates come from."""

    name: str
    families: tuple[str, ...]
    deck: tuple[str, ...]
    """One round of dealing challenges to families; a family may stand there more than once, or not at all."""

    def candidates(self, family: str, seed: int) -> Iterator[Candidate]:
        """A stream of candidates with distinct ids, the same for the same family and seed. It may be endless."""
