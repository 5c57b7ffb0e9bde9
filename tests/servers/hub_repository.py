"""A dataset repository as the Hub keeps it: files, commits, a card, and who may see it."""

from __future__ import annotations

import functools
import hashlib
import threading
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any, Literal

import yaml

Access = Literal["open", "gated", "private", "disabled"]
POINTER_SIZE = 130
"""Bytes of the file that git holds in the place of a large one; about what it is on the Hub."""
DATE = "2026-01-05T00:00:00.000Z"
"""Of everything: the same files make the same answers."""


@dataclass(frozen=True)
class File:
    """One file of one commit."""

    path: str
    content: bytes
    declared: int | None = None
    """A size to claim instead of the true one."""

    @property
    def size(self) -> int:
        return len(self.content) if self.declared is None else self.declared

    @property
    def large(self) -> bool:
        """Whether the Hub keeps it outside git."""
        return self.path.endswith(".parquet")

    @functools.cached_property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @functools.cached_property
    def oid(self) -> str:
        """git's name of it."""
        return hashlib.sha1(b"blob %d\0" % len(self.content) + self.content).hexdigest()

    @property
    def etag(self) -> str:
        return self.sha256 if self.large else self.oid


@dataclass(frozen=True)
class Commit:
    """The files at one revision."""

    oid: str
    title: str
    files: dict[str, File]

    @functools.cached_property
    def card(self) -> dict[str, Any]:
        """The card of the README."""
        return split_readme(self._readme)[0]

    @functools.cached_property
    def description(self) -> str:
        """The README's first paragraph."""
        paragraphs = [part.strip() for part in split_readme(self._readme)[1].split("\n\n")]
        said = [" ".join(part.split()) for part in paragraphs if part and not part.startswith("#")]
        return said[0] if said else ""

    @property
    def _readme(self) -> str:
        readme = self.files.get("README.md")
        return readme.content.decode(errors="replace") if readme else ""

    def entries(self, folder: str = "", *, recursive: bool = False) -> list[File | str]:
        """What lies in a folder: files, and paths of folders.

        Raises:
            KeyError: there is no such folder.
        """
        prefix = f"{folder}/" if folder else ""
        inside = [file for path, file in sorted(self.files.items()) if path.startswith(prefix)]
        if folder and not inside:
            raise KeyError(folder)
        parents = {str(parent) for file in inside for parent in PurePosixPath(file.path).parents} - {"."}
        folders = sorted(parent for parent in parents if parent.startswith(prefix))
        if recursive:
            return [*folders, *inside]
        return [
            *(name for name in folders if "/" not in name.removeprefix(prefix)),
            *(file for file in inside if "/" not in file.path.removeprefix(prefix)),
        ]


@dataclass
class Repository:
    """A dataset repository."""

    id: str
    access: Access = "open"
    downloads: int = 0
    commits: list[Commit] = field(default_factory=list)
    """The newest last."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def head(self) -> Commit:
        return self.commits[-1]

    def at(self, revision: str) -> Commit:
        """The commit that a branch, or a commit's name, stands for.

        Raises:
            KeyError: there is none.
        """
        if revision == "main":
            return self.head
        return {commit.oid: commit for commit in self.commits}[revision]

    def commit(self, title: str, added: dict[str, bytes], deleted: tuple[str, ...] = ()) -> Commit:
        """Put a commit on top.

        Args:
            title: its first line.
            added: path -> content.
            deleted: paths of files, and of folders with a slash at the end.
        """
        with self._lock:
            files = dict(self.head.files) if self.commits else {}
            for path in deleted:
                for name in [name for name in files if name == path or (path.endswith("/") and name.startswith(path))]:
                    del files[name]
            files |= {path: File(path, content) for path, content in added.items()}
            parent = self.head.oid if self.commits else ""
            listing = "\n".join(f"{file.oid} {path}" for path, file in sorted(files.items()))
            oid = hashlib.sha1(f"{self.id}\n{parent}\n{title}\n{listing}".encode()).hexdigest()
            self.commits.append(Commit(oid, title, files))
            return self.head


def split_readme(text: str) -> tuple[dict[str, Any], str]:
    """A README's card, which is the YAML on top, and the text below it.

    Raises:
        yaml.YAMLError: the card is none.
    """
    parts = text.split("---\n", 2)
    if len(parts) < 3 or parts[0].strip():
        return {}, text
    return yaml.safe_load(parts[1]) or {}, parts[2]
