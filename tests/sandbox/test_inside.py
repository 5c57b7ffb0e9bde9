"""Files inside a sandbox, moved through its shell."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth_gym.sandbox import Sandbox
from synth_gym.sandbox.inside import copy_inside, read_inside, write_inside

OUTPUT_BYTES = 16_384
LIMIT = 2**20
EVERY_BYTE = bytes(range(256))


def run_of(sandbox: Sandbox):  # type: ignore[no-untyped-def]
    return lambda command: sandbox.execute(command, timeout=20)


@pytest.mark.parametrize("size", [0, 1, 12_287, 12_288, 12_289, 300_000])
def test_every_byte_arrives(sandbox: Sandbox, size: int) -> None:
    content, path = (EVERY_BYTE * (size // 256 + 1))[:size], f"{sandbox.workspace}/new folder/it's"
    write_inside(run_of(sandbox), path, content)
    assert read_inside(run_of(sandbox), path, limit=LIMIT, output_bytes=OUTPUT_BYTES) == content


def test_a_narrow_output_only_takes_longer(sandbox: Sandbox) -> None:
    write_inside(run_of(sandbox), "file", EVERY_BYTE)
    assert read_inside(run_of(sandbox), "file", limit=LIMIT, output_bytes=64) == EVERY_BYTE


def test_a_file_that_is_too_long_is_refused(sandbox: Sandbox) -> None:
    write_inside(run_of(sandbox), "file", EVERY_BYTE)
    assert read_inside(run_of(sandbox), "file", limit=256, output_bytes=64) == EVERY_BYTE
    run_of(sandbox)("head -c 2M /dev/zero > long")
    for path, limit in (("file", 255), ("long", LIMIT)):
        with pytest.raises(OSError, match="is longer than"):
            read_inside(run_of(sandbox), path, limit=limit, output_bytes=OUTPUT_BYTES)


@pytest.mark.parametrize("options", ["set -euo pipefail", "set -x", "cat() { echo mine; }; alias head=tail", "set -f"])
def test_it_works_in_a_shell_that_was_changed(sandbox: Sandbox, options: str) -> None:
    run = run_of(sandbox)
    run(options)
    write_inside(run, "file", EVERY_BYTE)
    assert read_inside(run, "file", limit=LIMIT, output_bytes=OUTPUT_BYTES) == EVERY_BYTE
    with pytest.raises(FileNotFoundError):
        read_inside(run, "none", limit=LIMIT, output_bytes=OUTPUT_BYTES)
    assert run("echo alive").note == ""


def test_what_is_no_file_is_not_found(sandbox: Sandbox) -> None:
    for path in ("none", ".", "/dev/null"):
        with pytest.raises(FileNotFoundError, match=r"no such file in the sandbox"):
            read_inside(run_of(sandbox), path, limit=LIMIT, output_bytes=OUTPUT_BYTES)


def test_a_shell_without_its_programs_is_told(sandbox: Sandbox) -> None:
    run = run_of(sandbox)
    run("touch file; PATH=/nowhere")
    with pytest.raises(FileNotFoundError):
        read_inside(run, "file", limit=LIMIT, output_bytes=OUTPUT_BYTES)
    with pytest.raises(OSError, match="cannot be written"):
        write_inside(run, "file", b"x")


def test_a_folder_is_copied_with_its_modes(sandbox: Sandbox, tmp_path: Path) -> None:
    source = tmp_path / "bundle"
    (source / "bin").mkdir(parents=True)
    (source / "bin" / "tool").write_text("#!/bin/sh\necho works\n")
    (source / "bin" / "tool").chmod(0o755)
    (source / ".hidden").write_bytes(EVERY_BYTE)
    run = run_of(sandbox)
    for _ in range(2):
        copy_inside(run, source, "there/mine")
    assert run("there/mine/bin/tool").output == "works\n"
    assert read_inside(run, "there/mine/.hidden", limit=LIMIT, output_bytes=OUTPUT_BYTES) == EVERY_BYTE
    copy_inside(run, source / ".hidden", "single")
    assert read_inside(run, "single", limit=LIMIT, output_bytes=OUTPUT_BYTES) == EVERY_BYTE
    run("touch taken")
    with pytest.raises(OSError, match="taken: cannot be written"):
        copy_inside(run, source, "taken")
