"""Many episodes, killed and continued: the command as a user runs it."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge
from synth_gym.cli.main import main
from synth_gym.rollout import Player, Rollout, plan_jobs, read_record, read_records, record_files, run_rollout
from synth_gym.rollout.worker import MAX_INFRASTRUCTURE_FAULTS


def rollout(challenge: Challenge, out: Path, *policies: str, episodes: int = 1, **options: Any) -> Rollout:
    jobs = plan_jobs([challenge], [Player(name) for name in policies], range(episodes), out=out, **options)
    return run_rollout(jobs, out=out, workers=2)


def files(out: Path) -> dict[str, tuple[int, int]]:
    """Every record with its inode and modification time."""
    stats = {file.relative_to(out).as_posix(): file.stat() for file in record_files(out)}
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in stats.items()}


def scratch(out: Path) -> Path:
    """Where the rollout into a folder keeps its temporary files."""
    digest = hashlib.sha256(str(out.resolve()).encode()).hexdigest()[:8]
    return Path(tempfile.gettempdir()) / f"synth-gym-{os.getuid()}-{digest}"


def leftovers(out: Path) -> list[Path]:
    return [folder for folder in [scratch(out)] if folder.exists()] + list(out.rglob(".*.tmp"))


def sandboxes(out: Path) -> list[str]:
    """Command lines of the live sandboxes of the rollout into a folder."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            found.append(line.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [words for words in found if f"{scratch(out)}/" in words]


