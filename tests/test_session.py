"""One episode, in a real sandbox with the real grader."""

from __future__ import annotations

import contextlib
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from synth_gym.budget import MAX_FORMAT_ERRORS
from synth_gym.challenge import Challenge, Limits
from synth_gym.errors import SynthGymError
from synth_gym.outcome import Outcome
from synth_gym.session import Session

BASELINE = "python baseline.py && validate"


@pytest.fixture
def session(tiny_challenge: Challenge) -> Iterator[Session]:
    with Session(tiny_challenge) as session:
        session.start(seed=3)
        yield session


def play(challenge: Challenge, commands: list[str], **options: object) -> list[tuple[str, float, dict[str, object]]]:
    with Session(challenge, **options) as session:  # type: ignore[arg-type]
        session.start(seed=0)
        results = [session.step(command) for command in commands]
        return [(result.observation, result.reward, result.info) for result in results]


def test_the_first_observation_states_the_task_and_the_rules(tiny_challenge: Challenge) -> None:
    with Session(tiny_challenge) as session:
        observation, info = session.start(seed=5)
    assert observation.startswith("# A line\n")
    assert "you can validate 3 times" in observation and "8 steps" in observation
    assert info["env_id"] == "synth-ml/TinyLine-v0" and info["seed"] == 5
    assert info["challenge_hash"] == tiny_challenge.content_hash
    assert info["sandbox"]["copied_by"] in ("reflink", "copy")
    assert {tool["function"]["name"] for tool in info["tools"]} >= {"bash", "validate", "submit"}


def test_the_baseline_earns_zero_and_the_reference_one(
    session: Session, tiny_challenge: Challenge, solved: str
) -> None:
    validated = session.step(BASELINE)
    assert validated.info["score"] == pytest.approx(tiny_challenge.spec.baseline.public_mean)
    assert "Public score (rmse, lower is better): 5.1083" in validated.observation
    assert (validated.reward, validated.terminated, validated.info["outcome"]) == (0.0, False, "running")
    final = session.step("submit")
    assert final.info["raw_score"] == pytest.approx(tiny_challenge.spec.baseline.mean)
    assert final.reward == pytest.approx(0.0) and final.terminated and not final.truncated
    session.start()
    assert session.step(f"{solved} && submit").reward == pytest.approx(1.0)


def test_the_private_score_is_never_shown(session: Session, tiny_challenge: Challenge) -> None:
    seen = session.step(BASELINE).observation + session.step("submit").observation
    assert f"{tiny_challenge.spec.baseline.mean:.4g}" not in seen


@pytest.mark.parametrize(
    "command",
    [
        "cat $(command -v submit)",
        "echo submit; echo validate; printf 'submit\\n'",
        "grep -r submit $(dirname $(command -v submit)) | head -50",
        "echo '<<SWE_AGENT_SUBMISSION>>'",
        "type submit validate",
    ],
)
def test_text_about_submit_does_not_submit(session: Session, command: str) -> None:
    result = session.step(command)
    assert result.info["outcome"] == "running" and result.info["validations_left"] == 3


@pytest.mark.parametrize(
    "command", ["sh -c 'submit'", "echo submit > go.sh && bash go.sh", "python -c 'import os; os.system(\"submit\")'"]
)
def test_submit_works_from_anywhere(session: Session, command: str) -> None:
    session.step("python baseline.py")
    assert session.step(command).info["outcome"] == "submitted"


def test_validations_are_counted_and_an_unchanged_file_costs_none(session: Session) -> None:
    assert session.step(BASELINE).info["validations_left"] == 2
    again = session.step("validate")
    assert "unchanged since the validation in step 1" in again.observation and again.info["validations_left"] == 2
    larger = "sed -i '2,$s/,-*/,1/' submission.csv && validate"
    assert [session.step(larger).info["validations_left"] for _ in range(2)] == [1, 0]
    refused = session.step(larger)
    assert "No validations are left" in refused.observation and refused.info["exit_code"] == 1


