"""synth_gym: synthesised machine-learning challenges as Gymnasium environments.

Importing the package registers every suite that can be found under the namespace `synth-ml`; nothing of a challenge is
read before it is made.

>>> import gymnasium as gym
>>> import synth_gym
>>> env = gym.make("synth-ml/WineCultivars-v0")  # doctest: +SKIP
"""

from synth_gym.suite import Suite, find_challenge, find_suite, find_suites, register_found_suites, register_suite

__version__ = "0.1.0"
__all__ = ["Suite", "__version__", "find_challenge", "find_suite", "find_suites", "register_suite"]

register_found_suites()
