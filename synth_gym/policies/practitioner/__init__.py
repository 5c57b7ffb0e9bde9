"""The scripted practitioner: a key-free teacher."""

from synth_gym.policies.practitioner.policy import Practitioner

__all__ = ["Practitioner"]
