"""What a bubblewrap sandbox shows of the file system, as arguments of `bwrap`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from synth_gym.sandbox.base import SandboxConfig
from synth_gym.sandbox.pythons import checkout, hidden_places, prefixes

HOME, TOOLS, WORKSPACE, SCRATCH = "/root", "/root/tools", "/workspace", "/run/synth_gym"

_IN_MEMORY = ("/dev/shm", "/tmp", HOME)
_SYSTEM = ("bin", "sbin", "lib", "lib32", "lib64", "libx32")
_ETC = ("alternatives", "ld.so.cache", "ld.so.conf", "ld.so.conf.d", "localtime", "os-release")
_PYTHON = ("bin", "include", "lib", "lib32", "lib64", "libexec", "share", "pyvenv.cfg")
# The kernel lets their owner write to these, capabilities or not, and bwrap's own cover does not see that: in a sandbox
# that root starts, the settings of the whole machine would be writable.
_PROC_READ_ONLY = ("bus", "fs", "irq", "mtrr", "sys", "sysrq-trigger", "pressure")
_PROC_EMPTY = ("acpi", "driver", "scsi")
_MADE = {
    "passwd": "root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/:/bin/false\n",
    "group": "root:x:0:\nnogroup:x:65534:\n",
    "hosts": "127.0.0.1 localhost\n",
    "nsswitch.conf": "passwd: files\ngroup: files\nhosts: files\n",
}


def mounts(config: SandboxConfig, scratch: Path) -> list[str]:
    """The arguments that build the file system; the root and `/dev` end up read-only.

    Args:
        config: of the sandbox.
        scratch: host folder shown as `/run/synth_gym`; made files are kept in it.
    """
    return [
        *_system(),
        *_etc(scratch),
        *("--proc", "/proc", "--dev", "/dev"),
        *_proc(),
        *(argument for place in _IN_MEMORY for argument in _memory(place, config)),
        *(argument for top in _tops() for argument in ("--tmpfs", str(top))),
        *_pythons(),
        *_hidden(config.hide, scratch),
        *(argument for tool in config.tools for argument in ("--ro-bind", str(tool.resolve()), f"{TOOLS}/{tool.name}")),
        *("--ro-bind", str(scratch), SCRATCH),
        *("--bind", str(config.workspace.resolve()), WORKSPACE),
        *(argument for place in ("/dev", *_tops(), "/") for argument in ("--remount-ro", str(place))),
    ]


def _system() -> Iterator[str]:
    yield from ("--ro-bind", "/usr", "/usr")
    for name in _SYSTEM:
        yield from _shown(Path("/") / name)
    if (home := checkout()) and home.is_relative_to("/usr"):
        yield from ("--tmpfs", str(home))


def _etc(scratch: Path) -> Iterator[str]:
    for name in _ETC:
        if (source := Path("/etc") / name).exists():
            yield from ("--ro-bind", str(source.resolve()), str(source))
    made = scratch / "etc"
    made.mkdir(exist_ok=True)
    for name, text in _MADE.items():
        (made / name).write_text(text)
        yield from ("--ro-bind", str(made / name), f"/etc/{name}")


def _proc() -> Iterator[str]:
    for name in _PROC_READ_ONLY:
        yield from _shown(Path("/proc") / name)
    for name in _PROC_EMPTY:
        if (place := Path("/proc") / name).exists():
            yield from ("--tmpfs", str(place), "--remount-ro", str(place))


def _memory(place: str, config: SandboxConfig) -> Sequence[str]:
    """A writable folder in memory; it counts against no process, so it gets a size: a quarter of the memory."""
    size = min(config.limits.disk_mb, config.limits.memory_mb // 4) << 20
    return ("--perms", "1777" if place != HOME else "0700", "--size", str(size), "--tmpfs", place)


def _tops() -> Sequence[Path]:
    """The folders directly below those in memory in which a Python installation lies: nobody writes there."""
    places = [(Path(place), name.resolve()) for name in prefixes() for place in _IN_MEMORY]
    tops = (place / real.relative_to(place).parts[0] for place, real in places if place in real.parents)
    return tuple(dict.fromkeys(tops))


def _pythons() -> Iterator[str]:
    """The parts of installations outside of `/usr`; what else lies in their folders (a checkout, a home) stays out."""
    for name in prefixes():
        real = name.resolve()
        if real.is_relative_to("/usr") or real == Path("/"):
            continue
        if real != name:
            yield from ("--symlink", str(real), str(name))
        for part in _PYTHON:
            yield from _shown(real / part)


def _shown(path: Path) -> Sequence[str]:
    """Something of the host's, read-only at its own place; a symbolic link as a link."""
    if path.is_symlink():
        return ("--symlink", str(path.readlink()), str(path))
    return ("--ro-bind", str(path), str(path)) if path.exists() else ()


def _hidden(names: tuple[str, ...], scratch: Path) -> Iterator[str]:
    nothing = scratch / "etc" / "nothing"
    nothing.touch()
    for place in hidden_places(names, (Path("/usr"), Path("/usr/local"), *prefixes())):
        if place.is_dir():
            yield from ("--perms", "0555", "--tmpfs", str(place), "--remount-ro", str(place))
        else:
            yield from ("--ro-bind", str(nothing), str(place))
