"""A first try: a controller that pushes to the side to which the pole leans and falls."""

import os
import random

SEED = int(os.environ.get("SEED", "0"))
rng = random.Random(SEED)


def act(observation):
    lean = observation["sensors"][2] + 0.1 * observation["sensors"][3]
    return rng.randrange(2) if lean == 0 else int(lean > 0)


def write(path="controller.py"):
    """Write this file as the submission, with the seed in it: it is loaded without its neighbours."""
    source = open(__file__).read()
    open(path, "w").write(source.replace('int(os.environ.get("SEED", "0"))', str(SEED)))

if __name__ == "__main__":
    from practice import mean_reward

    write()
    print(f"mean reward in practice episodes: {mean_reward('controller.py'):.4f}")
