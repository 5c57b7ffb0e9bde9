"""The scripts that the practitioner can write: they compile, are short, and the quick ones are run."""

from __future__ import annotations

import ast
from collections.abc import Callable
from typing import Any

import pytest

from synth_gym.policies.practitioner import forecasts, games, models
from synth_gym.policies.practitioner.habits import Habits
from synth_gym.policies.practitioner.imports import add_imports
from synth_gym.policies.practitioner.instruction import read_task
from synth_gym.policies.practitioner.notebook import Notebook
from synth_gym.policies.practitioner.scripts import WIDTH, Script, wrap

from .tasks import GAME_INSTRUCTION, SERIES

MAX_LINES = 60

LONG = "word " * 20
CLASSES = "`accuracy`: higher is better."
BINARY = "`roc_auc`: higher is better. The positive class is `b`."
TASKS: dict[str, tuple[str, dict[str, str]]] = {
    "labels": ("table", {"metric": CLASSES}),
    "one probability": ("table", {"metric": BINARY}),
    "many probabilities": ("table", {"metric": "`log_loss`: lower is better.", "columns": "`id`, `p_a` and `p_b`"}),
    "balanced": ("table", {"metric": "`macro_f1`: higher is better."}),
    "values": ("table", {"metric": "`mae`: lower is better."}),
    "ratios": ("table", {"metric": "`rmsle`: lower is better."}),
    "quantile": ("table", {"metric": "`pinball`, quantile 0.9: lower is better."}),
    "pixels": ("pixels", {"metric": CLASSES, "task": "Recognise an image. The test images are moved."}),
    "text": ("text", {"metric": CLASSES, "train": f"id,text,cultivar\n1,{LONG},x\n", "test": f"id,text\n2,{LONG}\n"}),
}


def _check(script: Script) -> None:
    ast.parse(script.text)
    assert script.text.count("\n") <= MAX_LINES, script.text
    assert "\n\n\n\n" not in script.text and not script.text.endswith("\n\n")


@pytest.mark.parametrize("kind", TASKS)
def test_scripts_for_predictions(notes: Callable[..., Notebook], habits: Callable[..., Habits], kind: str) -> None:
    family, given = TASKS[kind]
    book = notes(**given)
    values = models.facts(book, family) | {"height": 8, "width": 8}
    choice = models.approaches(book, family, habits())
    assert len(choice) >= 3
    for approach in choice:
        _check(models.one_script(approach, values))
        if approach.grid:
            _check(models.search_script(approach, values))
    _check(models.blend_script(choice[:3], values))
    _check(models.contest_script(choice[:4], values))
    _check(models.menu_scripts(choice[:4], values)[0])


def test_what_a_probability_script_writes(notes: Callable[..., Notebook], habits: Callable[..., Habits]) -> None:
    book = notes(metric=BINARY)
    script = models.one_script(models.approaches(book, "table", habits())[0], models.facts(book, "table"))
    assert 'list(model.classes_).index("b")' in script.text
    assert "model.predict_proba(X_test)[:, column]" in script.text


def test_scripts_for_forecasts(notes: Callable[..., Notebook], habits: Callable[..., Habits]) -> None:
    for metric in ("`rmse`: lower is better.", "`pinball`, quantile 0.8: lower is better."):
        book = notes(task="Forecast the coming months.", columns="`id` and `co2`", metric=metric, **SERIES)
        values = forecasts.series_facts(book)
        choice = forecasts.methods(values, habits())
        for method in choice:
            _check(forecasts.one_script(method, values))
        menu = forecasts.menu_scripts(choice[:3], values)[0]
        ast.parse(menu.text)
        average = forecasts.menu_average(choice[:2], menu)
        assert average.command("submission.csv") == f"python forecast.py {choice[0].name} {choice[1].name}"


@pytest.mark.parametrize("seed", range(3))
def test_strategies_beat_one_that_never_learns(habits: Callable[..., Habits], seed: int) -> None:
    """Against an opponent that repeats right, right, left: at least what always going right earns, nearly."""
    values = games.game_facts(Notebook(read_task(GAME_INSTRUCTION)))
    assert values is not None
    for script in games.strategies(values, habits(seed)):
        _check(script)
        if script.name == "reciprocity":
            continue  # it only copies
        scope: dict[str, Any] = {}
        exec(compile(script.text, script.path, "exec"), scope)
        mine: list[str] = []
        theirs: list[str] = []
        for number in range(60):
            mine.append(scope["play"]({"round": number, "rounds": 60, "mine": list(mine), "theirs": list(theirs)}))
            theirs.append(("right", "right", "left")[number % 3])
        payoff = sum({"right": 2, "left": 1}[a] for a, b in zip(mine, theirs, strict=True) if a == b) / 60
        assert payoff > 0.95, (script.name, payoff)


def test_imports_are_those_that_are_used() -> None:
    body = "shift = np.zeros(3)\nmodel = SVC()\n"
    text = add_imports(f'"""Title."""\n\n{body}')
    assert text == f'"""Title."""\n\nimport numpy as np\nfrom sklearn.svm import SVC\n\n{body}'


def test_long_lines_are_broken_at_their_elements() -> None:
    line = f"model = f({', '.join(f'argument_{n}=[{n}, {n}]' for n in range(8))})"
    lines = wrap(line)
    assert lines[0] == "model = f(" and lines[-1] == ")" and len(lines) == 10
    assert all(len(one) <= WIDTH for one in lines)
    assert ast.dump(ast.parse(line)) == ast.dump(ast.parse("\n".join(lines)))
