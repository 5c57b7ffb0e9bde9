"""Rollouts on a real Ray cluster on this machine."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from model import CALL_COST, ScriptedModel, write_agent
from test_run_rollout import start, wait_until

from synth_gym.challenge import Challenge
from synth_gym.rollout import Player, plan_jobs, read_records, record_files, run_rollout

needs_ray = pytest.mark.skipif(find_spec("ray") is None, reason="needs Ray: pip install 'synth-gym[ray]'")


def actors() -> list[int]:
    """Process ids of Ray actors that play episodes."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if file.read_bytes().startswith(b"ray::Stage"):
                found.append(int(file.parent.name))
    return found


@needs_ray
def test_a_killed_worker_loses_no_record_and_doubles_none(
    tiny_suite: Path, tmp_path: Path, on_path: dict[str, str]
) -> None:
    out, starts = tmp_path / "out", tmp_path / "starts"
    starts.mkdir()
    command = ("rollout", "--suite", tiny_suite, "--out", out, "--policy", "players:Slow", "--episodes", 12)
    command = (*command, "--executor", "ray", "--workers", 2, "--concurrency", 4)
    with start(command, on_path | {"STARTS": str(starts)}) as process:
        # Each of the two plays two at a time: of three that run, at least one is the victim's.
        wait_until(lambda: out.exists() and 2 <= len(record_files(out)) <= len(list(starts.iterdir())) - 3, seconds=90)
        os.kill(actors()[0], signal.SIGKILL)
        assert process.wait(90) == 0
    records = list(read_records(out))
    assert [record.info.outcome for record in records] == ["submitted"] * 12
    assert {record.seed for record in records} == set(range(12))
    begun = [mark.name.partition("-")[0] for mark in starts.iterdir()]
    assert 12 < len(begun) <= 14, "what the killed worker played was begun again, and nothing else"


@needs_ray
def test_a_lost_node_of_an_existing_cluster_loses_no_record(
    tiny_suite: Path, tmp_path: Path, on_path: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ray.cluster_utils import Cluster

    out, starts = tmp_path / "out", tmp_path / "starts"
    starts.mkdir()
    monkeypatch.setenv("STARTS", str(starts))  # a cluster's environment is its own
    command = ("rollout", "--suite", tiny_suite, "--out", out, "--policy", "players:Slow", "--episodes", 20)
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 2})
    try:
        spot = cluster.add_node(num_cpus=2)
        with start(
            (*command, "--executor", "ray", "--concurrency", 4), on_path | {"RAY_ADDRESS": cluster.address}
        ) as process:
            wait_until(lambda: len(actors()) == 2 and len(record_files(out)) >= 3, seconds=90)
            cluster.remove_node(spot, allow_graceful=False)
            said = process.communicate(timeout=90)[1]
            assert process.returncode == 0, said
    finally:
        cluster.shutdown()
    records = list(read_records(out))
    assert [record.info.outcome for record in records] == ["submitted"] * 20
    assert {record.seed for record in records} == set(range(20))


@needs_ray
def test_a_budget_holds_on_ray(cli: Any, tiny_suite: Path, tmp_path: Path) -> None:
    with ScriptedModel() as model:
        agent, out = write_agent(tmp_path, model.url), tmp_path / "out"
        command = ("rollout", "--suite", tiny_suite, "--out", out, "--policy", agent, "--episodes", 4)
        done = cli(*command, "--executor", "ray", "--workers", 2, "--budget", 4.5 * CALL_COST)
        assert done.returncode == 1, done.stderr
        assert len(model.requests) * CALL_COST <= 6.5 * CALL_COST
    assert "were not begun" in done.stdout


@pytest.mark.skipif(find_spec("ray") is not None, reason="Ray is installed")
def test_without_ray_one_line_says_what_to_install(tiny_challenge: Challenge, tmp_path: Path) -> None:
    from synth_gym.errors import MissingExtraError

    jobs = plan_jobs([tiny_challenge], [Player("noop")], [0], out=tmp_path)
    with pytest.raises(MissingExtraError, match=r"pip install 'synth-gym\[ray\]'"):
        run_rollout(jobs, out=tmp_path, executor="ray")
