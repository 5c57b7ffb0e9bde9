"""Topics cover the taxonomy, differ from each other, and are the same ones again."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest
from loopback_calls import access_to, client_of
from servers.model_server import ModelServer, text

from synth_gym.synthesis.llm.schemas import Topic
from synth_gym.synthesis.llm.steps import Steps
from synth_gym.synthesis.llm.taxonomy import Taxonomy, load_taxonomy
from synth_gym.synthesis.llm.topics import TopicFinder, are_alike
from tests.servers.author_server import AuthorServer


def topic(title: str, description: str) -> Topic:
    cell = {"area": "energy", "modality": "documents", "task_type": "regression", "difficulty": "easy"}
    return Topic.model_validate({"title": title, "description": description, **cell})


def find(server: AuthorServer, folder: Path, count: int, per_call: int = 4) -> list[Topic]:
    async def run() -> list[Topic]:
        client = client_of(access_to(server.url), folder)
        finder = TopicFinder(client, Steps(folder / "steps"), load_taxonomy(), 0, per_call)
        return await finder.find(count)

    return asyncio.run(run())


def test_every_value_comes_before_any_comes_again() -> None:
    taxonomy = load_taxonomy()
    cells = list(islice(taxonomy.cells(0), len(taxonomy.areas)))
    assert {cell.area for cell in cells} == set(taxonomy.areas)
    assert set(Counter(cell.task_type for cell in cells).values()) == {len(cells) // 2}
    assert set(Counter(cell.difficulty for cell in cells).values()) == {len(cells) // 3}
    assert cells == list(islice(taxonomy.cells(0), len(cells)))
    assert cells != list(islice(taxonomy.cells(1), len(cells)))


@pytest.mark.parametrize(
    ("title", "description", "same"),
    [
        ("wine quality", "Anything at all.", True),
        ("Quality of red wines", "Predict the quality of a red wine from its chemistry.", True),
        ("Origin of wines", "Classify the region in which grapes were grown by soil and weather.", False),
    ],
)
def test_topics_that_say_the_same_are_one(title: str, description: str, same: bool) -> None:
    known = topic("Wine quality", "Predict the quality of a red wine from its chemistry.")
    assert are_alike(known, topic(title, description)) is same


def test_more_topics_begin_with_the_same_ones(tmp_path: Path) -> None:
    with AuthorServer() as server:
        few = find(server, tmp_path / "few", 7, 2)
        many = find(server, tmp_path / "many", 40, 2)
        asked = server.asked["topics"]
        again = find(server, tmp_path / "many", 40, 2)
    assert many[:7] == few and again == many
    assert server.asked["topics"] == asked
    assert len({one.title for one in many}) == len(many) == 40
    # They are more than one round: the later calls were told what to avoid.
    assert asked > 16


def test_a_model_that_repeats_itself_gives_fewer(tmp_path: Path) -> None:
    async def run(url: str) -> list[Topic]:
        taxonomy = Taxonomy(areas=("a",), modalities=("b",), task_types=("regression",), difficulties=("c",))
        client = client_of(access_to(url), tmp_path)
        return await TopicFinder(client, Steps(tmp_path / "steps"), taxonomy, 0, 2).find(6)

    same = topic("Wine", "Predict it.").model_dump()
    with ModelServer([text(json.dumps({"topics": [same, same]}))]) as server:
        assert len(asyncio.run(run(server.url))) == 1
