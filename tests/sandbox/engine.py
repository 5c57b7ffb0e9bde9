"""A Docker engine of the tests' own, with a small image made from this machine's programs."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

IMAGE = "synth-gym-test"
PROGRAMS = """
awk base64 basename bash cat chmod cp cut date dirname env false find grep head id kill ln ls make mkdir mkfifo mount
mv nohup ps readlink rm rmdir sed seq setsid sh sleep sort tac tail tar tee test touch tr true unshare wc which xargs
yes
"""


@contextlib.contextmanager
def docker_engine() -> Iterator[str]:
    """Starts `dockerd` with its own folders and without a network; yields its address. Needs root."""
    folder = Path(tempfile.mkdtemp(prefix="synth-gym-docker-"))
    address = f"unix://{folder}/socket"
    offline = ("--iptables=false", "--ip6tables=false", "--bridge=none")
    own = (
        "--data-root",
        f"{folder}/data",
        "--exec-root",
        f"{folder}/exec",
        "--pidfile",
        f"{folder}/pid",
        "-H",
        address,
    )
    with (folder / "log").open("wb") as log:
        engine = subprocess.Popen(["dockerd", *offline, *own], stdout=log, stderr=log, start_new_session=True)
    try:
        _load(_answering(address, folder / "log"))
        yield address
    finally:
        engine.terminate()
        engine.wait(30)
        shutil.rmtree(folder, ignore_errors=True)


def _answering(address: str, log: Path) -> str:
    import docker

    for _ in range(300):
        with contextlib.suppress(docker.errors.DockerException):
            docker.DockerClient(base_url=address).ping()
            return address
        time.sleep(0.1)
    raise RuntimeError(log.read_text()[-2000:])


def _load(address: str) -> None:
    import docker

    client = docker.DockerClient(base_url=address)
    path = "ENV PATH=/opt/python/bin:/usr/bin:/bin"
    client.api.import_image_from_data(_image(), repository=IMAGE, changes=[path])
    client.close()


def _image() -> bytes:
    """A tar file of a root file system: the programs, the libraries that they need, and this Python."""
    programs = {name: Path(found) for name in PROGRAMS.split() if (found := shutil.which(name))}
    python, library = Path(sys.executable).resolve(), Path(sysconfig.get_path("stdlib"))
    places = {f"usr/bin/{name}": path for name, path in programs.items()}
    places |= {f"opt/python/bin/{name}": python for name in ("python", "python3")}
    for needed in _libraries([*places.values(), *library.glob("lib-dynload/*.so")]):
        system = needed.is_relative_to("/usr")
        places[str(needed).lstrip("/") if system else f"usr/lib/{needed.name}"] = needed
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", dereference=True) as archive:
        for place, path in places.items():
            archive.add(path, place)
        archive.add(library, f"opt/python/lib/{library.name}", filter=_needed)
        for name in ("bin", "lib", "lib64"):
            archive.addfile(_member(name, tarfile.SYMTYPE, f"usr/{name}"))
        for name in ("tmp", "etc", "dev", "proc", "sys", "usr/lib64"):
            archive.addfile(_member(name, tarfile.DIRTYPE))
    return packed.getvalue()


def _libraries(programs: list[Path]) -> set[Path]:
    said = subprocess.run(["ldd", *map(str, programs)], capture_output=True, text=True, check=False).stdout
    found = {Path(path) for path in re.findall(r"(/\S+) \(0x", said)}
    return {path.parent.resolve() / path.name for path in found}


def _needed(member: tarfile.TarInfo) -> tarfile.TarInfo | None:
    unneeded = {"site-packages", "test", "tests", "ensurepip", "lib2to3", "turtledemo", "tkinter", "__pycache__"}
    return None if unneeded.intersection(Path(member.name).parts) else member


def _member(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname, member.mode = kind, target, 0o755
    return member


def missing() -> str:
    """Why no engine can be started here; empty if one can."""
    if not shutil.which("dockerd"):
        return "there is no dockerd"
    return "" if os.getuid() == 0 else "dockerd needs root"
