"""The environment variables of commands: nothing of the host's gets in."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

_SYSTEM_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")

_SETTINGS = {
    "LANG": "C.UTF-8",
    "TERM": "dumb",
    "PAGER": "cat",
    "GIT_PAGER": "cat",
    "PIP_PROGRESS_BAR": "off",
    "PIP_RETRIES": "0",  # without a network pip would go on trying for ten seconds
    "PYTHONUNBUFFERED": "1",  # what a program printed before its time limit is not lost
    "PYTHONDONTWRITEBYTECODE": "1",  # the workspace holds what the commands made and no caches
    # One thread each: many episodes share a machine, and sums come out the same whatever its number of cores.
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
}


SEARCH_PATH = ":".join((str(Path(sys.prefix) / "bin"), *_SYSTEM_PATH))
"""Where programs are found: this Python first, so that `python` is the one with the packages."""


def clean_environment(
    *, home: str, tools: Iterable[str], channel: str, more: dict[str, str], search_path: str = SEARCH_PATH
) -> dict[str, str]:
    """The whole environment of a sandbox.

    Args:
        home: home directory inside.
        tools: folders of tool bundles inside; the `bin` of the last one is searched first.
        channel: path of the request socket inside.
        more: variables of the episode, which go over the defaults.
        search_path: PATH without the tools.
    """
    tool_path = [f"{tool}/bin" for tool in reversed(list(tools))]
    return {
        **_SETTINGS,
        "HOME": home,
        "USER": "root",
        "SHELL": "/bin/bash",
        "PATH": ":".join((*tool_path, search_path)),
        "SYNTH_GYM_CHANNEL": channel,
        **more,
    }
