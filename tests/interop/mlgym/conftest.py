"""A checkout of MLGym: a made-up one of the same layout, and the real one where there is one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from synth_gym.challenge import Challenge
from synth_gym.interop.mlgym import Checkout, load_checkout
from synth_gym.interop.mlgym.bridge import MODES, prepare

MADE_UP = Path(__file__).parent / "checkout"


@pytest.fixture(scope="session")
def made_up() -> Checkout:
    return load_checkout(MADE_UP)


@pytest.fixture(scope="session")
def challenges(made_up: Checkout, tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Challenge]:
    """Challenges made from the made-up checkout, by mode and task."""
    folder = tmp_path_factory.mktemp("mlgym")
    return {
        (mode, challenge.spec.dataset.id): challenge
        for mode in MODES
        for challenge in prepare(made_up, folder / f"mlgym-{mode}", mode)
    }


@pytest.fixture(scope="session")
def real() -> Checkout:
    """The user's checkout; it is CC-BY-NC, so that none comes with the tests."""
    path = os.environ.get("MLGYM_CHECKOUT")
    if not path:
        pytest.skip("MLGYM_CHECKOUT names no checkout of https://github.com/facebookresearch/MLGym")
    return load_checkout(path)