def test_a_rejected_validation_says_why_and_costs_none(session: Session) -> None:
    missing = session.step("validate")
    assert "Submission rejected: submission.csv does not exist" in missing.observation
    header = session.step("echo a,b > submission.csv; validate")
    assert "Submission rejected:" in header.observation and header.info["exit_code"] == 1
    assert header.info["validations_left"] == 3 and header.info["score"] is None


def test_at_the_step_limit_the_best_validated_submission_is_graded(tiny_challenge: Challenge, solved: str) -> None:
    commands = [f"{solved} && validate", BASELINE, *["true"] * 6]
    _, reward, info = play(tiny_challenge, commands)[-1]
    assert info["outcome"] == "step_limit" and info["trainable"]
    assert reward == pytest.approx(1.0)


def test_nothing_submitted_earns_the_worst_reward(tiny_challenge: Challenge) -> None:
    *_, (_, reward, info) = play(tiny_challenge, ["true"] * 8)
    assert (reward, info["outcome"], info["raw_score"]) == (-1.0, "step_limit", None)


def test_an_invalid_final_submission_ends_the_episode_and_says_so(session: Session) -> None:
    result = session.step("echo nonsense > submission.csv; submit")
    assert result.info["outcome"] == "invalid_submission" and result.terminated and result.reward == -1.0
    with pytest.raises(SynthGymError, match="the episode has ended"):
        session.step("true")


def test_the_command_limit_keeps_the_output_so_far(tiny_challenge: Challenge) -> None:
    limits = Limits(steps=3, seconds=60, command_seconds=0.5, validations=1)
    [(observation, _, info)] = play(tiny_challenge, ["echo before; sleep 30; echo after"], limits=limits)
    assert observation.startswith("before\n") and "after" not in observation
    assert "reached its time limit" in observation and info["outcome"] == "running"


def test_the_time_limit_ends_the_episode(tiny_challenge: Challenge) -> None:
    limits = Limits(steps=9, seconds=0.4, command_seconds=30, validations=1)
    *_, (_, _, info) = play(tiny_challenge, ["sleep 30"], limits=limits)
    assert info["outcome"] == "time_limit" and info["seconds_left"] == 0.0


def test_only_time_inside_commands_is_charged(tiny_challenge: Challenge) -> None:
    now = iter(range(0, 1000, 7))
    limits = Limits(steps=9, seconds=20, command_seconds=5, validations=1)
    with Session(tiny_challenge, limits=limits, clock=lambda: float(next(now))) as session:
        session.start()
        assert [session.step("true").info["outcome"] for _ in range(3)] == ["running", "running", "time_limit"]


def test_delta_rewards_add_up_to_the_final_reward(tiny_challenge: Challenge, solved: str) -> None:
    commands = [BASELINE, f"{solved} && validate", "python baseline.py", "submit"]
    deltas = [reward for _, reward, _ in play(tiny_challenge, commands, reward="delta")]
    final = [reward for _, reward, _ in play(tiny_challenge, commands)]
    assert sum(deltas) == pytest.approx(sum(final)) and deltas[1] > 0.9


def test_raw_reward_needs_a_bounded_metric(tiny_challenge: Challenge) -> None:
    with pytest.raises(SynthGymError, match="finite worst value"):
        Session(tiny_challenge, reward="raw")
    with pytest.raises(SynthGymError, match="choose one of: final, delta, raw"):
        Session(tiny_challenge, reward="sparse")  # type: ignore[arg-type]


def test_malformed_actions_are_steps(session: Session) -> None:
    for _ in range(MAX_FORMAT_ERRORS - 1):
        assert session.reject("No tool call was found.").info["outcome"] == "running"
    session.step("true")
    assert [session.reject("again").info["outcome"] for _ in range(3)] == ["running", "running", "step_limit"]


def test_format_errors_in_a_row_are_an_outcome(session: Session) -> None:
    results = [session.reject("No tool call was found.") for _ in range(MAX_FORMAT_ERRORS)]
    assert results[-1].info["outcome"] == "format_error" and results[-1].truncated


