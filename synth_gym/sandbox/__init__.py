"""Where commands run: one protocol, several back-ends.

>>> from synth_gym.sandbox import SandboxConfig, make_sandbox
>>> sandbox = make_sandbox("bubblewrap", SandboxConfig(workspace=folder))  # doctest: +SKIP
>>> sandbox.execute("echo hello", timeout=5.0).output  # doctest: +SKIP
'hello\\n'
"""

from __future__ import annotations

from synth_gym.errors import SandboxUnavailableError, did_you_mean
from synth_gym.sandbox.base import CommandResult, Reply, RequestHandler, Sandbox, SandboxConfig
from synth_gym.sandbox.workspace import copy_tree

SANDBOXES = ("bubblewrap", "docker", "process")

__all__ = [
    "SANDBOXES",
    "CommandResult",
    "Reply",
    "RequestHandler",
    "Sandbox",
    "SandboxConfig",
    "check_sandbox",
    "copy_tree",
    "make_sandbox",
]


def make_sandbox(name: str, config: SandboxConfig) -> Sandbox:
    """A sandbox, not yet started.

    Args:
        name: one of `SANDBOXES`; `docker:IMAGE` for an image of your own in place of the challenge's.
        config: what it is made of.

    Raises:
        SandboxUnavailableError: no sandbox of this name.
    """
    check_sandbox(name)
    name, _, image = name.partition(":")
    if name == "docker":
        from synth_gym.sandbox.docker import DockerSandbox

        return DockerSandbox(config, image)
    if name == "bubblewrap":
        from synth_gym.sandbox.bubblewrap import BubblewrapSandbox

        return BubblewrapSandbox(config)
    from synth_gym.sandbox.process import ProcessSandbox

    return ProcessSandbox(config)


def check_sandbox(name: str) -> None:
    """Refuse a name that no sandbox has.

    Raises:
        SandboxUnavailableError: with a did-you-mean.
    """
    if name not in SANDBOXES and not name.startswith("docker:"):
        hint = did_you_mean(name, SANDBOXES)
        raise SandboxUnavailableError(f"unknown sandbox {name!r}{hint}: choose one of {', '.join(SANDBOXES)}")
