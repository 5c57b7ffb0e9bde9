"""Episodes of classic control systems with constants of one's own. Needs gymnasium.

A configuration is a dictionary: `system` (cart_pole, mountain_car, pendulum, acrobot), `constants` (attributes of
gymnasium's environment), `steps` of an episode, `noise` (standard deviation of the sensors, as a share of each one's
scale), `delay` (steps by which the sensors are late), `slips` (probability that an action is replaced by a random one)
and `blind` (whether the sensors for speeds are missing).
"""

import math
import random
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class System:
    """What is known of one system."""

    actions: int
    """Number of discrete actions; 0 for a number from -limit to limit."""
    scales: tuple[float, ...]
    """Usual size of each sensor's value."""
    speeds: tuple[int, ...]
    """Sensors that show speeds."""
    start: dict[str, float]
    """Options of `reset`: how far from rest an episode begins."""
    adjustable: tuple[str, ...]
    """Constants that may be set."""


_LINKS = ("LENGTH_1", "LENGTH_2", "MASS_1", "MASS_2", "COM_POS_1", "COM_POS_2", "MOI")
SYSTEMS = {
    "cart_pole": System(
        2,
        (1.0, 1.0, 0.1, 1.0),
        (1, 3),
        {"low": -0.12, "high": 0.12},
        ("gravity", "masscart", "masspole", "length", "force_mag", "tau"),
    ),
    "mountain_car": System(3, (0.5, 0.02), (1,), {"low": -0.7, "high": -0.3}, ("force", "gravity")),
    "pendulum": System(0, (1.0, 1.0, 3.0), (2,), {"x_init": math.pi, "y_init": 1.0}, ("g", "m", "l", "max_torque")),
    "acrobot": System(
        3, (1.0, 1.0, 1.0, 1.0, 3.0, 5.0), (4, 5), {"low": -0.1, "high": 0.1}, tuple(f"LINK_{name}" for name in _LINKS)
    ),
}


def make(config: dict[str, Any]) -> Any:
    """gymnasium's environment with the constants of a configuration."""
    from gymnasium.envs.classic_control.acrobot import AcrobotEnv
    from gymnasium.envs.classic_control.cartpole import CartPoleEnv
    from gymnasium.envs.classic_control.mountain_car import MountainCarEnv
    from gymnasium.envs.classic_control.pendulum import PendulumEnv

    kinds = {"cart_pole": CartPoleEnv, "mountain_car": MountainCarEnv, "pendulum": PendulumEnv, "acrobot": AcrobotEnv}
    env: Any = kinds[config["system"]]()
    for name, value in config["constants"].items():
        setattr(env, name, value)
    if config["system"] == "cart_pole":
        # gymnasium works these out once, from its own constants.
        env.total_mass = env.masspole + env.masscart
        env.polemass_length = env.masspole * env.length
    return env


class Episode:
    """One episode: look at `observation()`, `act`, until `over`; then `score` tells the mean reward of a step."""

    def __init__(self, config: dict[str, Any], seed: int) -> None:
        self._config = config
        self._system = SYSTEMS[config["system"]]
        self._rng = random.Random(seed)
        self._env = make(config)
        state, _ = self._env.reset(seed=seed, options=dict(self._system.start))
        self._seen = [self._sensors(state)]
        self._total = 0.0
        self.step = 0
        self.over = False

    def observation(self) -> dict[str, Any]:
        """What the program is told."""
        late = max(0, len(self._seen) - 1 - self._config["delay"])
        return {"step": self.step, "steps": self._config["steps"], "sensors": self._seen[late]}

    def act(self, action: Any) -> None:
        """Do one step; ValueError for an action that there is not."""
        state, _, ended, _, _ = self._env.step(self._checked(action))
        self._seen.append(self._sensors(state))
        self.step += 1
        left = self._config["steps"] - self.step
        self._total += self._reward(ended)
        if ended and self._config["system"] != "cart_pole":
            # The goal is reached: every step that was not needed counts in full.
            self._total += left
        self.over = ended or left == 0

    @property
    def score(self) -> float:
        return self._total / float(self._config["steps"])

    def _checked(self, action: Any) -> Any:
        import numpy as np

        if not self._system.actions:
            limit = float(self._env.max_torque)
            if isinstance(action, bool) or not isinstance(action, int | float) or not -limit <= action <= limit:
                raise ValueError(f"an action is a number from {-limit:g} to {limit:g}, not {str(action)[:80]}")
            slip = self._rng.random() < self._config["slips"]
            return np.array([self._rng.uniform(-limit, limit) if slip else action], dtype=np.float32)
        if type(action) is not int or not 0 <= action < self._system.actions:
            numbers = ", ".join(map(str, range(self._system.actions)))
            raise ValueError(f"an action is one of {numbers}, not {str(action)[:80]}")
        return self._rng.randrange(self._system.actions) if self._rng.random() < self._config["slips"] else action

    def _sensors(self, state: Any) -> list[float]:
        """The state as the sensors show it."""
        shown = []
        for number, (value, scale) in enumerate(zip(state, self._system.scales, strict=True)):
            noisy = float(value) + self._config["noise"] * scale * self._rng.gauss(0.0, 1.0)
            if not (self._config["blind"] and number in self._system.speeds):
                shown.append(round(noisy, 5))
        return shown

    def _reward(self, ended: bool) -> float:
        """From 0 to 1."""
        env, name = self._env, self._config["system"]
        if name == "cart_pole":
            return 0.0 if ended else 1.0 - abs(float(env.state[0])) / float(env.x_threshold)
        if name == "pendulum":
            # One half for the height of the tip, one half for being still up there.
            height = (1.0 + math.cos(env.state[0])) / 2.0
            return 0.5 * height + 0.5 * height**4 / (1.0 + float(env.state[1]) ** 2)
        return float(ended)
