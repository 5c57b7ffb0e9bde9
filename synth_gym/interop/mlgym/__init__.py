"""MLGym's tasks, read at run time from a user's own checkout of https://github.com/facebookresearch/MLGym.

MLGym is CC-BY-NC 4.0: nothing of it is part of this package. `checkout` reads a checkout, `obstacles` says which tasks
can run here, `bridge` makes challenge directories of them in a folder of the user's, and `evaluation` plays policies on
these and places their scores in the published pool.
"""

from synth_gym.interop.mlgym.bridge import prepare, register
from synth_gym.interop.mlgym.checkout import Checkout, MLGymTask, load_checkout

__all__ = ["Checkout", "MLGymTask", "load_checkout", "prepare", "register"]
