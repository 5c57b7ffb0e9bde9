"""Series of attempts: first several ideas, then what the best of them still give."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from synth_gym.policies.practitioner import forecasts, games, ideas, models
from synth_gym.policies.practitioner.exploring import Desk, Steps
from synth_gym.policies.practitioner.models import Approach
from synth_gym.policies.practitioner.scripts import Script
from synth_gym.policies.practitioner.working import RESERVE, attempt


def try_models(desk: Desk, family: str) -> Steps[None]:
    """Compare a few models, refine the best; while nothing beats the baseline, try others."""
    notes, habits = desk.notes, desk.habits
    values = models.facts(notes, family)
    everything = models.approaches(notes, family, habits)
    choice, others = everything[: habits.ideas], everything[habits.ideas :]
    menu: Script | None = None
    if habits.workflow == "contest" and models.trusts_cross_validation(notes, values):
        yield from attempt(desk, models.contest_script(choice, values), habits.say("contest.write"))
    elif habits.workflow == "scripts":
        yield from _try_scripts(desk, (models.one_script(approach, values) for approach in choice[:3]))
    else:
        menu = yield from _try_menu(desk, models.menu_scripts(choice, values))
    yield from _refine(desk, choice, values, menu)
    for approach in others:
        if not notes.beats_baseline and _enough_left(desk):
            yield from attempt(desk, models.one_script(approach, values), _next_thought(desk, approach.title))


def _refine(desk: Desk, choice: list[Approach], values: dict[str, Any], menu: Script | None) -> Steps[None]:
    """What the models that were tried still give."""
    ways = desk.habits.pick(("blend",), ("blend",), ("search",), ("search", "blend"))
    if models.helpers(desk.notes):
        ways = ("stages",)
    elif not models.trusts_cross_validation(desk.notes, values):
        ways = ("blend",)
    for way in ways:
        leaders = _leaders(desk, choice)
        if not _enough_left(desk) or not leaders:
            return
        if way == "blend":
            yield from _blend(desk, leaders[: desk.habits.pick(2, 3)], values, menu)
        else:
            yield from (_search if way == "search" else _stages)(desk, leaders, values)


def try_forecasts(desk: Desk) -> Steps[None]:
    """Compare a few ways of forecasting, then average the best."""
    values = forecasts.series_facts(desk.notes)
    desk.notes.trusts_past = True
    choice = forecasts.methods(values, desk.habits)[: desk.habits.ideas]
    if desk.habits.workflow == "scripts":
        yield from _try_scripts(desk, (forecasts.one_script(method, values) for method in choice[:3]))
        return
    menu = yield from _try_menu(desk, forecasts.menu_scripts(choice, values))
    names = [trial.name for trial in desk.notes.ranked()]
    tried = sorted((method for method in choice if method.name in names), key=lambda method: names.index(method.name))
    if len(tried) > 1 and _enough_left(desk):
        leaders = tried[: desk.habits.pick(2, 3)]
        script = forecasts.menu_average(leaders, menu)
        yield from attempt(desk, script, _blend_thought(desk, leaders), written=True)


def try_games(desk: Desk) -> Steps[None]:
    """Compare a few strategies."""
    values = games.game_facts(desk.notes)
    if values is None:
        return
    yield from _try_scripts(desk, games.strategies(values, desk.habits)[: max(desk.habits.ideas, 3)])


def try_ideas(desk: Desk, kind: str) -> Steps[None]:
    """Whole scripts that are known for a kind of task, one after the other."""
    yield from _try_scripts(desk, ideas.scripts(desk.notes, kind, desk.habits))


def _try_scripts(desk: Desk, scripts: Iterable[Script]) -> Steps[None]:
    """One script after the other."""
    for script in scripts:
        if not _enough_left(desk):
            return
        yield from attempt(desk, script, _next_thought(desk, script.title))


def _try_menu(desk: Desk, scripts: list[Script]) -> Steps[Script]:
    """One script, called once for each of its models; gives it as it stands in the end."""
    menu = yield from attempt(desk, scripts[0], desk.habits.say("menu.write"))
    failures = int(desk.notes.gave_up)
    for script in scripts[1:]:
        if failures < 2 and _enough_left(desk):
            call = script.rewritten(menu.text)
            menu = yield from attempt(desk, call, _next_thought(desk, script.title), written=True)
            failures += desk.notes.gave_up
    return menu


def _enough_left(desk: Desk) -> bool:
    """Whether the budgets allow one more attempt."""
    steps = 2 if desk.habits.runs_at_once or desk.notes.task.program else 3
    return desk.notes.steps_left >= steps + RESERVE and desk.notes.validations_left > 0


def _next_thought(desk: Desk, title: str) -> str:
    """What leads over from the last result to the next idea."""
    notes, habits = desk.notes, desk.habits
    tried = [trial for trial in notes.trials if trial.name != "baseline"]
    if not tried and not notes.gave_up:
        return habits.say("try.first", title=title)
    if notes.gave_up:
        return habits.say("try.after_failure", title=title)
    last, best = tried[-1], notes.best
    if best is None or best is last:
        return habits.say("try.after_gain", title=title, score=last.score)
    return habits.say(habits.pick("try.after_loss", "try.next"), title=title, score=last.score, best=best.score)


def _leaders(desk: Desk, choice: list[Approach]) -> list[Approach]:
    """The approaches that were scored, best first: by the public score, or by a contest's cross-validation."""
    names = [trial.name for trial in desk.notes.ranked()]
    for trial in desk.notes.trials:
        if trial.name == "contest":
            found = re.findall(r"^cv (-?[\d.]+) (\w+)$", trial.output, re.MULTILINE)
            names = [name for _, name in sorted(found, key=lambda pair: -float(pair[0]))]
    by_name = {approach.name: approach for approach in choice}
    return [by_name[name] for name in names if name in by_name]


def _search(desk: Desk, leaders: list[Approach], values: dict[str, Any]) -> Steps[None]:
    """Search the settings of the best model that has any."""
    leader = next((approach for approach in leaders if approach.grid), None)
    scores = [trial.score for trial in desk.notes.trials if leader and trial.name in (leader.name, "contest")]
    if leader and scores:
        thought = desk.habits.say("refine.search", name=leader.title, score=scores[0])
        yield from attempt(desk, models.search_script(leader, values), thought)


def _blend(desk: Desk, leaders: list[Approach], values: dict[str, Any], menu: Script | None) -> Steps[None]:
    """Average the best models."""
    if len(leaders) > 1:
        script = models.menu_blend(leaders, menu) if menu else models.blend_script(leaders, values)
        yield from attempt(desk, script, _blend_thought(desk, leaders), written=menu is not None)


def _stages(desk: Desk, leaders: list[Approach], values: dict[str, Any]) -> Steps[None]:
    """Predict what only the training table tells, then the answer from that."""
    sharp = next((approach for approach in leaders if approach.name == "svm"), leaders[0])
    listed = " and ".join(f"`{name}`" for name in models.helpers(desk.notes))
    thought = desk.habits.say("refine.stages", names=listed)
    yield from attempt(desk, models.stages_script(sharp, values, desk.notes), thought)


def _blend_thought(desk: Desk, leaders: Sequence[Approach | forecasts.Method]) -> str:
    return desk.habits.say("refine.blend", names=" and ".join(leader.title for leader in leaders))
