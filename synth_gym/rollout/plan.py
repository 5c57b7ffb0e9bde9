"""What a rollout consists of: one job per challenge, policy and seed, its file named by its content."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from synth_gym.challenge import Challenge, Limits
from synth_gym.policies.agent import AgentDefinition
from synth_gym.rollout.record import SUFFIX
from synth_gym.shaping import RewardMode

NAMED = {"llm": "model", "local": "model", "cheat": "move"}
"""Policies that take the name of something (a model, its folder, a move), and the option that it is."""
_LABELLED = re.compile(r"[^=:/]+=")


@dataclass(frozen=True)
class Player:
    """A policy and what it is made with."""

    policy: str
    """As `make_policy` takes it."""
    options: dict[str, Any] = field(default_factory=dict)
    """Keyword arguments of the policy, except the seed. They are written into every record: no secrets."""
    agent: str | None = None
    """An agent definition (prompt, tools): a path or a shipped one's name; the default one when None."""
    name: str = ""
    """What the records call it; the policy's own name when empty."""
    tools: tuple[str, ...] = ()
    """Tool bundles in place of the agent definition's."""
    variables: dict[str, str] = field(default_factory=dict)
    """Environment variables of foreign bundles, besides the agent definition's."""

    def definition(self) -> AgentDefinition:
        """The agent definition, with the player's own tools."""
        return AgentDefinition.load(self.agent).equipped(self.tools, self.variables)

    def equipped(self, tools: Sequence[str], variables: Mapping[str, str]) -> Player:
        """The same player with other tools, if any are given; a language model is told of them."""
        told: dict[str, Any] = {"tools": list(tools)} if tools else {}
        told |= {"variables": dict(variables)} if variables else {}
        plays_llm = self.policy == "llm" or (self.policy == self.agent and self.definition().policy == "llm")
        options = self.options | told if plays_llm else self.options
        return replace(self, options=options, tools=tuple(tools), variables=dict(variables))

    @classmethod
    def parse(cls, text: str, *, model: str | None = None, agent: str | None = None) -> Player:
        """A player as people write it: `[LABEL=]NAME[:MODEL]`, or `[LABEL=]FILE.yaml` for an agent definition.

        Args:
            text: the label is what records call the player; only `llm` and `local` take a model.
            model: of `llm` and `local` when the text names none.
            agent: an agent definition when the text is none.

        >>> Player.parse("student=local:runs/student")
        Player(policy='local', options={'model': 'runs/student'}, agent=None, name='student')
        """
        label, _, spec = text.partition("=") if _LABELLED.match(text) else ("", "", text)
        if spec.endswith((".yaml", ".yml")):
            return cls(spec, agent=spec, name=label or AgentDefinition.load(spec).name)
        policy, _, named = spec.partition(":")
        if policy not in NAMED:
            return cls(spec, agent=agent, name=label)
        if policy == "cheat":
            from synth_gym.policies.cheat import find_move

            _ = named and find_move(named)
            return cls(policy, {"move": named} if named else {}, agent, label or spec)
        options = {"model": named or model} if named or model else {}
        return cls(policy, options | ({"agent": agent} if agent and policy == "llm" else {}), agent, label)


@dataclass(frozen=True)
class Job:
    """One episode to be played."""

    challenge: Path
    player: Player
    seed: int
    file: Path
    sandbox: str
    reward: RewardMode
    limits: Limits | None


def plan_jobs(
    challenges: Sequence[Challenge],
    players: Sequence[Player],
    seeds: Iterable[int],
    *,
    out: Path,
    sandbox: str = "bubblewrap",
    reward: RewardMode = "final",
    limits: Limits | None = None,
) -> list[Job]:
    """Every episode, seeds outermost, so that an interrupted rollout has seen all challenges.

    A file is named by challenge, policy and seed, and by a digest of everything else that shapes the episode: when the
    challenge's files, the policy's options, the files that they name (a model) or the agent definition change, the
    episode is another one. The code of policies is not looked at.
    """
    pairs = [(challenge, player) for challenge in challenges for player in players]
    stems = [_stem(challenge, player, sandbox, reward, limits) for challenge, player in pairs]
    return [
        Job(challenge.path, player, seed, out / f"{stem}-seed{seed:04d}{SUFFIX}", sandbox, reward, limits)
        for seed in seeds
        for (challenge, player), stem in zip(pairs, stems, strict=True)
    ]


def _stem(challenge: Challenge, player: Player, sandbox: str, reward: str, limits: Limits | None) -> str:
    parts = [
        challenge.env_id,
        challenge.content_hash,
        player.policy,
        player.options,
        [_fingerprint(Path(value)) for value in player.options.values() if isinstance(value, str)],
        player.name,
        player.definition().model_dump(),
        sandbox,
        reward,
        limits.model_dump() if limits else None,
    ]
    digest = hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()[:8]
    policy = re.sub(r"[^A-Za-z0-9_.]+", "-", player.name or player.policy).strip("-.")
    return f"{challenge.path.name}/{policy}-{digest}"


def _fingerprint(path: Path) -> list[tuple[str, int, int]]:
    """Name, size and modification time of every file at a path: a model that was trained again is another model."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    stats = [(str(file.relative_to(path)), file.stat()) for file in files if file.is_file()]
    return [(name, stat.st_size, stat.st_mtime_ns) for name, stat in stats]
