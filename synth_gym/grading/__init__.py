"""Grading: what a submission is worth.

The agent's code is never imported and its output never believed: predictions are read from a copy of a file,
programs run in a sandbox of their own and are asked over a pipe, and the arithmetic happens in a process that the
agent's processes cannot reach.
"""

from synth_gym.grading.grader import Grade, Grader, Split
from synth_gym.grading.reward import FAILURE_REWARD, normalize, reward_of

__all__ = ["FAILURE_REWARD", "Grade", "Grader", "Split", "normalize", "reward_of"]
