"""Reading what a command left, and copying workspaces."""

from __future__ import annotations

import os
import socket
import tempfile
from pathlib import Path

import pytest

from synth_gym.sandbox import Sandbox, copy_tree
from synth_gym.sandbox.workspace import EPOCH


def test_read(sandbox: Sandbox, workspace: Path) -> None:
    (workspace / "a").mkdir()
    (workspace / "a" / "file").write_bytes(b"\0\xff text")
    for path in ("a/file", "./a/file", f"{sandbox.workspace}/a/file"):
        assert sandbox.read(path, limit=7) == b"\0\xff text"


def test_read_a_missing_file(sandbox: Sandbox, workspace: Path) -> None:
    (workspace / "file").touch()
    for path in ("no", "no/such", "file/inside"):
        with pytest.raises(FileNotFoundError):
            sandbox.read(path, limit=10)


def test_read_refuses_links(sandbox: Sandbox, workspace: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("label")
    (workspace / "real").mkdir()
    (workspace / "real" / "file").touch()
    (workspace / "link").symlink_to(tmp_path / "secret")
    (workspace / "folder").symlink_to(tmp_path)
    (workspace / "inner").symlink_to("real")
    for path in ("link", "folder/secret", "inner/file"):
        with pytest.raises(OSError, match="symbolic link"):
            sandbox.read(path, limit=100)


@pytest.mark.parametrize("path", ["../secret", "a/../../secret", "/etc/passwd", "/workspace/../etc/passwd"])
def test_read_refuses_what_lies_outside(sandbox: Sandbox, workspace: Path, path: str) -> None:
    (workspace.parent / "secret").write_text("label")
    with pytest.raises(OSError, match="inside the workspace"):
        sandbox.read(path, limit=10_000)


def test_read_refuses_what_is_no_file(sandbox: Sandbox, workspace: Path) -> None:
    os.mkfifo(workspace / "fifo")
    (workspace / "folder").mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(workspace / "socket"))
        for path in ("fifo", "folder", "socket", "."):
            with pytest.raises(OSError, match="regular file"):
                sandbox.read(path, limit=10)


def test_read_refuses_long_files_without_reading_them(sandbox: Sandbox, workspace: Path) -> None:
    with (workspace / "huge").open("wb") as file:
        file.truncate(10 << 30)
    with pytest.raises(OSError, match="longer than 1,000 bytes"):
        sandbox.read("huge", limit=1000)


def test_copy_keeps_contents_modes_and_links(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "sub" / "empty").mkdir(parents=True)
    (source / "script").write_bytes(b"#!/bin/sh\n")
    (source / "script").chmod(0o755)
    (source / "sub" / "data").write_bytes(os.urandom(3_000_000))
    (source / "sub").chmod(0o750)
    (source / "link").symlink_to("sub/data")
    (source / "broken").symlink_to("nowhere")
    copy_tree(source, tmp_path / "copy")
    copy = tmp_path / "copy"
    assert (copy / "sub" / "data").read_bytes() == (source / "sub" / "data").read_bytes()
    assert str((copy / "link").readlink()) == "sub/data" and str((copy / "broken").readlink()) == "nowhere"
    assert (copy / "script").stat().st_mode == (source / "script").stat().st_mode
    assert (copy / "sub").stat().st_mode == (source / "sub").stat().st_mode
    (copy / "sub" / "data").write_bytes(b"changed")
    assert len((source / "sub" / "data").read_bytes()) == 3_000_000


def test_copied_times_tell_nothing(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "sub").mkdir(parents=True)
    (source / "sub" / "file").touch()
    (source / "link").symlink_to("sub")
    copy_tree(source, tmp_path / "copy")
    copy = tmp_path / "copy"
    assert {path.lstat().st_mtime for path in (copy, *copy.rglob("*"))} == {EPOCH}


def test_a_copy_to_another_file_system(tmp_path: Path) -> None:
    """Neither shared blocks nor, on some kernels, a copy in the kernel is to be had between two file systems."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "data").write_bytes(content := os.urandom(3_000_000))
    (tmp_path / "source" / "empty").touch()
    with tempfile.TemporaryDirectory(dir="/dev/shm") as memory:
        assert copy_tree(tmp_path / "source", Path(memory) / "copy") == "copy"
        assert (Path(memory) / "copy" / "data").read_bytes() == content
        assert (Path(memory) / "copy" / "empty").read_bytes() == b""


def test_a_failed_copy_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "target").mkdir()
    (tmp_path / "target" / "file").touch()
    with pytest.raises(OSError):
        copy_tree(tmp_path / "source", tmp_path / "target")
    with pytest.raises(FileNotFoundError):
        copy_tree(tmp_path / "missing", tmp_path / "other")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["source", "target"]


def test_pipes_and_sockets_are_not_copied(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    os.mkfifo(tmp_path / "source" / "fifo")
    copy_tree(tmp_path / "source", tmp_path / "copy")
    assert not list((tmp_path / "copy").iterdir())
