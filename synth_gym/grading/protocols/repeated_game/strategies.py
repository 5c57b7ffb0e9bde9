"""The opponents, by name.

A strategy is a function that takes the game and its own parameters (ValueError if they are wrong) and gives a
chooser: `choose(agent's past, own past) -> own next action`, all actions as indices. A chooser's only source of
chance is the game's generator.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

Chooser = Callable[[Sequence[int], Sequence[int]], int]


@dataclass(frozen=True)
class Game:
    """What an opponent knows."""

    agent_actions: Sequence[str]
    own_actions: Sequence[str]
    payoffs: Sequence[Sequence[float]]
    """Its own, indexed by the agent's action, then by its own."""
    rng: random.Random

    def own(self, action: str) -> int:
        """Index of an action of the opponent's own; ValueError if there is none."""
        return _index(action, self.own_actions)

    def agents(self, action: str) -> int:
        """Index of an action of the agent's; ValueError if there is none."""
        return _index(action, self.agent_actions)

    def best_response(self, weights: Sequence[float]) -> int:
        """The own action with the highest expected payoff; the first of equals."""
        expected = [
            sum(weight * row[own] for weight, row in zip(weights, self.payoffs, strict=True))
            for own in range(len(self.own_actions))
        ]
        return expected.index(max(expected))


def _index(action: str, actions: Sequence[str]) -> int:
    if action not in actions:
        raise ValueError(f"{action!r} is not one of the actions {', '.join(actions)}")
    return list(actions).index(action)


def always(game: Game, *, action: str) -> Chooser:
    """The same action in every round."""
    chosen = game.own(action)
    return lambda agent, own: chosen


def uniform(game: Game) -> Chooser:
    """Any action, each as likely."""
    return lambda agent, own: game.rng.randrange(len(game.own_actions))


def mixed(game: Game, *, weights: Sequence[float]) -> Chooser:
    """A mixed strategy: actions drawn with fixed weights."""
    if len(weights) != len(game.own_actions) or min(weights) < 0 or sum(weights) <= 0:
        raise ValueError(f"weights must be {len(game.own_actions)} numbers, none negative, not all 0")
    return lambda agent, own: game.rng.choices(range(len(game.own_actions)), weights)[0]


def pattern(game: Game, *, actions: Sequence[str]) -> Chooser:
    """A sequence of actions, over and over."""
    sequence = [game.own(action) for action in actions]
    if not sequence:
        raise ValueError("actions must hold at least one action")
    return lambda agent, own: sequence[len(own) % len(sequence)]


def tit_for_tat(game: Game, *, first: str) -> Chooser:
    """`first`, then whatever the agent played last (Axelrod 1984)."""
    opening, copied = game.own(first), [game.own(name) for name in game.agent_actions]
    return lambda agent, own: copied[agent[-1]] if agent else opening


def tit_for_two_tats(game: Game, *, first: str) -> Chooser:
    """`first`, and the agent's action once it has played another one twice in a row."""
    opening, copied = game.own(first), [game.own(name) for name in game.agent_actions]
    return lambda agent, own: copied[agent[-1]] if len(agent) > 1 and agent[-1] == agent[-2] else opening


def grim(game: Game, *, first: str, punishment: str, trigger: str) -> Chooser:
    """`first` until the agent plays `trigger`, then `punishment` for ever (Friedman 1971)."""
    before, after, cause = game.own(first), game.own(punishment), game.agents(trigger)
    return lambda agent, own: after if cause in agent else before


def win_stay(game: Game, *, first: str) -> Chooser:
    """Keep the action after a payoff of at least the game's mean, else take the next (Nowak and Sigmund 1993)."""
    opening = game.own(first)
    mean = sum(map(sum, game.payoffs)) / (len(game.agent_actions) * len(game.own_actions))

    def choose(agent: Sequence[int], own: Sequence[int]) -> int:
        if not own:
            return opening
        won = game.payoffs[agent[-1]][own[-1]] >= mean
        return own[-1] if won else (own[-1] + 1) % len(game.own_actions)

    return choose


def beat_last(game: Game) -> Chooser:
    """The best response to the agent's last action (Cournot); any action in the first round."""

    def choose(agent: Sequence[int], own: Sequence[int]) -> int:
        if not agent:
            return game.rng.randrange(len(game.own_actions))
        return game.best_response([float(action == agent[-1]) for action in range(len(game.agent_actions))])

    return choose


def frequency_best_response(game: Game) -> Chooser:
    """The best response to the agent's actions so far, each counted once more (fictitious play, Brown 1951)."""

    def choose(agent: Sequence[int], own: Sequence[int]) -> int:
        counts = Counter(agent)
        return game.best_response([counts[action] + 1.0 for action in range(len(game.agent_actions))])

    return choose


def transition_best_response(game: Game) -> Chooser:
    """The best response to what followed the agent's last action before: a first-order Markov model of it."""

    def choose(agent: Sequence[int], own: Sequence[int]) -> int:
        followers = Counter(after for before, after in pairwise(agent) if before == agent[-1])
        return game.best_response([followers[action] + 1.0 for action in range(len(game.agent_actions))])

    return choose


STRATEGIES: dict[str, Callable[..., Chooser]] = {
    "always": always,
    "uniform": uniform,
    "mixed": mixed,
    "pattern": pattern,
    "tit_for_tat": tit_for_tat,
    "tit_for_two_tats": tit_for_two_tats,
    "grim": grim,
    "win_stay": win_stay,
    "beat_last": beat_last,
    "frequency_best_response": frequency_best_response,
    "transition_best_response": transition_best_response,
}
