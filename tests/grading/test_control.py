"""Control: gymnasium's physics with other constants, disturbed sensors and motors, rewards from 0 to 1."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from synth_gym.errors import InvalidFileError
from synth_gym.grading.faults import SubmissionRejected
from synth_gym.grading.protocols import read_config, start
from synth_gym.grading.protocols.base import Begin
from synth_gym.grading.protocols.control.systems import SYSTEMS, Episode, make
from synth_gym.schema import to_yaml


def config(system: str, **changes: Any) -> dict[str, Any]:
    usual = {"system": system, "constants": {}, "steps": 60, "noise": 0.0, "delay": 0, "slips": 0.0, "blind": False}
    return usual | {"seeds": {"public": [1], "private": [2, 3]}} | changes


def run(settings: dict[str, Any], act: Callable[[dict[str, Any]], Any], seed: int = 1) -> tuple[float, list[Any]]:
    """Score and observations of one episode."""
    episode, seen = Episode(settings, seed), []
    while not episode.over:
        seen.append(episode.observation())
        episode.act(act(seen[-1]))
    return episode.score, seen


def idle(observation: dict[str, Any]) -> Any:
    return 0


@pytest.mark.parametrize("system", SYSTEMS)
def test_an_episode_depends_on_its_seed_alone(system: str) -> None:
    first, same, other = (run(config(system, noise=0.1, slips=0.3), idle, seed) for seed in (1, 1, 2))
    assert first == same != other
    assert 0.0 <= first[0] <= 1.0


@pytest.mark.parametrize("system", SYSTEMS)
def test_constants_change_the_physics(system: str) -> None:
    name = SYSTEMS[system].adjustable[0]
    twice = {name: 2.0 * getattr(make(config(system)), name)}
    assert run(config(system), idle)[1] != run(config(system, constants=twice), idle)[1]


def test_derived_constants_follow() -> None:
    env = make(config("cart_pole", constants={"masspole": 0.5, "length": 2.0}))
    assert env.total_mass == pytest.approx(1.5) and env.polemass_length == pytest.approx(1.0)


def test_sensors_may_be_late_or_missing() -> None:
    plain = run(config("mountain_car"), idle)[1]
    late = run(config("mountain_car", delay=2), idle)[1]
    blind = run(config("mountain_car", blind=True), idle)[1]
    assert [one["sensors"] for one in late[2:]] == [one["sensors"] for one in plain[:-2]]
    assert late[0]["sensors"] == late[1]["sensors"] == plain[0]["sensors"]
    assert [one["sensors"] for one in blind] == [one["sensors"][:1] for one in plain]


def test_a_slipping_motor_acts_at_random() -> None:
    firm, slipping = (run(config("pendulum", slips=slips), idle)[1] for slips in (0.0, 1.0))
    assert firm[0] == slipping[0] and firm[5] != slipping[5]


def test_reaching_the_goal_soon_is_worth_more() -> None:
    along = run(config("mountain_car", steps=300), lambda seen: 2 if seen["sensors"][1] >= 0 else 0)[0]
    assert run(config("mountain_car", steps=300), idle)[0] == 0.0 < along < 1.0


def test_a_pole_that_has_fallen_earns_nothing_more() -> None:
    score, seen = run(config("cart_pole", steps=200), idle)
    assert len(seen) < 60 and score < len(seen) / 200


@pytest.mark.parametrize(
    ("system", "action"), [("cart_pole", 2), ("cart_pole", True), ("acrobot", -1), ("acrobot", "0")]
)
def test_unknown_actions_are_refused(system: str, action: Any) -> None:
    with pytest.raises(ValueError, match="an action is one of 0, 1"):
        Episode(config(system), 1).act(action)


@pytest.mark.parametrize("action", [2.5, -3, None, True, [1.0], float("nan")])
def test_a_torque_has_a_limit(action: Any) -> None:
    with pytest.raises(ValueError, match="an action is a number from -2 to 2"):
        Episode(config("pendulum"), 1).act(action)


def test_every_episode_of_the_split_counts() -> None:
    settings = config("cart_pole", steps=5)
    play, begun = start("control", settings, "private"), []
    message = next(play)
    with pytest.raises(StopIteration) as end:
        while True:
            begun += [message.seed] if isinstance(message, Begin) else []
            message = play.send(None if isinstance(message, Begin) else 0)
    assert begun == [2, 3]
    assert end.value.value == pytest.approx((run(settings, idle, 2)[0] + run(settings, idle, 3)[0]) / 2)


def test_a_wrong_action_names_its_step() -> None:
    play = start("control", config("cart_pole"), "public")
    next(play)
    play.send(None)
    play.send(1)
    with pytest.raises(SubmissionRejected, match="episode 1 of 1, step 2: an action is one of 0, 1, not up"):
        play.send("up")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"system": "cartpole"}, r"did you mean 'cart_pole'\?"),
        ({"constants": {"render_mode": 1.0}}, "cart_pole has no constant 'render_mode'"),
        ({"steps": 0}, "greater than 0"),
    ],
)
def test_a_wrong_configuration_is_found_before_any_grading(
    tmp_path: Path, changes: dict[str, Any], message: str
) -> None:
    (tmp_path / "system.yaml").write_text(to_yaml(config("cart_pole") | changes))
    with pytest.raises(InvalidFileError, match=message):
        read_config("control", tmp_path)
