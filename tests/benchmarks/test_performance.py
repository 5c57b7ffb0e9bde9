"""The scripts that measure run, and print JSON with the figures that the documentation quotes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

SCRIPTS = Path(__file__).parents[2] / "benchmarks" / "performance"


def measured(script: str, *options: str) -> Any:
    command = [sys.executable, SCRIPTS / script, *options]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr
    figures = json.loads(done.stdout)
    assert figures["machine"]["cores"] >= 1 and figures["machine"]["load"] >= 0
    return figures


def test_step_latency() -> None:
    results = measured("step_latency.py", "--steps", "3", "--only", "bash", "bubblewrap", "recorded", "env")["results"]
    assert all(0 < result["p5_ms"] <= result["median_ms"] <= result["p95_ms"] for result in results.values()), results


def test_reset() -> None:
    result = measured("reset.py", "--megabytes", "1", "--rounds", "2")["results"]["1 MB"]
    assert result["copied_by"] in ("reflink", "copy") and result["reset"]["median_ms"] > 0


def test_output() -> None:
    results = measured("output.py", "--megabytes", "1", "--rounds", "2")["results"]
    assert all(result["ratio"] > 0 and result["memory_growth_mb"] < 20 for result in results.values())


def test_concurrency_leaves_nothing_behind() -> None:
    figures = measured("concurrency.py", "--slots", "2", "--seconds", "0.2", "--episodes", "16")
    assert figures["slots"]["2"]["steps_per_second"] > 0 and 0 < figures["slots"]["2"]["idle_episode_pss_mb"] < 15
    left = figures["after_episodes"]["left"]
    assert not any(count for name, count in left.items() if name != "resident_mb"), left


def test_import_time() -> None:
    figures = measured("import_time.py", "--challenges", "3", "--rounds", "2")
    assert figures["added"]["median_ms"] > 0 and "synth_gym" in figures["slowest_modules_ms"]


def test_episodes() -> None:
    suite = Path(__file__).parents[1] / "data" / "tiny"
    figures = measured("episodes.py", "--suite", str(suite), "--challenge", "TinyLine", "--episodes", "4")
    assert (figures["valid_files"], figures["finished_before"]) == (4, 0)
    assert 0 < figures["cpu_efficiency"] < 1 and figures["episodes_per_minute"] > 0
    assert figures["peak_memory_mb"]["100 %"]["runner"] > 10


def test_llm_episodes() -> None:
    options = ("--episodes", "4", "--concurrency", "4", "--turns", "4", "--latency", "0.01", "--alone", "1")
    figures = measured("llm_episodes.py", *options)
    assert figures["one_per_process"]["turns_per_second"] > 0
    assert 0 < figures["concurrency"]["4"]["share_of_ideal"] < 1
