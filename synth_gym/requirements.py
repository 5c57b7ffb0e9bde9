"""The packages that a challenge's scripts import."""

from __future__ import annotations

from importlib.util import find_spec

from synth_gym.challenge import Challenge
from synth_gym.errors import MissingExtraError


def check_requirements(challenge: Challenge) -> None:
    """Fail early and clearly when the sandbox would lack a package.

    Raises:
        MissingExtraError: names the first package that is not installed.
    """
    for package in challenge.spec.requirements:
        if find_spec(package) is None:
            raise MissingExtraError(challenge.env_id, "ml", package)
