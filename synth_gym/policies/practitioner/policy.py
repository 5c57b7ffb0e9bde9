"""The key-free teacher: a scripted machine-learning engineer."""

from __future__ import annotations

from typing import Any

from synth_gym.policies.base import Action
from synth_gym.policies.practitioner.experiments import try_forecasts, try_games, try_ideas, try_models
from synth_gym.policies.practitioner.exploring import FEW_STEPS, Desk, Steps, look_around
from synth_gym.policies.practitioner.family import family_of
from synth_gym.policies.practitioner.habits import Habits
from synth_gym.policies.practitioner.hands import Hands
from synth_gym.policies.practitioner.ideas import kind_of
from synth_gym.policies.practitioner.instruction import read_task
from synth_gym.policies.practitioner.notebook import Notebook
from synth_gym.policies.practitioner.working import hand_in, run_baseline


class Practitioner:
    """Reads the instruction, looks around, tries models, mends its mistakes, compares scores, hands in the best.

    It sees what a language model would see, the observations and the tools, and nothing else. What it does next depends
    on what the terminal answered: the work is a generator that yields actions and is sent observations. Seed and
    instruction together decide its habits, wordings, models and mistakes.

    Args:
        seed: of everything it draws at random.
        mistakes: probability that a script is written with a slip, which it then has to find and mend.
    """

    name = "practitioner"

    def __init__(self, *, seed: int = 0, mistakes: float = 0.3) -> None:
        self._seed = seed
        self._mistakes = mistakes

    def reset(self, observation: str, info: dict[str, Any]) -> None:
        """Begin an episode: read the instruction and draw the habits."""
        habits = Habits(f"{self._seed}\n{observation}", self._mistakes)
        tools = frozenset(tool["function"]["name"] for tool in info.get("tools", ()))
        self._desk = Desk(Notebook(read_task(observation)), habits, Hands(habits, tools))
        self._work: Steps[None] | None = None

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        """The next action in answer to an observation."""
        self._desk.notes.steps += 1
        try:
            if self._work is None:
                self._work = work(self._desk)
                return next(self._work)
            return self._work.send(observation)
        except StopIteration:
            return self._desk.hands.call("submit", self._desk.habits.say("finish.now"))


def work(desk: Desk) -> Steps[None]:
    """A whole episode, from the first look to handing in."""
    yield from look_around(desk)
    kind = kind_of(desk.notes)
    family = "" if kind else family_of(desk.notes)
    plenty = desk.notes.task.steps >= FEW_STEPS and desk.notes.validations_left > 2
    if not (kind or family) or (plenty and desk.habits.chance(0.6)):
        yield from run_baseline(desk)
    if kind:
        yield from try_ideas(desk, kind)
    elif family == "game":
        yield from try_games(desk)
    elif family == "forecast":
        yield from try_forecasts(desk)
    elif family:
        yield from try_models(desk, family)
    yield from hand_in(desk)
