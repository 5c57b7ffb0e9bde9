"""Environment, tools, limits, speed; on every back-end."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from synth_gym.sandbox import Sandbox
from tests.sandbox.conftest import BACK_ENDS, Maker, Run

every_back_end = pytest.mark.parametrize("name", BACK_ENDS)


@every_back_end
def test_environment_is_clean(make: Maker, name: str) -> None:
    os.environ["SYNTH_GYM_TEST_SECRET"] = "s3cret"
    try:
        output = Run(make(name, environment={"SEED": "7"})).output("env")
    finally:
        del os.environ["SYNTH_GYM_TEST_SECRET"]
    assert "s3cret" not in output
    assert {"SEED=7", "PAGER=cat", "LANG=C.UTF-8"} <= set(output.splitlines())


@every_back_end
def test_tools_are_on_the_path_the_last_one_first(make: Maker, name: str, tmp_path: Path) -> None:
    for bundle in ("first", "second"):
        program = tmp_path / bundle / "bin" / "which_one"
        program.parent.mkdir(parents=True)
        program.write_text(f"#!/bin/bash\necho {bundle}\n")
        program.chmod(0o755)
    assert Run(make(name, tools=(tmp_path / "first", tmp_path / "second"))).output("which_one") == "second\n"


@pytest.mark.parametrize("name", ["bubblewrap", "process"])
def test_this_python_with_its_packages(make: Maker, name: str) -> None:
    run = Run(make(name))
    assert run.output("python -c 'import numpy; print(1)'; python3 -c 'import numpy; print(1)'") == "1\n1\n"


def test_shadowed_builtins_do_not_break_the_shell(run: Run) -> None:
    for name in ("printf", "eval", "export", "test", "exit", "read"):
        run(f"{name}() {{ echo fake; }}")
    run("shopt -s expand_aliases; alias builtin=false")
    assert run("true").exit_code == 0
    assert run.output("echo real") == "real\n"


def test_writes_land_in_the_workspace(run: Run, workspace: Path) -> None:
    run("mkdir -p a; echo text > a/file; chmod 750 a/file")
    assert (workspace / "a" / "file").read_text() == "text\n"
    assert (workspace / "a" / "file").stat().st_mode & 0o777 == 0o750


@every_back_end
def test_file_size_limit(make: Maker, name: str, workspace: Path) -> None:
    limited = Run(make(name, limits={"disk_mb": 1}))
    assert limited("head -c 2M /dev/zero > big").exit_code != 0
    assert (workspace / "big").stat().st_size <= 1 << 20
    assert limited.output("echo alive") == "alive\n"


@every_back_end
def test_memory_limit(make: Maker, name: str) -> None:
    limited = Run(make(name, limits={"memory_mb": 256}))
    result = limited("python3 -c 'x = bytearray(400_000_000); print(len(x))'")
    assert result.exit_code != 0 and "400000000" not in result.output
    assert limited.output("python3 -c 'x = bytearray(100_000_000); print(len(x))'") == "100000000\n"


def test_describe_says_what_is_enforced(sandbox: Sandbox) -> None:
    description = sandbox.describe()
    assert description["name"] == sandbox.name
    assert description["isolated"] is (sandbox.name != "process")
    assert description["network"] is (sandbox.name == "process")
    assert description["limits"]["memory_mb"]["value"] == 2048


def test_a_command_costs_less_than_a_process(run: Run) -> None:
    def seconds_of_a_process() -> float:
        started = time.perf_counter()
        subprocess.run(["true"], check=True)
        return time.perf_counter() - started

    pairs = [(run("true").seconds, seconds_of_a_process()) for _ in range(200)]
    assert min(ours for ours, _ in pairs) < min(process for _, process in pairs)
