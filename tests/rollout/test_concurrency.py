"""Many episodes at a time in each process, killed and starved in the ways that happen."""

from __future__ import annotations

import json
import re
import threading
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from model import MortalModel, write_agent
from test_run_rollout import files, sandboxes, start, wait_until

from synth_gym.challenge import Challenge
from synth_gym.rollout import Player, plan_jobs, read_records, record_files, run_rollout


def most_at_once(spans: Iterable[tuple[float, float]]) -> int:
    """How many of the spans of time overlap at most."""
    changes = sorted(change for began, ended in spans for change in ((began, 1), (ended, -1)))
    running = most = 0
    for _, change in changes:
        running += change
        most = max(most, running)
    return most


def test_commands_wait_for_a_slot_and_are_not_charged_for_it(tiny_challenge: Challenge, tmp_path: Path) -> None:
    limits = tiny_challenge.spec.limits.model_copy(update={"seconds": 3.0})
    jobs = plan_jobs([tiny_challenge], [Player("players:Watches")], range(12), out=tmp_path, limits=limits)
    result = run_rollout(jobs, out=tmp_path, workers=2, concurrency=12, slots=2)
    assert result.outcomes == {"submitted": 12}
    records = list(read_records(tmp_path))
    printed = [[float(time) for time in re.findall(r"^\d+\.\d+$", step.observation, re.MULTILINE)]
               for record in records for step in record.trajectory[:2]]  # fmt: skip
    assert most_at_once((began, ended) for began, ended in printed) == 2
    begun = [datetime.fromisoformat(record.started).timestamp() for record in records]
    assert most_at_once((time, time + record.seconds) for time, record in zip(begun, records, strict=True)) > 4


def test_sigkill_loses_no_record_and_doubles_none(
    cli: Any, tiny_suite: Path, tmp_path: Path, on_path: dict[str, str]
) -> None:
    out, starts, events = tmp_path / "out", tmp_path / "starts", tmp_path / "events.jsonl"
    starts.mkdir()
    environment = on_path | {"STARTS": str(starts)}
    command = ("rollout", "--suite", tiny_suite, "--out", out, "--policy", "players:Slow", "--episodes", 20)
    command = (*command, "--workers", 2, "--concurrency", 6, "--slots", 6, "--events", events)
    with start(command, environment) as first:
        wait_until(lambda: out.exists() and len(record_files(out)) >= 2)
        first.kill()
    wait_until(lambda: sandboxes(out) == [])
    kept, begun = files(out), len(list(starts.iterdir()))
    assert 2 <= len(kept) < 20

    result = cli.json(*command, **environment)
    assert (result["episodes"], result["finished_before"], result["faults"]) == (20, len(kept), [])
    after = files(out)
    assert len(after) == 20 and {name: after[name] for name in kept} == kept
    counts = Counter(int(mark.name.partition("-")[0]) for mark in starts.iterdir())
    assert set(counts) == set(range(20)) and sum(counts.values()) - 20 == begun - len(kept) <= 6
    told = [json.loads(line) for line in events.read_text().splitlines()]
    assert {Path(line["record"]).name for line in told} <= {Path(name).name for name in after}
    assert len(told) == len({line["record"] for line in told}) >= 20 - len(kept)


def test_a_crash_takes_no_other_episode_along(tiny_challenge: Challenge, tmp_path: Path) -> None:
    jobs = plan_jobs([tiny_challenge], [Player("players:KillsItsWorker")], [0, 2, 3, 4, 6, 8], out=tmp_path)
    result = run_rollout(jobs, out=tmp_path, workers=2, concurrency=6)
    assert result.outcomes == {"submitted": 5}
    assert len(result.crashed) == 1 and "seed0003" in result.crashed[0] and "SIGKILL" in result.crashed[0]
    assert {record.seed for record in read_records(tmp_path)} == {0, 2, 4, 6, 8}


def test_a_model_server_that_is_gone_for_a_while_is_awaited(tiny_suite: Path, tmp_path: Path) -> None:
    with MortalModel(delay=0.1) as model:
        out, agent = tmp_path / "out", write_agent(tmp_path, model.url)
        command = ("rollout", "--suite", tiny_suite, "--out", out, "--policy", agent, "--episodes", 12)
        with start((*command, "--workers", 1, "--concurrency", 4), {}) as process:
            wait_until(lambda: out.exists() and len(record_files(out)) >= 2)
            model.kill()
            assert len(record_files(out)) < 12
            model.start()
            assert process.wait(60) == 0
    records = list(read_records(out))
    assert [record.info.outcome for record in records] == ["submitted"] * 12
    assert {record.seed for record in records} == set(range(12)) and all(record.info.trainable for record in records)


def test_a_model_server_that_stays_away_spoils_nothing_for_good(tiny_challenge: Challenge, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with MortalModel(delay=0.1) as model:
        player = Player("llm", {"agent": str(write_agent(tmp_path, model.url)), "retries": 0})
        jobs = plan_jobs([tiny_challenge], [player], range(8), out=out)

        def kill_after_two() -> None:
            wait_until(lambda: out.exists() and len(record_files(out)) >= 2)
            model.kill()

        killer = threading.Thread(target=kill_after_two)
        killer.start()
        first = run_rollout(jobs, out=out, workers=1, concurrency=4)
        killer.join()
        assert 2 <= first.outcomes["submitted"] < 8 and set(first.outcomes) == {"submitted", "cancelled"}
        for record in read_records(out):
            assert record.info.trainable is (record.info.outcome == "submitted")
            assert record.info.trainable or "ModelServerError" in record.info.error
        model.start()
        assert run_rollout(jobs, out=out, workers=1, concurrency=4).outcomes == {"submitted": 8}
