"""Many episodes of one challenge at once."""

from __future__ import annotations

import resource
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from typing import Any, NamedTuple

import numpy as np
from gymnasium.vector import AutoresetMode, VectorEnv
from gymnasium.vector.utils import batch_space
from numpy.typing import NDArray

from synth_gym.challenge import Challenge
from synth_gym.env import ChallengeEnv
from synth_gym.errors import SynthGymError

_FILES_PER_SLOT, _OTHER_FILES = 8, 64
"""Descriptors: an idle episode has five open; its start and the grader take some more for a moment."""

Observations = tuple[str, ...]
Steps = tuple[Observations, NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_], dict[str, Any]]


class Turn(NamedTuple):
    """What one slot's step (or the reset in its place) gave."""

    slot: int
    observation: str
    reward: float
    terminated: bool
    truncated: bool
    info: dict[str, Any]


class ChallengeVectorEnv(VectorEnv[Observations, Sequence[str], NDArray[Any]]):
    """`num_envs` slots, each with an episode in a sandbox of its own, stepped by a thread of its own.

    `step` is Gymnasium's: an action for every slot, and it returns when all are ready. Commands of an episode may
    differ a thousandfold in time, so there are `send` and `recv` too (as in EnvPool, Weng et al. 2022): actions go to
    some slots, and the first `k` that are ready come back while the others still run.

    >>> envs = gym.make_vec("synth-ml/WineCultivars-v0", num_envs=64)  # doctest: +SKIP
    >>> observations, infos = envs.reset(seed=0)  # doctest: +SKIP
    >>> envs.send({slot: policy(text) for slot, text in enumerate(observations)})  # doctest: +SKIP
    >>> while training:  # doctest: +SKIP
    ...     for turn in envs.recv(8):
    ...         envs.send({turn.slot: policy(turn.observation)})

    Autoreset is Gymnasium's `NEXT_STEP`: the action that a slot gets after its episode's end is ignored, and a new
    episode is its answer. A slot that gets no action stays as it is.

    Args:
        num_envs: how many slots.
        challenge: what is played, as for `ChallengeEnv`.
        options: further arguments of every `ChallengeEnv`.
    """

    metadata = {  # noqa: RUF012 (Gymnasium declares it an instance attribute)
        **ChallengeEnv.metadata,
        "autoreset_mode": AutoresetMode.NEXT_STEP,
    }

    def __init__(self, num_envs: int = 1, *, challenge: str | Path | Challenge, **options: Any) -> None:
        if num_envs < 1:
            raise SynthGymError(f"a vector environment needs at least one slot, not {num_envs}")
        _check_open_files(num_envs)
        loaded = challenge if isinstance(challenge, Challenge) else Challenge.load(challenge)
        self.num_envs = num_envs
        self.envs = [ChallengeEnv(loaded, **options) for _ in range(num_envs)]
        self.render_mode = self.envs[0].render_mode
        self.single_action_space = self.envs[0].action_space
        self.single_observation_space = self.envs[0].observation_space
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self._threads = ThreadPoolExecutor(num_envs, "synth-gym-slot")
        self._busy: dict[Future[Turn], int] = {}
        self._finished: SimpleQueue[Future[Turn]] = SimpleQueue()
        self._ready: list[Future[Turn]] = []
        self._over = [False] * num_envs
        self._observations = [""] * num_envs

    def reset(
        self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Observations, dict[str, Any]]:
        """Start a new episode in every slot.

        Args:
            seed: of the first slot, whose successors the others get; or one for each; or drawn.
            options: `reset_mask`, an array of booleans, tells which slots are reset (default: all).

        Returns:
            the last observation of every slot, and the infos of those that were reset.
        """
        super().reset(seed=seed if isinstance(seed, int) else None)
        seeds = [seed + slot for slot in range(self.num_envs)] if isinstance(seed, int) else seed
        seeds = [None] * self.num_envs if seeds is None else list(seeds)
        self._check_length("seeds", seeds)
        slots = self._slots_to_reset(options)
        self._check_idle(slots)
        for slot in slots:
            self._submit(slot, self._reset, seeds[slot])
        turns = self.recv(len(slots))
        return tuple(self._observations), self._infos(turns)

    def step(self, actions: Sequence[str]) -> Steps:
        """One command line for every slot; returns when all have run."""
        self._check_length("actions", actions)
        self.send(dict(enumerate(actions)))
        turns = sorted(self.recv(self.num_envs))
        return (
            tuple(self._observations),
            np.array([turn.reward for turn in turns]),
            np.array([turn.terminated for turn in turns]),
            np.array([turn.truncated for turn in turns]),
            self._infos(turns),
        )

    def send(self, actions: Mapping[int, str]) -> None:
        """Have slots run a command line each; returns at once.

        Args:
            actions: by slot; only slots that are not busy.
        """
        self._check_idle(actions)
        for slot, action in actions.items():
            self._submit(
                slot, self._reset if self._over[slot] else self._step, action if not self._over[slot] else None
            )

    def recv(self, k: int = 1) -> list[Turn]:
        """Wait until `k` slots are ready, and take what they give, first come first served.

        What a slot raised is raised here; the turns of the others are kept for the next call.
        """
        if not 0 < k <= len(self._busy):
            raise SynthGymError(f"cannot wait for {k} slots: {len(self._busy)} are busy; send() actions first")
        while len(self._ready) < k:
            self._ready.append(self._finished.get())
        for future in self._ready[:k]:
            if error := future.exception():
                self._ready.remove(future)
                del self._busy[future]
                raise error
        taken, self._ready = self._ready[:k], self._ready[k:]
        for future in taken:
            del self._busy[future]
        return [future.result() for future in taken]

    def render(self) -> tuple[Any, ...]:
        """In mode `ansi`: every slot's last command and what it printed."""
        return tuple(env.render() for env in self.envs)

    def close_extras(self, **kwargs: Any) -> None:
        """Wait for the commands that run (each has its time limit), then close every episode."""
        self._threads.shutdown(cancel_futures=True)
        for env in self.envs:
            env.close()

    def _submit(self, slot: int, work: Any, argument: Any) -> None:
        future = self._threads.submit(work, slot, argument)
        self._busy[future] = slot
        future.add_done_callback(self._finished.put)

    def _reset(self, slot: int, seed: int | None) -> Turn:
        observation, info = self.envs[slot].reset(seed=seed)
        self._observations[slot], self._over[slot] = observation, False
        return Turn(slot, observation, 0.0, False, False, info)

    def _step(self, slot: int, action: str) -> Turn:
        turn = Turn(slot, *self.envs[slot].step(action))
        self._observations[slot], self._over[slot] = turn.observation, turn.terminated or turn.truncated
        return turn

    def _infos(self, turns: Iterable[Turn]) -> dict[str, Any]:
        infos: dict[str, Any] = {}
        for turn in turns:
            infos = self._add_info(infos, turn.info, turn.slot)
        return infos

    def _slots_to_reset(self, options: dict[str, Any] | None) -> list[int]:
        given = dict(options or {})
        mask = given.pop("reset_mask", np.ones(self.num_envs, bool))
        if given:
            raise SynthGymError(f"reset takes no options but reset_mask, got: {', '.join(given)}")
        self._check_length("entries of reset_mask", mask)
        return [int(slot) for slot in np.flatnonzero(mask)]

    def _check_length(self, what: str, given: Sequence[Any]) -> None:
        if len(given) != self.num_envs:
            raise SynthGymError(f"{self.num_envs} slots need {self.num_envs} {what}, got {len(given)}")

    def _check_idle(self, slots: Iterable[int]) -> None:
        for slot in slots:
            if not 0 <= slot < self.num_envs:
                raise SynthGymError(f"no slot {slot}: slots are 0 to {self.num_envs - 1}")
            if slot in self._busy.values():
                raise SynthGymError(f"slot {slot} is busy: recv() its turn first")


def _check_open_files(slots: int) -> None:
    needed, allowed = slots * _FILES_PER_SLOT + _OTHER_FILES, resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    if needed > allowed:
        raise SynthGymError(
            f"{slots} slots need {needed:,} open files and this process may have {allowed:,}: run 'ulimit -n {needed}' "
            "before it, or take fewer slots"
        )
