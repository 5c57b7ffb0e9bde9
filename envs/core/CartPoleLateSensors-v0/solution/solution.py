"""Reference: a controller from theory whose settings are chosen in the simulator."""

import math
import os

SEED = int(os.environ.get("SEED", "0"))
LATE = 2
TRUST = 1.0
DT = 0.02
TURNS = False
CANDIDATES = {
    "angle": (0.0, 0.0, 1.0, 0.0),
    "angle and its speed": (0.0, 0.0, 1.0, 0.25),
    "all, gently": (0.03, 0.08, 1.0, 0.25),
    "all": (0.08, 0.15, 1.0, 0.3),
    "all, firmly": (0.2, 0.3, 1.0, 0.35),
    "all, fast": (0.1, 0.25, 1.0, 0.5),
}


def split(sensors):
    """Places and speeds; no speeds when they are not shown."""
    if len(sensors) == 2:
        return sensors, []
    return [sensors[0], sensors[2]], [sensors[1], sensors[3]]


def control(state, settings, step):
    x, angle, speed, turning = state
    return int(settings[0] * x + settings[1] * speed + settings[2] * angle + settings[3] * turning > 0)

class Estimate:
    """The present state, worked out from sensors that may be noisy, late or missing."""

    def __init__(self):
        self.before, self.state = None, None

    def see(self, sensors):
        places, speeds = split(sensors)
        if self.before is not None and not speeds:
            speeds = [(now - then) / DT for now, then in zip(unrolled(places, self.before), self.before)]
        if self.before is not None:
            places = unrolled(places, self.before)
        self.before = places
        seen = [*places, *(speeds or [0.0] * len(places))]
        if self.state is None or TRUST == 1.0:
            self.state = seen
        else:
            half = len(seen) // 2
            ahead = [place + DT * speed for place, speed in zip(self.state[:half], self.state[half:])]
            guess = [*ahead, *self.state[half:]]
            self.state = [value + TRUST * (new - value) for value, new in zip(guess, seen)]
        half = len(self.state) // 2
        late = LATE * DT
        moved = [place + late * speed for place, speed in zip(self.state[:half], self.state[half:])]
        return [*moved, *self.state[half:]]


def unrolled(places, before):
    """Angles that go on where the last ones were, without a jump of a full turn."""
    if not TURNS:
        return places
    return [place + 2 * math.pi * round((then - place) / (2 * math.pi)) for place, then in zip(places, before)]


estimate = Estimate()
settings = (None,)


def act(observation):
    return control(estimate.see(observation["sensors"]), settings, observation["step"])


def write(path="controller.py"):
    """Write this file as the submission, with the settings in it: it is loaded without its neighbours."""
    source = open(__file__).read()
    open(path, "w").write(source.replace("settings = (None,)", f"settings = {settings}"))


if __name__ == "__main__":
    from practice import episode

    def trial(given):
        """Mean reward of a step over practice episodes."""
        global estimate, settings
        settings, total = given, 0.0
        for seed in range(5):
            estimate = Estimate()
            total += episode(act, 100 * SEED + seed)
        return total / 5

    scores = {name: trial(given) for name, given in CANDIDATES.items()}
    for name, score in scores.items():
        print(f"approach {name}: {score:.4f}")
    settings = CANDIDATES[max(scores, key=scores.get)]
    write()
