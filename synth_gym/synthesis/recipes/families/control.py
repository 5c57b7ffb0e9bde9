"""Controllers for gymnasium's classic systems with constants of one's own; a program is handed in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from synth_gym.challenge import Metric, Program
from synth_gym.grading.protocols.control import systems
from synth_gym.schema import to_yaml
from synth_gym.synthesis.draft import Draft
from synth_gym.synthesis.recipes.address import Address
from synth_gym.synthesis.recipes.families.base import pick, rounds
from synth_gym.synthesis.recipes.families.programs import MAX_SEED, ProgramTexts, program_draft, rules_as_json
from synth_gym.synthesis.recipes.systems import CARDS, SystemCard, system_card
from synth_gym.synthesis.recipes.templates import render

PUBLIC, PRIVATE = 6, 12
SUBMISSION = Program(kind="program", path="controller.py", protocol="control", entry="act", seconds=60.0)
METRIC = Metric(name="mean_reward", direction="maximize", optimum=1.0, worst=0.0)


@dataclass(frozen=True)
class Disturbance:
    """One way to make control harder, or none. The fields are those of the protocol's configuration."""

    noise: float = 0.0
    delay: int = 0
    slips: float = 0.0
    blind: bool = False


@dataclass(frozen=True)
class ControlTwist:
    """A disturbance and its words."""

    piece: str
    title: str
    tag: str
    note: str
    disturbance: Disturbance


TWISTS = (
    ControlTwist("", "", "plain", "", Disturbance()),
    ControlTwist(
        "NoisySensors",
        "with noisy sensors",
        "sensor-noise",
        "The sensors are noisy: to each value a random number is added.",
        Disturbance(noise=0.15),
    ),
    ControlTwist(
        "LateSensors",
        "with late sensors",
        "delay",
        "The sensors are late: they show what was the case two steps ago.",
        Disturbance(delay=2),
    ),
    ControlTwist(
        "SlippingMotor",
        "with a slipping motor",
        "action-noise",
        "The motor slips: one action in five is replaced by a random one.",
        Disturbance(slips=0.2),
    ),
    ControlTwist(
        "NoSpeeds",
        "without sensors for speeds",
        "partial-observation",
        "There are no sensors for speeds.",
        Disturbance(blind=True),
    ),
)


@dataclass(frozen=True)
class Control:
    """The family."""

    name: str = "control"

    def designs(self, rng: np.random.Generator, twisted: float) -> Iterator[ControlDesign]:
        """Systems in turn, each with constants of its own and a random disturbance."""
        for card in rounds(CARDS, rng):
            twist = pick(TWISTS[1:], rng) if rng.random() < twisted else TWISTS[0]
            yield ControlDesign(card.key, twist)


@dataclass(frozen=True)
class ControlDesign:
    """One system and disturbance."""

    system: str
    twist: ControlTwist
    redistributable: bool = True

    @property
    def names(self) -> Sequence[str]:
        return (system_card(self.system).name + self.twist.piece,)

    def draft(self, address: Address) -> Draft:
        card = system_card(self.system)
        constants = _constants(card, address.stream("constants"))
        seeds = address.stream("episodes").choice(MAX_SEED, size=PUBLIC + PRIVATE, replace=False).tolist()
        rules = {"system": card.key, "constants": constants, "steps": card.steps, **asdict(self.twist.disturbance)}
        blind = systems.SYSTEMS[card.key].speeds if self.twist.disturbance.blind else ()
        texts = ProgramTexts(
            title=f"{card.title}, {self.twist.title}" if self.twist.title else card.title,
            family="control",
            source=card.name,
            twists=(self.twist.tag,) if self.twist.piece else (),
            templates="control",
            context={
                "system": card,
                "constants": constants,
                "note": self.twist.note,
                "sensors": [name for number, name in enumerate(card.sensors) if number not in blind],
                "action": card.action.format(limit=constants.get("max_torque", 0.0)),
                "blind": bool(blind),
                "smooth": self.twist.disturbance.noise > 0,
                "delay": self.twist.disturbance.delay,
            },
            public=PUBLIC,
            private=PRIVATE,
            requirements=("gymnasium", "numpy"),
        )
        files = {
            "workspace/simulator.py": Path(systems.__file__).read_text(encoding="utf-8"),
            "workspace/practice.py": render("control/practice.py.j2", submission=SUBMISSION),
            "workspace/system.json": rules_as_json(rules),
            "grader/system.yaml": to_yaml(rules | {"seeds": {"public": seeds[:PUBLIC], "private": seeds[PUBLIC:]}}),
        }
        return program_draft(address, texts, METRIC, SUBMISSION, rules | {"seeds": seeds}, files)


def _constants(card: SystemCard, rng: np.random.Generator) -> dict[str, float]:
    """Each constant times a random factor, as likely to grow as to shrink."""
    factors = np.exp(rng.uniform(-1.0, 1.0, size=len(card.usual)) * np.log(card.spread))
    return {
        name: float(f"{value * factor:.3g}") for (name, value), factor in zip(card.usual.items(), factors, strict=True)
    }
