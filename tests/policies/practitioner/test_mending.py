"""Every slip is undone by reacting to what Python or `validate` says of it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from synth_gym.policies.practitioner import slips
from synth_gym.policies.practitioner.games import game_facts, strategies
from synth_gym.policies.practitioner.habits import Habits
from synth_gym.policies.practitioner.instruction import read_task
from synth_gym.policies.practitioner.mending import find_mend
from synth_gym.policies.practitioner.models import approaches, facts, one_script
from synth_gym.policies.practitioner.notebook import Notebook
from synth_gym.policies.practitioner.observations import Fault, read_fault

from .tasks import GAME_INSTRUCTION

WORDS_AND_GAPS = {"train": "id,ash,colour,cultivar\n3,2.1,red,a\n9,,white,b\n", "test": "id,ash,colour\n4,2.0,red\n"}


def _script(book: Notebook, habits: Habits, name: str) -> str:
    approach = next(approach for approach in approaches(book, "table", habits) if approach.name == name)
    return one_script(approach, facts(book, "table")).text


def _first_line(text: str, other: str) -> tuple[str, str]:
    """The first lines in which two texts differ."""
    return next((a, b) for a, b in zip(text.splitlines(), other.splitlines(), strict=False) if a != b)


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        (slips.forget_folder, "FileNotFoundError: [Errno 2] No such file or directory: 'train.csv'"),
        (slips.write_index, "Submission rejected: unexpected column '' (an unnamed index?); the header is: id"),
        (slips.forget_id, "Submission rejected: column 'id' is missing; the header must be: id, cultivar"),
        (slips.misname_output, "Submission rejected: submission.csv does not exist in the workspace"),
        (slips.overlook_words, "ValueError: could not convert string to float: 'red'"),
        (slips.overlook_gaps, "ValueError: Input X contains NaN."),
        (slips.leave_bracket_open, "SyntaxError: '(' was never closed"),
    ],
)
def test_a_slip_is_mended(
    notes: Callable[..., Notebook], habits: Callable[..., Habits], slip: slips.Slip, said: str
) -> None:
    book, person = notes(**WORDS_AND_GAPS), habits()
    book.facts["missing"] = "1"
    sound = _script(book, person, "logistic")
    spoilt = slip(sound, person)
    assert spoilt is not None and spoilt != sound
    fault = read_fault(f"{said}\n[Exit code: 1]\n")
    assert fault is not None
    mend = find_mend(fault, spoilt, book)
    assert mend is not None
    assert mend.edit.apply(spoilt) == sound


@pytest.mark.parametrize("seed", range(8))
def test_a_forgotten_import_is_mended(notes: Callable[..., Notebook], habits: Callable[..., Habits], seed: int) -> None:
    book, person = notes(), habits(seed)
    sound = _script(book, person, "forest")
    spoilt = slips.forget_import(sound, person)
    assert spoilt is not None
    name = _first_line(sound, spoilt)[0].split()[-1]
    mend = find_mend(Fault("NameError", f"name '{name}' is not defined"), spoilt, book)
    assert mend is not None
    assert sorted(mend.edit.apply(spoilt).split()) == sorted(sound.split())


@pytest.mark.parametrize("seed", range(8))
def test_a_wrong_column_is_mended(notes: Callable[..., Notebook], habits: Callable[..., Habits], seed: int) -> None:
    book, person = notes(), habits(seed)
    sound = _script(book, person, "forest")
    spoilt = slips.misname_target(sound, person)
    assert spoilt is not None and spoilt != sound
    wrong = _first_line(sound, spoilt)[1].split('"')[-2]
    mend = find_mend(Fault("KeyError", f"'{wrong}'"), spoilt, book)
    assert mend is not None and mend.edit.apply(spoilt) == sound


@pytest.mark.parametrize("model", ["boosting", "forest", "neighbours", "svm"])
def test_a_wrong_argument_is_mended(notes: Callable[..., Notebook], habits: Callable[..., Habits], model: str) -> None:
    book, person = notes(), habits()
    sound = _script(book, person, model)
    spoilt = slips.misname_argument(sound, person)
    assert spoilt is not None
    (wrong,) = set(_words(spoilt)) - set(_words(sound))
    kind = next(name for name in _words(spoilt) if name.endswith(("Classifier", "SVC")) and f"{name}(" in spoilt)
    message = f"{kind}.__init__() got an unexpected keyword argument '{wrong}'"
    mend = find_mend(Fault("TypeError", message), spoilt, book)
    assert mend is not None and mend.edit.apply(spoilt) == sound


def _words(text: str) -> list[str]:
    return "".join(character if character.isalnum() or character == "_" else " " for character in text).split()


def test_labels_in_place_of_probabilities(notes: Callable[..., Notebook], habits: Callable[..., Habits]) -> None:
    book = notes(metric="`roc_auc`: higher is better. The positive class is `b`.")
    sound = _script(book, habits(), "logistic")
    spoilt = slips.write_labels(sound, habits())
    assert spoilt is not None and spoilt != sound
    mend = find_mend(Fault("rejected", "line 2, column 'cultivar': 'b' is not a number"), spoilt, book)
    assert mend is not None and mend.edit.apply(spoilt) == sound


def test_a_slow_model_is_made_lighter(notes: Callable[..., Notebook], habits: Callable[..., Habits]) -> None:
    script = "model = RandomForestClassifier(n_estimators=20000)\n"
    mend = find_mend(Fault("slow"), script, notes())
    assert mend is not None and mend.edit.apply(script) == "model = RandomForestClassifier(n_estimators=1000)\n"


def test_an_unknown_fault_has_no_mend(notes: Callable[..., Notebook], habits: Callable[..., Habits]) -> None:
    script = _script(notes(), habits(), "forest")
    assert find_mend(Fault("RuntimeError", "the moon is full"), script, notes()) is None


@pytest.mark.parametrize("name", ["frequency", "recent", "reaction", "pattern", "planner", "experts"])
def test_mistakes_in_a_strategy_are_mended(habits: Callable[..., Habits], name: str) -> None:
    book = Notebook(read_task(GAME_INSTRUCTION))
    values = game_facts(book)
    assert values is not None
    sound = next(script.text for script in strategies(values, habits()) if script.name == name)
    spoilt = slips.return_number(sound, habits())
    assert spoilt is not None and spoilt != sound
    said = "strategy.py: match 1 of 6, round 1: 0 is not one of the actions left, right"
    mend = find_mend(Fault("rejected", said), spoilt, book)
    assert mend is not None and mend.edit.apply(spoilt) == sound