def start(command: Sequence[object], environment: dict[str, str]) -> subprocess.Popen[str]:
    """A `synth-gym` in the background, in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "synth_gym.cli.main", *map(str, command)],
        env=os.environ | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        process_group=0,
    )


def wait_until(true: Callable[[], bool], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


def test_every_policy_plays_every_seed(cli: Any, tiny_suite: Path, tmp_path: Path) -> None:
    command = ("rollout", "--suite", tiny_suite, "--out", tmp_path, "--policy", "baseline,noop")
    result = cli.json(*command, "--episodes", 2, "--seed", 5, "--workers", 2)
    assert (result["episodes"], result["finished_before"], result["faults"]) == (4, 0, [])
    assert result["outcomes"] == {"submitted": 2, "invalid_submission": 2}
    assert result["mean_normalized"] == pytest.approx(0) and result["mean_reward"] == pytest.approx(-0.5)
    played = {(record.policy.name, record.seed) for record in read_records(tmp_path)}
    assert played == {(policy, seed) for policy in ("baseline", "noop") for seed in (5, 6)}
    assert leftovers(tmp_path) == []


def test_sigkill_loses_no_record_and_doubles_none(
    cli: Any, tiny_suite: Path, tmp_path: Path, on_path: dict[str, str]
) -> None:
    out, starts = tmp_path / "out", tmp_path / "starts"
    starts.mkdir()
    environment = on_path | {"STARTS": str(starts)}
    command = (
        "rollout",
        "--suite",
        tiny_suite,
        "--out",
        out,
        "--workers",
        2,
        "--policy",
        "players:Slow",
        "--episodes",
        8,
    )
    with start(command, environment) as first:
        wait_until(lambda: out.exists() and len(record_files(out)) >= 2 and sandboxes(out) != [])
        first.kill()
    wait_until(lambda: sandboxes(out) == [])
    kept, begun = files(out), len(list(starts.iterdir()))
    seeds_kept = {read_record(file).seed for file in record_files(out)}
    assert 2 <= len(kept) < 8

    result = cli.json(*command, **environment)
    assert (result["episodes"], result["finished_before"]) == (8, len(kept))
    after = files(out)
    assert len(after) == 8 and {name: after[name] for name in kept} == kept
    counts = Counter(int(mark.name.partition("-")[0]) for mark in starts.iterdir())
    assert all(counts[seed] == 1 for seed in seeds_kept) and set(counts) == set(range(8))
    assert sum(counts.values()) - 8 == begun - len(kept) <= 2
    assert leftovers(out) == []

    assert cli.json(*command, **environment)["finished_before"] == 8
    assert files(out) == after


def test_control_c_says_how_to_go_on(tiny_suite: Path, tmp_path: Path, on_path: dict[str, str]) -> None:
    out, starts = tmp_path / "out", tmp_path / "starts"
    starts.mkdir()
    command = (
        "rollout",
        "--suite",
        tiny_suite,
        "--out",
        out,
        "--workers",
        2,
        "--policy",
        "players:Slow",
        "--episodes",
        20,
    )
    with start(command, on_path | {"STARTS": str(starts)}) as process:
        wait_until(lambda: out.exists() and len(record_files(out)) >= 1)
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does
        said = process.communicate(timeout=20)[1]
    assert process.returncode == 130
    assert "run the same command again" in said and "Traceback" not in said
    assert sandboxes(out) == [] and leftovers(out) == []


def test_broken_records_and_leftovers_are_mended(tiny_challenge: Challenge, tmp_path: Path) -> None:
    rollout(tiny_challenge, tmp_path, "baseline", episodes=3)
    broken, half, whole = record_files(tmp_path)
    broken.write_text("")
    half.write_bytes(half.read_bytes()[:1000])
    (whole.parent / f".{whole.name}.4242.tmp").write_text("{")
    before = whole.stat().st_mtime_ns
    assert rollout(tiny_challenge, tmp_path, "baseline", episodes=3).finished_before == 1
    assert len(list(read_records(tmp_path))) == 3 and whole.stat().st_mtime_ns == before
    assert leftovers(tmp_path) == []


def test_a_worker_that_crashes_loses_only_its_own_episode(tiny_challenge: Challenge, tmp_path: Path) -> None:
    result = rollout(tiny_challenge, tmp_path, "players:KillsItsWorker", episodes=4)
    assert result.outcomes == {"submitted": 2}
    assert len(result.crashed) == 2 and all("SIGKILL" in crash for crash in result.crashed)
    assert {record.seed for record in read_records(tmp_path)} == {0, 2}
    assert leftovers(tmp_path) == [] and sandboxes(tmp_path) == []


def test_an_episode_that_an_exception_ended_is_played_again(
    cli: Any, tiny_suite: Path, tmp_path: Path, on_path: dict[str, str]
) -> None:
    fail, out = tmp_path / "fail", tmp_path / "out"
    fail.touch()
    command = ("rollout", "--suite", tiny_suite, "--out", out, "--policy", "players:RaisesOnce")
    done = cli(*command, FAIL=str(fail), **on_path)
    assert done.returncode == 1
    assert "RuntimeError: the model server is away" in done.stdout and "the same command tries" in done.stdout
    (record,) = read_records(out)
    assert (record.info.outcome, record.info.trainable) == ("cancelled", False)
    fail.unlink()
    result = cli.json(*command, FAIL=str(fail), **on_path)
    assert (result["finished_before"], result["outcomes"]) == (0, {"submitted": 1})
    assert len(record_files(out)) == 1


def test_an_infrastructure_fault_is_tried_again_and_never_trained_on(
    tiny_challenge: Challenge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    starts = tmp_path / "starts"
    starts.mkdir()
    monkeypatch.setenv("STARTS", str(starts))
    result = rollout(tiny_challenge, tmp_path / "out", "players:KillsTheMachine")
    (record,) = read_records(tmp_path / "out")
    assert len(list(starts.iterdir())) == MAX_INFRASTRUCTURE_FAULTS
    assert result.outcomes == {"sandbox_died": 1} and len(result.faulty) == 1
    assert not record.info.trainable and result.mean_reward is None


def test_another_challenge_or_reward_is_another_episode(editable_challenge: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    rollout(Challenge.load(editable_challenge), out, "baseline")
    rollout(Challenge.load(editable_challenge), out, "baseline", reward="delta")
    with (editable_challenge / "workspace" / "instruction.md").open("a") as instruction:
        instruction.write("Good luck.\n")
    assert rollout(Challenge.load(editable_challenge), out, "baseline").finished_before == 0
    assert len({record.challenge_hash for record in read_records(out)}) == 2 and len(record_files(out)) == 3


def test_an_agent_definition_plays_under_its_name(cli: Any, tiny_suite: Path, tmp_path: Path) -> None:
    agent = tmp_path / "mine.yaml"
    agent.write_text(
        "name: mine\npolicy: baseline\nsystem_prompt: '{{ tools | length }} tools.'\ntools: [submission]\n"
    )
    cli.json("rollout", "--suite", tiny_suite, "--out", tmp_path / "out", "--policy", agent)
    (record,) = read_records(tmp_path / "out")
    assert (record.policy.name, record.bundles) == ("mine", ["submission"])
    assert record.messages[0]["content"] == f"{len(record.tools)} tools."


def test_two_rollouts_do_not_share_a_folder(
    cli: Any, tiny_suite: Path, tmp_path: Path, on_path: dict[str, str]
) -> None:
    out, starts = tmp_path / "out", tmp_path / "starts"
    starts.mkdir()
    command = ("rollout", "--suite", tiny_suite, "--out", out, "--policy", "players:Slow", "--episodes", 9)
    with start(command, on_path | {"STARTS": str(starts)}) as first:
        wait_until(lambda: any(starts.iterdir()))
        said = cli.refusal("rollout", "--suite", tiny_suite, "--out", out, "--policy", "noop")
        first.send_signal(signal.SIGINT)  # which cleans up
    assert f"another rollout is writing to {out}" in said


@pytest.mark.parametrize(
    "options, complaint",
    [
        (("--policy", "baselin"), "did you mean 'baseline'?"),
        (("--policy", "noop", "--suite", "no-such-suite"), "no suite 'no-such-suite'"),
        (("--policy", "noop", "--challenges", "TinyLane"), "did you mean 'TinyLine-v0'?"),
        (("--policy", "noop", "--split", "test"), "has no split 'test'"),
        (("--policy", "noop", "--sandbox", "bubblewarp"), "did you mean 'bubblewrap'?"),
        (("--policy", "noop", "--episodes", "0"), "--episodes 0: must be at least 1"),
        (("--policy", "noop", "--workers", "0"), "--workers 0: must be at least 1"),
        (("--policy", "noop", "--concurrency", "0"), "--concurrency 0: must be at least 1"),
        (("--policy", "noop", "--concurrency", "9999999"), "or take a lower --concurrency"),
        (("--policy", "noop", "--slots", "1", "--executor", "ray"), "--slots are for this machine"),
        (("--policy", "noop", "--slots", "0"), "--slots 0: must be at least 1"),
        (("--policy", "noop", "--slots", "99999"), "--slots 99999: can be 32,767 at most"),
        (("--policy", "noop", "--budget", "0"), "must be more than 0 US dollars"),
        (("--policy", "noop", "--budget", "nan"), "must be more than 0 US dollars"),
        (("--policy", "noop", "--events", "/proc/nowhere"), "--events /proc/nowhere: cannot be written"),
        (("--policy", "noop", "--out", "/proc/nowhere"), "cannot write to /proc/nowhere"),
        (("--policy", "local"), "missing a required argument: 'model'"),
        (("--policy", "noop", "--agent", "no-such-agent"), "no agent definition 'no-such-agent'"),
    ],
)
def test_a_mistake_is_one_line_before_anything_starts(
    tiny_suite: Path, tmp_path: Path, options: tuple[str, ...], complaint: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rollout", "--suite", str(tiny_suite), "--out", str(tmp_path / "out"), *options]) == 2
    said = capsys.readouterr()
    assert said.out == "" and len(said.err.splitlines()) == 1 and complaint in said.err
    assert not any(tmp_path.rglob("*.traj"))
