"""What chooses the next action of an episode."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from synth_gym.errors import SynthGymError, did_you_mean
from synth_gym.policies.base import Action, Policy, PolicyStopped, Usage

__all__ = ["POLICIES", "Action", "Policy", "PolicyStopped", "Usage", "find_policy", "make_policy"]

POLICIES = {
    "baseline": "synth_gym.policies.baseline:BaselinePolicy",
    "cheat": "synth_gym.policies.cheat:CheatPolicy",
    "human": "synth_gym.policies.human:HumanPolicy",
    "llm": "synth_gym.policies.llm:LLMPolicy",
    "local": "synth_gym.policies.local:LocalPolicy",
    "noop": "synth_gym.policies.noop:NoopPolicy",
    "practitioner": "synth_gym.policies.practitioner:Practitioner",
    "random": "synth_gym.policies.random:RandomPolicy",
    "replay": "synth_gym.policies.replay:ReplayPolicy",
    "scripted": "synth_gym.policies.scripted:ScriptedPolicy",
}
"""Short names. The classes are imported when they are made."""


def make_policy(name_or_spec: str, *, seed: int, **options: Any) -> Policy:
    """A policy for one episode or more.

    Args:
        name_or_spec: a short name of `POLICIES`, the path of an agent definition (`*.yaml`), or something of your own
            as `module:name`: a class, a function of `seed` that makes a policy, or any other callable, which then takes
            an observation and gives an action.
        seed: of everything the policy draws at random.
        options: the class's own keyword arguments; they win over what an agent definition says.

    Raises:
        SynthGymError: no such policy, or one that does not take these options.
    """
    policy = find_policy(name_or_spec, **options)(seed=seed)
    for part in ("name", "reset", "act"):
        if not hasattr(policy, part):
            raise SynthGymError(f"policy {name_or_spec!r}: it has no {part!r}; a policy has name, reset() and act()")
    return policy


def find_policy(name_or_spec: str, **options: Any) -> Callable[..., Policy]:
    """How `make_policy` makes this policy: name and options are checked, nothing is made yet.

    Returns:
        a function of `seed`.

    Raises:
        SynthGymError: as `make_policy`.
    """
    if name_or_spec.endswith((".yaml", ".yml")):
        name_or_spec, options = _from_definition(name_or_spec, options)
    maker = _maker(POLICIES.get(name_or_spec, name_or_spec))
    try:
        inspect.signature(maker).bind(seed=0, **options)
    except TypeError as error:
        raise SynthGymError(f"policy {name_or_spec!r}: {error}; it takes {_parameters(maker)}") from None
    return functools.partial(maker, **options)


def _from_definition(path: str, options: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    from synth_gym.policies.agent import AgentDefinition

    definition = AgentDefinition.load(Path(path))
    if definition.policy == "llm":
        return "llm", {"agent": path} | options
    return definition.policy, ({"model": definition.model} if definition.model else {}) | options


def _maker(spec: str) -> Callable[..., Policy]:
    """What makes the policy of a spec."""
    from synth_gym.policies.function import FunctionPolicy

    found = _find(spec)
    if not callable(found):
        raise SynthGymError(f"policy {spec!r}: is neither a class nor a function")
    if isinstance(found, type) or "seed" in inspect.signature(found).parameters:
        return found
    return functools.partial(FunctionPolicy, found)


def _find(spec: str) -> Any:
    module, colon, name = spec.partition(":")
    if not colon:
        known = ", ".join(POLICIES)
        hint = did_you_mean(spec, POLICIES)
        raise SynthGymError(
            f"no policy {spec!r}{hint}; there are: {known}; or give module:Class or an agent definition"
        )
    try:
        imported = import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise
        raise SynthGymError(f"policy {spec!r}: there is no module {error.name!r} on the Python path") from None
    if not hasattr(imported, name):
        raise SynthGymError(f"policy {spec!r}: {module} has no {name!r}{did_you_mean(name, dir(imported))}")
    return getattr(imported, name)


def _parameters(maker: Any) -> str:
    names = [name for name in inspect.signature(maker).parameters if name != "seed"]
    return ", ".join(names) if names else "no options"
