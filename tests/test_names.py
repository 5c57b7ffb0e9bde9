"""Aliases for the names of a task: found in the instruction, undone in every reply."""

from __future__ import annotations

from synth_gym.names import SHARED_BY, Aliases, alias_tokens, names_in, shared_names

INSTRUCTION = """\
Predict `price` of every row of `data/test.csv` from `rooms` and `_error`; `id` names the row, `price` is a number.
Classes are `no` and `yes`; the score is `mean(true == predicted)`. `very.long-name/x2` is a file.
"""


def test_names_are_identifiers_and_paths_in_backticks_in_order() -> None:
    assert names_in(INSTRUCTION) == ["price", "data/test.csv", "rooms", "yes", "very.long-name/x2"]


def test_a_name_that_several_tasks_speak_of_is_shared() -> None:
    texts = [f"`submission.csv` `target{number}` `target{number}`" for number in range(SHARED_BY)]
    assert shared_names(texts) == ["submission.csv"]
    assert shared_names(texts[:-1]) == []


def test_hiding_and_showing_are_inverse() -> None:
    aliases = Aliases(INSTRUCTION, shared=["data/test.csv"], count=8)
    text = 'TARGET = "price"  # prices, price_2, mean price\nread("data/test.csv", rooms=[yes])'
    hidden = aliases.hide(text)
    assert hidden == 'TARGET = "⟨1⟩"  # prices, price_2, mean ⟨1⟩\nread("data/test.csv", ⟨2⟩=[⟨3⟩])'
    assert aliases.show(hidden) == text


def test_the_longer_of_two_names_wins() -> None:
    aliases = Aliases("`depth` and `depth.max`", shared=(), count=8)
    assert aliases.hide("depth.max, depth") == "⟨2⟩, ⟨1⟩"


def test_texts_in_arguments_are_hidden_and_keys_are_not() -> None:
    aliases = Aliases("`path`", shared=(), count=8)
    assert aliases.hide({"path": "a/path", "lines": ["path", 3, None]}) == {"path": "a/⟨1⟩", "lines": ["⟨1⟩", 3, None]}


def test_names_beyond_the_last_alias_stay_and_aliases_without_a_name_stay() -> None:
    aliases = Aliases("`one` `two` `three`", shared=(), count=2)
    assert aliases.hide("one two three") == "⟨1⟩ ⟨2⟩ three"
    assert aliases.show("⟨2⟩ ⟨3⟩") == "two ⟨3⟩"
    assert alias_tokens(2) == ["⟨1⟩", "⟨2⟩"]


def test_a_task_without_names_changes_nothing() -> None:
    aliases = Aliases("Do something.", shared=(), count=8)
    assert aliases.hide("something | ") == "something | " == aliases.show("something | ")
