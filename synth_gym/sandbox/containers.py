"""What the docker sandbox asks of the engine, through the `docker` package."""

from __future__ import annotations

import functools
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from synth_gym.errors import MissingExtraError, SandboxUnavailableError

_OWNER = "synth-gym.owner"
_PATIENCE = 10
"""Seconds that the engine may take to notice the end of a container."""
_OTHERS = "or choose another sandbox: 'bubblewrap', or 'process', which isolates nothing"


@contextmanager
def engine_errors(image: str) -> Iterator[None]:
    """Turns what can go wrong with an engine into one line that says what to do."""
    require_docker()
    from docker.errors import APIError, ContainerError, DockerException, ImageNotFound
    from requests.exceptions import RequestException

    try:
        yield
    except ImageNotFound:
        raise SandboxUnavailableError(f"the Docker engine has no image {image!r}: docker pull {image}") from None
    except (APIError, ContainerError) as error:
        reason = str(error).splitlines()[0]
        if "[[gpu]]" in reason:
            raise SandboxUnavailableError(
                "Docker has no GPU to give: install the NVIDIA Container Toolkit, or set limits.gpus to 0"
            ) from None
        raise SandboxUnavailableError(f"Docker cannot run the image {image!r} ({reason}), {_OTHERS}") from None
    except (DockerException, RequestException):
        where = os.environ.get("DOCKER_HOST", "/var/run/docker.sock")
        raise SandboxUnavailableError(
            f"no Docker engine answers at {where}: start one, set DOCKER_HOST, {_OTHERS}"
        ) from None


def client() -> Any:
    """The engine's client: one for each process, for a forked child must not share connections."""
    return _client(os.getpid(), os.environ.get("DOCKER_HOST", ""))


def require_docker() -> None:
    """See to it that the package is there."""
    try:
        import docker  # noqa: F401
    except ImportError:
        raise MissingExtraError("the docker sandbox", "docker", "docker") from None


@functools.cache
def _client(pid: int, address: str) -> Any:
    import docker

    made = docker.from_env()
    _sweep(made)
    return made


def owner_label() -> dict[str, str]:
    """The label that tells who must take a container away."""
    return {_OWNER: str(os.getpid())}


def gpus(number: int) -> list[Any]:
    """The request for so many GPUs, whichever are free."""
    from docker.types import DeviceRequest

    return [DeviceRequest(count=number, capabilities=[["gpu"]])] if number else []


def remove(container: Any) -> None:
    """End a container and everything in it; somebody may have been faster, or may be at it."""
    from docker.errors import APIError

    try:
        container.remove(force=True)
    except APIError as error:
        if error.status_code not in (404, 409):
            raise


def was_killed(container: Any) -> bool:
    """Of a container whose pipes are closed: whether the engine was told to end it, or is gone itself.

    The exit code does not tell: a command inside can attach to the first process as a debugger does, and kill it.
    """
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    told = {"container": container.id, "event": ["kill", "destroy"]}
    try:
        container.wait(timeout=_PATIENCE)
        return bool(list(client().events(since=0, until=f"{time.time():.9f}", filters=told, decode=True)))
    except (DockerException, RequestException):
        return True


def _sweep(engine: Any) -> None:
    """Take away the containers of processes that were killed before they could."""
    for container in engine.containers.list(all=True, filters={"label": _OWNER}):
        if not Path(f"/proc/{container.labels[_OWNER]}").exists():
            remove(container)


@functools.cache
def search_path(image: str) -> str:
    """The image's PATH."""
    variables = dict(entry.partition("=")[::2] for entry in client().images.get(image).attrs["Config"]["Env"] or ())
    return variables.get("PATH") or os.defpath


@functools.cache
def hidden_places(image: str, names: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """Where the named places exist in an image: pairs of type (`d`, `f`) and path.

    Args:
        image: searched through once, in a container of its own.
        names: paths relative to a library folder (standard library, site-packages, dist-packages).
    """
    parents = [f"*/lib*/python3*/{folder}" for folder in ("", "site-packages/", "dist-packages/")]
    paths = [parent + name for parent in parents for name in names]
    paths += [
        f"{parent}{module.parent}/__pycache__/{module.stem}.*.pyc"
        for parent in parents
        for module in map(PurePosixPath, names)
        if module.suffix == ".py"
    ]
    wanted = [word for path in paths for word in ("-o", "-path", path)]
    search = ["/", "-xdev", "-path", "/proc", "-prune", "-o", "(", "-false", *wanted, ")", "-printf", "%y%p\\0"]
    said = _all_said(image, ["bash", "-c", 'find "$@" && printf "."', "find", *search])
    return tuple((place[0], place[1:]) for place in said.decode("utf-8", "surrogateescape").split("\0")[:-1])


def _all_said(image: str, argv: Sequence[str]) -> bytes:
    """What a command prints in a container of its own, up to the "." that must close it.

    It is read from a connection that is there before the command starts: the engine's log of a container that ended at
    once was seen empty on a busy machine, and a place that is missed would not be hidden.
    """
    container = client().containers.create(
        image, list(argv[1:]), entrypoint=argv[0], network_mode="none", user="0", read_only=True
    )
    try:
        output = container.attach(stream=True, stderr=False)
        container.start()
        said = b"".join(output)
    finally:
        remove(container)
    if not said.endswith(b"."):
        raise SandboxUnavailableError(f"the image {image!r} cannot be searched for what must be hidden: install find")
    return said
