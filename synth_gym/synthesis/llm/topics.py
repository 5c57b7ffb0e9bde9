"""Topics that cover the taxonomy and do not repeat each other.

Cells are asked in rounds. All calls of a round are told the same titles to avoid, those of earlier rounds, so that they
can be made at the same time and more topics later begin with the same ones.
"""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Sequence
from itertools import islice, pairwise

from synth_gym.certification.similarity import words
from synth_gym.synthesis.llm.client import Client
from synth_gym.synthesis.llm.draws import call_seed
from synth_gym.synthesis.llm.schemas import Cell, Topic, TopicsInput
from synth_gym.synthesis.llm.steps import Step, Steps
from synth_gym.synthesis.llm.taxonomy import Taxonomy

ROUND = 16
"""Cells that are asked without knowledge of each other's topics."""
MAX_AVOID = 60
"""Titles that a call is told to avoid: those of its area, the newest."""
SAME = 0.65
"""Share of common words and pairs of words (Jaccard) from which on two topics are one."""
MAX_BARREN = 3
"""Rounds without one new topic after which the model is taken to have no more."""


class TopicFinder:
    """Asks for topics.

    Args:
        client: the model.
        steps: where replies are kept.
        taxonomy: what to cover.
        seed: of the cells and the calls.
        per_call: topics of one call.
    """

    def __init__(self, client: Client, steps: Steps, taxonomy: Taxonomy, seed: int, per_call: int) -> None:
        self._client = client
        self._steps = steps
        self._taxonomy = taxonomy
        self._seed = seed
        self._per_call = per_call

    async def find(self, count: int) -> list[Topic]:
        """So many different topics, or fewer if the model has no more; the first ones of a longer list."""
        cells = self._taxonomy.cells(self._seed)
        topics: list[Topic] = []
        barren = number = 0
        while len(topics) < count and barren < MAX_BARREN:
            before = tuple(topics)
            for cell, found in await self._round(list(islice(cells, ROUND)), number, before, count):
                topics += _new_ones(found, cell, topics)
            barren = barren + 1 if len(topics) == len(before) else 0
            number += ROUND
        return topics[:count]

    async def _round(
        self, cells: Sequence[Cell], first: int, before: Sequence[Topic], count: int
    ) -> list[tuple[Cell, Sequence[Topic]]]:
        """The replies of a round, in the order of its cells; no more are asked than may be needed."""
        answers: list[tuple[Cell, Sequence[Topic]]] = []
        topics = list(before)
        while len(answers) < len(cells) and len(topics) < count:
            needed = -(-(count - len(topics)) // self._per_call)
            part = cells[len(answers) : len(answers) + needed]
            numbers = range(first + len(answers), first + len(answers) + len(part))
            asked = (self._ask(number, cell, before) for number, cell in zip(numbers, part, strict=True))
            found = list(zip(part, await asyncio.gather(*asked), strict=True))
            for cell, some in found:
                topics += _new_ones(some, cell, topics)
            answers += found
        return answers

    async def _ask(self, number: int, cell: Cell, before: Sequence[Topic]) -> Sequence[Topic]:
        near = [topic.title for topic in before if topic.area == cell.area][-MAX_AVOID:]
        given = TopicsInput(count=self._per_call, cell=cell, avoid=tuple(near))

        async def work() -> Step:
            asked = await self._client.ask("topics", given, seed=call_seed(self._seed, "topics", number))
            topics = asked.reply.topics[: self._per_call]
            return Step(calls=asked.calls, result={"topics": [topic.model_dump() for topic in topics]})

        step = await self._steps.once("topics", f"c{number:05d}", work)
        return [Topic.model_validate(topic) for topic in step.result["topics"]] if step.result else []


def _new_ones(found: Sequence[Topic], cell: Cell, known: Sequence[Topic]) -> list[Topic]:
    """The topics that none before is like, as topics of their cell whatever the reply says."""
    new: list[Topic] = []
    for topic in found:
        if not any(are_alike(topic, other) for other in (*known, *new)):
            new.append(topic.model_copy(update=cell.model_dump()))
    return new


def are_alike(one: Topic, other: Topic) -> bool:
    """Whether two topics are the same one in nearly the same words."""
    first, second = _pieces(one), _pieces(other)
    both = len(first | second)
    return words(one.title) == words(other.title) or (both > 0 and len(first & second) / both >= SAME)


@functools.lru_cache(maxsize=100_000)
def _pieces(topic: Topic) -> frozenset[tuple[str, ...]]:
    """Words and pairs of words of what a topic says."""
    found = words(f"{topic.title} {topic.description}")
    return frozenset({*((word,) for word in found), *pairwise(found)})
