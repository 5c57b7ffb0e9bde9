"""Bring in the packages that work with models: a clear error when they are missing, no network, no chatter."""

from __future__ import annotations

import logging
import os
from importlib.util import find_spec

from synth_gym.errors import MissingExtraError

_ENVIRONMENT = {
    # Models and data are local folders: nothing is ever to be looked up.
    "HF_HUB_OFFLINE": "1",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TRANSFORMERS_VERBOSITY": "error",
    "DATASETS_VERBOSITY": "error",
    # OpenMP's threads otherwise spin while they wait: two processes on two cores then slow each other down tenfold.
    "OMP_WAIT_POLICY": "PASSIVE",
}
"""Read by the packages when they are imported; what the user has set wins."""


def prepare(feature: str, *packages: str) -> None:
    """Call before the first import of any of the packages.

    Args:
        feature: what needs them, for the message.
        packages: import names.

    Raises:
        MissingExtraError: one of the packages is not installed.
    """
    for package in packages:
        if find_spec(package) is None:
            raise MissingExtraError(feature, "train", package)
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    if "transformers" in packages:
        from transformers.utils.logging import disable_progress_bar

        disable_progress_bar()
    # TRL's loggers have no handler of their own: what they warn of would reach stderr bare.
    logging.getLogger("trl").setLevel(logging.ERROR)
