"""The dataset cards tell the truth about the tables that they describe."""

from __future__ import annotations

import warnings
from importlib.util import find_spec
from pathlib import Path

import pytest

from synth_gym.synthesis.recipes import frames
from synth_gym.synthesis.recipes.catalogue import Card, cards
from synth_gym.synthesis.recipes.metrics import CARDS
from synth_gym.synthesis.recipes.twists import TWISTS

OPEN_LICENCES = {"CC-BY-4.0", "BSD-3-Clause", "LicenseRef-public-domain"}


@pytest.mark.parametrize("card", cards(), ids=lambda card: card.key)
def test_the_table_has_what_the_card_says(card: Card) -> None:
    table = frames.table(card)
    assert len(table) >= 100
    assert not table.isna().any().any()
    for task in card.tasks:
        assert set(task.metrics) <= set(CARDS)
        if task.kind == "image":
            continue
        assert {task.target, *task.keep, *task.drop} <= set(table.columns)
        assert table[task.target].nunique() >= 2
        if task.positive:
            assert set(table[task.target]) > {task.positive}


@pytest.mark.parametrize("card", cards(), ids=lambda card: card.key)
def test_only_open_data_are_redistributable(card: Card) -> None:
    assert card.redistributable == (card.licence in OPEN_LICENCES)


@pytest.mark.parametrize("card", [card for card in cards() if card.source == "statsmodels"], ids=lambda card: card.key)
def test_licences_agree_with_the_packages_own_words(card: Card) -> None:
    copyright = Path(str(find_spec(f"statsmodels.datasets.{card.key}.data").origin)).read_text().lower()  # type: ignore[union-attr]
    if card.licence == "LicenseRef-public-domain":
        assert "public domain" in copyright
    elif card.licence == "CC-BY-4.0":
        assert "world bank terms of use" in copyright
    else:
        assert "permission" in copyright


def test_every_task_can_be_had_plain_and_with_twists() -> None:
    for card in cards():
        for task in card.tasks:
            if task.kind in ("classification", "regression"):
                assert sum(bool(twist.metrics_for(task)) for twist in TWISTS) >= 3, task.title


def test_the_data_are_read_the_same_twice() -> None:
    card = cards()[0]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert frames.describe(card, frames.table(card)) == frames.describe(card, frames.table(card))
