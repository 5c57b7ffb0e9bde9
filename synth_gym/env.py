"""The Gymnasium face of a `Session`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import gymnasium

from synth_gym.certificate import warn_if_uncertified
from synth_gym.challenge import Challenge, Limits
from synth_gym.errors import SynthGymError
from synth_gym.session import Session
from synth_gym.shaping import RewardMode
from synth_gym.spaces import TextSpace
from synth_gym.tools import Toolset

MAX_ACTION_BYTES = 2**20
_NOTES_BYTES = 4096  # room for the bracketed notes that follow a command's output
_HARMLESS = ("ls", "pwd", "cat instruction.md", "head -n 3 data/train.csv", "python --version", "true")


class ChallengeEnv(gymnasium.Env[str, str]):
    """A machine-learning challenge, played in a Linux shell.

    ## Description
    The agent gets an instruction, data, a baseline script and a shell in a sandbox without network access. It
    explores, writes and runs code, checks its submission with `validate` and hands it in with `submit`.

    ## Action Space
    `TextSpace`: one shell command line (it may be compound and hold here-documents). Tools are commands on PATH, so
    `python train.py && validate` works. `sample()` draws harmless commands.

    ## Observation Space
    `TextSpace`: after `reset` the instruction and the rules; after `step` what the command printed, with bracketed
    notes (exit code, output left out, steps left).

    ## Rewards
    `final` (default): 0 until the end, then `(score - baseline) / (reference - baseline)` on the private split,
    oriented so that more is better and cut below at -1; an episode without a valid submission earns -1. `delta`: the
    change of that quantity as validated on the public split; the steps add up to the final reward. `raw`: the private
    score itself at the end.

    ## Starting State
    A fresh copy of the challenge's workspace. `seed` is what scripts read from the environment variable `SEED`.

    ## Episode End
    Terminated after `submit`; truncated at a limit, where the best validated submission is graded. `info["outcome"]`
    says why; `info["trainable"]` is false when the infrastructure failed rather than the policy.
    `info["exit_code"]` is there when a command has finished.

    ## Arguments
    `sandbox` ("bubblewrap", "docker", "process"), `reward` ("final", "delta", "raw"), `limits` (`Limits` in place of
    the challenge's own), `toolset` (`Toolset`).

    ## Version History
    The version of a challenge's id changes when its data, instruction or grader do.
    """

    metadata = {  # noqa: RUF012 (Gymnasium declares it an instance attribute)
        "render_modes": ["ansi"],
        "render_fps": 1,
    }

    def __init__(
        self,
        challenge: str | Path | Challenge,
        *,
        sandbox: str = "bubblewrap",
        reward: RewardMode = "final",
        limits: Limits | None = None,
        toolset: Toolset | None = None,
        render_mode: str | None = None,
    ) -> None:
        if render_mode not in (None, "ansi"):
            raise SynthGymError(f"no render mode {render_mode!r}; use 'ansi'")
        self.challenge = challenge if isinstance(challenge, Challenge) else Challenge.load(challenge)
        warn_if_uncertified(self.challenge)
        self.session = Session(self.challenge, sandbox=sandbox, reward=reward, limits=limits, toolset=toolset)
        self.render_mode = render_mode
        self.action_space = TextSpace(MAX_ACTION_BYTES, _HARMLESS)
        self.observation_space = TextSpace(self._observation_bytes())
        self._screen = ""

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[str, dict[str, Any]]:
        """Start a new episode. Without a seed, one is drawn from the environment's generator."""
        super().reset(seed=seed)
        if options:
            raise SynthGymError(f"reset takes no options, got: {', '.join(options)}")
        chosen = int(self.np_random.integers(2**31)) if seed is None else seed
        self._screen, info = self.session.start(chosen)
        return self._screen, _vectorizable(info)

    def step(self, action: str) -> tuple[str, float, bool, bool, dict[str, Any]]:
        """Run one command line."""
        result = self.session.step(action)
        self._screen = f"$ {action}\n{result.observation}"
        return result.observation, result.reward, result.terminated, result.truncated, _vectorizable(result.info)

    def render(self) -> str | None:
        """In mode `ansi`: the last command and what it printed."""
        return self._screen if self.render_mode == "ansi" else None

    def close(self) -> None:
        """End the episode's processes and delete its files."""
        self.session.close()

    def _observation_bytes(self) -> int:
        """Invalid bytes become a replacement character of three bytes, hence the factor."""
        longest = max(3 * self.session.limits.output_bytes, len(self.challenge.instruction.encode()))
        return longest + _NOTES_BYTES


def _vectorizable(info: dict[str, Any]) -> dict[str, Any]:
    """Without the exit code where there is none: vector environments put it in an array of integers."""
    return {key: value for key, value in info.items() if key != "exit_code" or value is not None}
