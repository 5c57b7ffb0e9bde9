"""When an episode's reward is given: at its end, or bit by bit as the best validated submission gets better."""

from __future__ import annotations

from typing import Literal, get_args

from synth_gym.challenge import Challenge
from synth_gym.errors import SynthGymError
from synth_gym.grading import reward_of

RewardMode = Literal["final", "delta", "raw"]


class RewardShaping:
    """The rewards of one episode.

    Args:
        challenge: whose scores they are made from.
        mode: `"final"` (all at the end), `"delta"` (the change of the best validated score's reward; the steps add up
            to the final reward: potential-based shaping, Ng, Harada and Russell 1999) or `"raw"` (the private score
            itself, at the end).
        potential: what the steps before this moment add up to.

    Raises:
        SynthGymError: no such mode, or one that the challenge's metric does not allow.
    """

    def __init__(self, challenge: Challenge, mode: RewardMode, potential: float = 0.0) -> None:
        if mode not in get_args(RewardMode):
            raise SynthGymError(f"no reward mode {mode!r}; choose one of: {', '.join(get_args(RewardMode))}")
        if mode == "raw" and challenge.spec.metric.worst is None:
            raise SynthGymError(
                f"{challenge.env_id}: reward 'raw' needs a metric with a finite worst value; use 'final' or 'delta'"
            )
        self.mode = mode
        self.potential = potential
        self._spec = challenge.spec

    def step(self, best: float | None) -> float:
        """The reward of a step that does not end the episode.

        Args:
            best: the best validated score so far, None if there is none.
        """
        if self.mode != "delta" or best is None:
            return 0.0
        potential = reward_of(best, self._spec)
        change, self.potential = potential - self.potential, potential
        return change

    def final(self, score: float | None) -> float:
        """The reward of the last step.

        Args:
            score: of the graded submission on the private split, None if there is none.
        """
        if self.mode == "raw":
            worst = self._spec.metric.worst
            assert worst is not None
            return worst if score is None else score
        return reward_of(score, self._spec) - self.potential
