"""Which episode is which: players as people write them, and file names that follow from the content."""

from __future__ import annotations

from pathlib import Path

import pytest

from synth_gym.challenge import Challenge, Limits
from synth_gym.errors import SynthGymError
from synth_gym.rollout import Player, plan_jobs


@pytest.mark.parametrize(
    "text, player",
    [
        ("noop", Player("noop")),
        ("llm:gpt-5", Player("llm", {"model": "gpt-5"})),
        ("local:runs/a=b", Player("local", {"model": "runs/a=b"})),
        ("trained student=local:runs/student", Player("local", {"model": "runs/student"}, name="trained student")),
        ("mine=package.module:Class", Player("package.module:Class", name="mine")),
    ],
)
def test_players_are_written_on_one_line(text: str, player: Player) -> None:
    assert Player.parse(text) == player


def test_a_model_and_an_agent_go_to_those_who_take_them() -> None:
    assert Player.parse("llm", model="m", agent="qwen3") == Player("llm", {"model": "m", "agent": "qwen3"}, "qwen3")
    assert Player.parse("local:own", model="m").options == {"model": "own"}
    assert Player.parse("noop", model="m", agent="qwen3") == Player("noop", agent="qwen3")


def name(challenge: Challenge, player: Player, tmp_path: Path, **options: object) -> str:
    (job,) = plan_jobs([challenge], [player], [7], out=tmp_path, **options)  # type: ignore[arg-type]
    return job.file.relative_to(tmp_path).as_posix()


def test_a_file_is_named_by_everything_that_shapes_the_episode(tiny_challenge: Challenge, tmp_path: Path) -> None:
    usual = name(tiny_challenge, Player("noop"), tmp_path)
    assert usual.startswith("TinyLine-v0/noop-") and usual.endswith("-seed0007.traj")
    assert usual == name(tiny_challenge, Player("noop"), tmp_path)
    others = [
        name(tiny_challenge, Player("noop", name="me"), tmp_path),
        name(tiny_challenge, Player("noop", agent="qwen3"), tmp_path),
        name(tiny_challenge, Player("noop", {"x": 1}), tmp_path),
        name(tiny_challenge, Player("noop"), tmp_path, sandbox="process"),
        name(tiny_challenge, Player("noop"), tmp_path, reward="delta"),
        name(tiny_challenge, Player("noop"), tmp_path, limits=Limits(steps=3)),
    ]
    assert len({usual, *others}) == 7


def test_a_model_that_was_trained_again_is_another_model(tiny_challenge: Challenge, tmp_path: Path) -> None:
    model = tmp_path / "student"
    model.mkdir()
    (model / "weights").write_bytes(b"1234")
    player = Player("local", {"model": str(model)})
    before = name(tiny_challenge, player, tmp_path)
    assert name(tiny_challenge, player, tmp_path) == before
    (model / "weights").write_bytes(b"12345")
    assert name(tiny_challenge, player, tmp_path) != before


def test_seeds_are_outermost(tiny_challenge: Challenge, tmp_path: Path) -> None:
    jobs = plan_jobs([tiny_challenge], [Player("noop"), Player("baseline")], range(2), out=tmp_path)
    assert [(job.seed, job.player.policy) for job in jobs] == [
        (0, "noop"),
        (0, "baseline"),
        (1, "noop"),
        (1, "baseline"),
    ]
    assert len({job.file for job in jobs}) == 4


def test_a_faulty_agent_definition_is_found_in_time(tiny_challenge: Challenge, tmp_path: Path) -> None:
    with pytest.raises(SynthGymError, match="no agent definition 'qwen4' \\(did you mean 'qwen3'\\?\\)"):
        name(tiny_challenge, Player("noop", agent="qwen4"), tmp_path)
