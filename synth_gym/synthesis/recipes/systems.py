"""How recipes speak of the control systems: texts, constants, controllers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SystemCard:
    """One system, as recipes use it."""

    key: str
    """Its name in `synth_gym.grading.protocols.control.systems`."""
    name: str
    """CamelCase, for ids."""
    title: str
    about: str
    sensors: tuple[str, ...]
    """What they show, in order."""
    action: str
    reward: str
    steps: int
    baseline_does: str
    usual: dict[str, float]
    """gymnasium's own constants."""
    spread: float
    """Constants are drawn from the usual value divided by this to the usual value times this."""


# Without the mountain car: students are measured on it in MLGym.
CARDS = (
    SystemCard(
        "cart_pole",
        "CartPole",
        "Balancing a pole on a cart",
        "A pole stands on a cart that is pushed left or right. The pole should not fall, and the cart should stay near "
        "the middle of its track, which ends 2.4 to either side.",
        ("the cart's place", "its speed", "the pole's angle in radians", "its speed"),
        "0 to push left or 1 to push right",
        "in each step one less the cart's distance from the middle, as a share of 2.4; nothing any more once the pole "
        "leans by more than 12 degrees or the track ends",
        200,
        "pushes to the side to which the pole leans and falls",
        {"gravity": 9.8, "masscart": 1.0, "masspole": 0.1, "length": 0.5, "force_mag": 10.0},
        1.6,
    ),
    SystemCard(
        "pendulum",
        "Pendulum",
        "Swinging up a pendulum",
        "A pendulum hangs on a motor; it should be swung up and held upright. The motor may be too weak to lift it in "
        "one go.",
        ("the cosine of the angle, 1 upright", "its sine", "the angular speed"),
        "the motor's torque, a number from -{limit:g} to {limit:g}",
        "in each step half of the tip's height (0 hanging, 1 upright), and another half for being still up there",
        150,
        "always turns the way in which the pendulum moves",
        {"g": 10.0, "m": 1.0, "l": 1.0, "max_torque": 2.0},
        1.25,
    ),
    SystemCard(
        "acrobot",
        "Acrobot",
        "Swinging up a double pendulum",
        "Two links hang from a joint; only the joint between them has a motor. The free end should soon swing above "
        "one length over the first joint.",
        (
            "the cosine of the first link's angle, 1 hanging",
            "its sine",
            "the cosine of the second link's angle against the first",
            "its sine",
            "the first angle's speed",
            "the second angle's speed",
        ),
        "0, 1 or 2 for a torque of -1, 0 or 1",
        "the share of the steps that were not needed to swing up; nothing if it was not done",
        200,
        "turns the way in which the second link moves, half of the time",
        {"LINK_LENGTH_1": 1.0, "LINK_MASS_1": 1.0, "LINK_MASS_2": 1.0, "LINK_MOI": 1.0},
        1.15,
    ),
)


def system_card(key: str) -> SystemCard:
    """The card of one system."""
    return next(card for card in CARDS if card.key == key)
