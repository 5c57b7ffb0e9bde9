"""The axes along which topics are spread: `agents/synthesis/taxonomy.yaml`."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field

from synth_gym.content import content
from synth_gym.schema import Strict, load
from synth_gym.synthesis.llm.schemas import Cell, TaskType
from synth_gym.synthesis.recipes.address import stream
from synth_gym.synthesis.recipes.families.base import rounds


class Taxonomy(Strict):
    """The content of a taxonomy file: the values of each axis."""

    areas: tuple[str, ...] = Field(min_length=1)
    modalities: tuple[str, ...] = Field(min_length=1)
    task_types: tuple[TaskType, ...] = Field(min_length=1)
    difficulties: tuple[str, ...] = Field(min_length=1)

    def cells(self, seed: int) -> Iterator[Cell]:
        """An endless stream of cells: along each axis every value comes before any comes again."""
        axes = (self.areas, self.modalities, self.task_types, self.difficulties)
        dealt = (rounds(list(axis), stream(seed, "taxonomy", place)) for place, axis in enumerate(axes))
        for area, modality, task_type, difficulty in zip(*dealt, strict=True):
            yield Cell(area=area, modality=modality, task_type=task_type, difficulty=difficulty)


def load_taxonomy() -> Taxonomy:
    """The one that ships."""
    return load(content("agents") / "synthesis" / "taxonomy.yaml", Taxonomy)