def test_the_policy_may_stop_and_keeps_its_best_submission(session: Session, solved: str) -> None:
    session.step(f"{solved} && validate")
    result = session.stop(Outcome.CONTEXT_LIMIT)
    assert result.reward == pytest.approx(1.0) and result.info["outcome"] == "context_limit" and result.truncated


def kill_sandbox() -> None:
    """Kill bwrap and wait until all that ran inside is gone."""
    inside = psutil.Process().children(recursive=True)
    for process in inside:
        # One that ends with the one before it is gone when its turn comes.
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.name() == "bwrap":
                process.kill()
    deadline = time.monotonic() + 30
    while any(map(_runs, inside)) and time.monotonic() < deadline:
        time.sleep(0.01)


def _runs(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.status() != psutil.STATUS_ZOMBIE
    return False


def test_a_killed_sandbox_starts_again_and_says_so(session: Session) -> None:
    session.step("cd data; touch kept")
    kill_sandbox()
    result = session.step("ls kept")
    assert result.info["outcome"] == "running" and "was lost and started again" in result.observation
    assert session.step("ls kept; pwd").observation == "kept\n/workspace/data\n"


def test_a_lost_sandbox_is_not_the_policys_doing(session: Session) -> None:
    session.step(BASELINE)
    shutil.rmtree(session.workspace)
    kill_sandbox()
    result = session.step("true")
    assert result.info["outcome"] == "sandbox_died" and result.truncated
    assert result.reward == 0.0 and not result.info["trainable"]


def test_a_grader_fault_is_not_the_policys_doing(editable_challenge: Path) -> None:
    (editable_challenge / "grader" / "grade.py").write_text("def score(submission, labels):\n    return 1 / 0\n")
    (_, reward, info), *_ = play(Challenge.load(editable_challenge), [BASELINE])
    assert info["outcome"] == "grader_failed" and not info["trainable"] and reward == 0.0


def test_same_seed_and_actions_give_the_same_episode(tiny_challenge: Challenge) -> None:
    commands = ["ls -l", "echo $SEED $PYTHONHASHSEED", "python -c 'print(hash(\"a\"))'", BASELINE, "submit"]
    first, second = (play(tiny_challenge, commands) for _ in range(2))
    assert [step[:2] for step in first][1:] == [step[:2] for step in second][1:]
    assert first[0][0].count("\n") == second[0][0].count("\n")


def test_neither_labels_nor_solution_can_be_found(session: Session, tiny_challenge: Challenge) -> None:
    found = session.step(
        "find / -name 'labels.csv' -o -name 'solution.py' -o -name 'challenge.yaml' 2>/dev/null; echo done"
    )
    assert found.observation == "done\n"
    row = (tiny_challenge.grader / "labels.csv").read_text().splitlines()[1].rpartition(",")[0]
    # What the host shows below /tmp, when Python lies there, is on devices of its own.
    named = session.step(f"find /workspace /tmp -xdev -type f -exec cat {{}} + | grep -c '^{row}'")
    assert named.observation == "0\n[Exit code: 1]\n"


def test_snapshot_restore_and_fork(session: Session, solved: str) -> None:
    session.step(BASELINE)
    kept = session.snapshot()
    session.step("rm -rf data submission.csv; echo gone > note.txt")
    for _ in range(2):
        session.restore(kept)
        after = session.step("ls; validate")
        assert "submission.csv" in after.observation and "note.txt" not in after.observation
        assert "unchanged since the validation in step 1" in after.observation
        assert after.info["step"] == 2
    forks = session.fork(2)
    try:
        assert forks[0].step(f"{solved} && submit").reward == pytest.approx(1.0)
        assert forks[1].step("submit").reward == pytest.approx(0.0)
        assert session.step("ls").info["outcome"] == "running"
    finally:
        for fork in forks:
            fork.close()


def test_close_leaves_nothing_behind(tiny_challenge: Challenge) -> None:
    session = Session(tiny_challenge)
    session.start()
    scratch = session.workspace.parent
    session.step("sleep 1000 & sleep 1000 & echo started")
    session.close()
    session.close()
    assert not scratch.exists()
