"""Colonel Blotto tournaments; a program is handed in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from synth_gym.challenge import Metric, Program
from synth_gym.schema import to_yaml
from synth_gym.synthesis.draft import Draft
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.families.base import pick
from synth_gym.synthesis.recipes.families.programs import MAX_SEED, ProgramTexts, program_draft, rules_as_json
from synth_gym.synthesis.recipes.templates import render

PUBLIC, PRIVATE = 6, 12
SUBMISSION = Program(kind="program", path="strategy.py", protocol="blotto", entry="play", seconds=60.0)
METRIC = Metric(name="mean_share", direction="maximize", optimum=1.0, worst=0.0)
FIELDS = (4, 5, 6, 7, 8, 10, 12)


@dataclass(frozen=True)
class BlottoTwist:
    """One way to change the tournament, or none."""

    piece: str
    title: str
    tag: str
    strength: tuple[float, float] = (1.0, 1.0)
    """Range of the opponent's soldiers as a multiple of the agent's."""
    rounds: int = 40
    spread: int = 6
    """The most valuable field is worth about so many times the least; 1 for equal fields."""


TWISTS = (
    BlottoTwist("", "", "plain"),
    BlottoTwist("Outnumbered", "outnumbered", "imbalance", strength=(1.15, 1.4)),
    BlottoTwist("Short", "in short matches", "few-shot", rounds=12),
    BlottoTwist("EqualFields", "over equal fields", "equal-values", spread=1),
)


@dataclass(frozen=True)
class Blotto:
    """The family."""

    name: str = "colonel-blotto"

    def designs(self, rng: np.random.Generator, twisted: float) -> Iterator[BlottoDesign]:
        """Numbers of fields and twists."""
        while True:
            twist = pick(TWISTS[1:], rng) if rng.random() < twisted else TWISTS[0]
            yield BlottoDesign(twist, pick(FIELDS, rng))


@dataclass(frozen=True)
class BlottoDesign:
    """One number of fields and twist."""

    twist: BlottoTwist
    fields: int
    redistributable: bool = True

    @property
    def names(self) -> Sequence[str]:
        return (f"ColonelBlotto{self.twist.piece}", f"ColonelBlotto{self.twist.piece}Over{self.fields}Fields")

    def draft(self, address: Address) -> Draft:
        rng = address.stream("fields")
        soldiers = int(rng.integers(8, 16)) * self.fields
        opposing = round(soldiers * float(rng.uniform(*self.twist.strength)))
        values = sorted(int(value) for value in rng.integers(2, 2 * self.twist.spread + 1, size=self.fields))
        rules = {"rounds": self.twist.rounds, "soldiers": soldiers, "opposing": opposing, "values": values}
        met = {
            "public": _opponents(PUBLIC, self.fields, address.stream("public")),
            "private": _opponents(PRIVATE, self.fields, address.stream("private")),
        }
        title = "A Colonel Blotto tournament"
        texts = ProgramTexts(
            title=f"{title}, {self.twist.title}" if self.twist.title else title,
            family="colonel-blotto",
            source=f"Blotto{self.fields}",
            twists=(self.twist.tag,) if self.twist.piece else (),
            templates="blotto",
            context={"game": rules},
            public=PUBLIC,
            private=PRIVATE,
        )
        files = {
            "workspace/game.json": rules_as_json(rules),
            "workspace/arena.py": render("blotto/arena.py.j2", submission=SUBMISSION),
            "grader/tournament.yaml": to_yaml(rules | {"opponents": met}),
        }
        return program_draft(address, texts, METRIC, SUBMISSION, rules, files)


def _opponents(count: int, fields: int, rng: np.random.Generator) -> list[dict[str, Any]]:
    """Opponents of different kinds, each with its own parameters and seed."""
    kinds: tuple[Callable[[], tuple[str, dict[str, Any]]], ...] = (
        lambda: ("proportional", {"power": round(float(rng.uniform(0.0, 2.0)), 2)}),
        lambda: ("scattered", {"evenness": round(float(rng.uniform(0.5, 5.0)), 2)}),
        lambda: ("concentrated", {"count": int(rng.integers(max(2, fields // 2), fields))}),
        lambda: ("rotating", {"step": int(rng.integers(1, fields))}),
        lambda: ("answers_last", {}),
        lambda: ("answers_mean", {}),
    )
    met = []
    for number in range(count):
        strategy, parameters = kinds[number % len(kinds)]()
        met.append({"strategy": strategy, "parameters": parameters, "seed": int(rng.integers(MAX_SEED))})
    return met
