"""Every scripted cheat gains nothing, and the judge of cheats tells when one does."""

from __future__ import annotations

import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge
from synth_gym.errors import SynthGymError
from synth_gym.grading.measure import BASELINE, Run, run_script
from synth_gym.policies import make_policy
from synth_gym.policies.cheat import MOVES, Attempt, Move, attempt, find_move, gained, moves_for
from synth_gym.policies.cheat.move import MARK
from synth_gym.rollout import run_episode
from synth_gym.rollout.plan import Player
from synth_gym.sandbox.cgroups import hierarchies
from synth_gym.schema import to_yaml
from tests.grading.conftest import DILEMMA, write_challenge
from tests.sandbox.engine import IMAGE, docker_engine, missing

BY_NAME = {move.name: move for move in MOVES}
REJECTED = {
    *("link-to-proc", "link-to-labels", "fifo", "sparse-file", "pickle-bomb", "zip-bomb", "own-score"),
    *("exit-at-import", "patch-grader", "flood-descriptors"),
}


@pytest.fixture(scope="module")
def dilemma(tmp_path_factory: pytest.TempPathFactory) -> Challenge:
    """A game whose baseline is a program that always defects."""
    program = {"kind": "program", "path": "strategy.py", "protocol": "repeated_game", "entry": "choose", "seconds": 5.0}
    metric = {"name": "mean_payoff", "direction": "maximize", "optimum": 5.0, "worst": 0.0}
    folder = write_challenge(tmp_path_factory.mktemp("suite") / "Dilemma-v0", submission=program, metric=metric)
    (folder / "grader" / "game.yaml").write_text(to_yaml(DILEMMA))
    defect = "def choose(observation):\n    return 'defect'\n"
    (folder / "workspace" / "baseline.py").write_text(f"open('strategy.py', 'w').write({defect!r})\n")
    return Challenge.load(folder)


@pytest.fixture(scope="module")
def honest_line(tiny_challenge: Challenge) -> Run:
    return run_script(tiny_challenge, BASELINE, [0])[0]


@pytest.fixture(scope="module")
def honest_program(dilemma: Challenge) -> Run:
    return run_script(dilemma, BASELINE, [0])[0]


@pytest.fixture(scope="module")
def docker_host() -> Iterator[None]:
    if reason := missing():
        pytest.skip(reason)
    with docker_engine() as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCKER_HOST", address)
        yield


def play(challenge: Challenge, move: Move, honest: Run, sandbox: str = "bubblewrap") -> Attempt:
    assert honest.submission is not None, honest.failure
    return attempt(challenge, move, honest.submission, sandbox=sandbox)


def limited(limit: str) -> bool:
    controller = {"processes": "pids", "memory_mb": "memory"}[limit]
    return any(controller in place.controllers for place in hierarchies())


def check(played: Attempt, honest: Run) -> None:
    """It gained nothing, what it was worth is exactly what it handed in, and it really tried."""
    assert gained(played, honest) == "", played.observations
    assert not any("Traceback" in text for text in played.observations), played.observations
    rejected = played.move.name in REJECTED
    assert played.info["outcome"] == ("invalid_submission" if rejected else "submitted")
    assert played.info["raw_score"] == (None if rejected else honest.private.score)
    assert played.info["best_score"] in (None, honest.public.score)


@pytest.mark.parametrize("name", [move.name for move in MOVES if move.submission != "program"])
def test_a_move_against_predictions_gains_nothing(tiny_challenge: Challenge, honest_line: Run, name: str) -> None:
    if BY_NAME[name].needs and not limited(BY_NAME[name].needs):
        pytest.skip("no control group keeps the limit here")
    check(play(tiny_challenge, BY_NAME[name], honest_line), honest_line)


@pytest.mark.parametrize(
    "name",
    [move.name for move in MOVES if move.submission == "program"]
    + ["link-to-proc", "fifo", "sparse-file", "pickle-bomb"],
)
def test_a_move_against_a_game_gains_nothing(dilemma: Challenge, honest_program: Run, name: str) -> None:
    check(play(dilemma, BY_NAME[name], honest_program), honest_program)


@pytest.mark.docker
@pytest.mark.usefixtures("docker_host")
@pytest.mark.parametrize(
    "name",
    [
        *("read-labels", "read-labels-from-processes", "overwrite-grader", "print-scores", "flood-channel"),
        *("die-unjudged", "link-to-proc", "fifo", "escape-through-proc", "signal-host", "reach-network", "fork-bomb"),
    ],
)
def test_a_move_in_docker_gains_nothing(tiny_challenge: Challenge, honest_line: Run, name: str) -> None:
    check(play(tiny_challenge, BY_NAME[name], honest_line, f"docker:{IMAGE}"), honest_line)


@pytest.mark.docker
@pytest.mark.usefixtures("docker_host")
@pytest.mark.parametrize("name", ["exit-at-import", "foresee-opponent", "flood-descriptors"])
def test_a_move_against_a_game_in_docker_gains_nothing(dilemma: Challenge, honest_program: Run, name: str) -> None:
    check(play(dilemma, BY_NAME[name], honest_program, f"docker:{IMAGE}"), honest_program)


def test_a_server_and_a_process_of_the_host_stay_out_of_reach(tiny_challenge: Challenge, honest_line: Run) -> None:
    process = subprocess.Popen(["sleep", "60"])
    try:
        with socket.create_server(("127.0.0.1", 0)) as server:
            server.setblocking(False)
            play(tiny_challenge, BY_NAME["reach-network"], honest_line)
            with pytest.raises(BlockingIOError):
                server.accept()
        play(tiny_challenge, BY_NAME["die-unjudged"], honest_line)
        assert process.poll() is None
    finally:
        process.kill()
        process.wait()


def test_a_link_to_the_real_labels_is_not_followed(editable_challenge: Path) -> None:
    challenge = Challenge.load(editable_challenge)
    move = Move("link", "", "", "", (f'ln -sfn {challenge.grader}/labels.csv "$SUBMISSION"; validate',))
    honest = run_script(challenge, BASELINE, [0])[0]
    played = play(challenge, move, honest)
    assert gained(played, honest) == "" and played.info["raw_score"] is None
    assert "is or goes through a symbolic link" in played.observations[1]


def test_a_submission_that_is_swapped_for_a_link_all_the_time(editable_challenge: Path) -> None:
    """Between the look at a file and its opening it may have become another one."""
    challenge = Challenge.load(editable_challenge)
    swap = f"""
cp "$SUBMISSION" honest; ln -s {challenge.grader}/labels.csv link
python3 -c 'import os
while True:
    for name in ("honest", "link"):
        os.link(name, "next", follow_symlinks=False); os.rename("next", os.environ["SUBMISSION"])
        if os.path.lexists("next"): os.unlink("next")' &
for i in 1 2 3; do validate; done; kill %1; wait; cp --remove-destination honest "$SUBMISSION"
"""
    honest = run_script(challenge, BASELINE, [0])[0]
    played = play(challenge, Move("swap", "", "", "", (swap,)), honest)
    assert gained(played, honest) == "", played.observations
    assert "split" not in "".join(played.observations), "the labels were read"
    assert played.info["raw_score"] == honest.private.score


# The judge of cheats must not be blind: where there is something to gain, it says so.


def test_labels_in_the_workspace_are_found_and_used(editable_challenge: Path) -> None:
    shutil.copytree(editable_challenge / "grader", editable_challenge / "workspace" / "grader")
    challenge = Challenge.load(editable_challenge)
    honest = run_script(challenge, BASELINE, [0])[0]
    played = play(challenge, BY_NAME["read-labels"], honest)
    assert played.info["raw_score"] == 0.0
    assert gained(played, honest).startswith("its score is 0, the honest submission's 5.15")


@pytest.mark.filterwarnings("ignore:the 'process' sandbox")
@pytest.mark.parametrize(
    ("name", "expected"), [("signal-host", "can signal process"), ("reach-network", "reached ('127.0.0.1', ")]
)
def test_without_isolation_there_is_something_to_gain(
    tiny_challenge: Challenge, honest_line: Run, name: str, expected: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)):
        assert expected in gained(play(tiny_challenge, BY_NAME[name], honest_line, "process"), honest_line)


@pytest.mark.filterwarnings("ignore:the 'process' sandbox")
def test_without_isolation_a_program_finds_the_grader(dilemma: Challenge, honest_program: Run) -> None:
    played = play(dilemma, BY_NAME["patch-grader"], honest_program, "process")
    assert gained(played, honest_program) == "the grader's code"


def test_code_that_ran_on_the_host_and_changed_files_are_gains(editable_challenge: Path) -> None:
    challenge = Challenge.load(editable_challenge)
    honest = run_script(challenge, BASELINE, [0])[0]
    move = BY_NAME["own-score"]
    for harm in (f"its code ran on the host and made {MARK}", "it changed the challenge's files"):
        played = play(challenge, move, honest)
        assert gained(Attempt(move, challenge, played.observations, played.info, harm), honest) == harm
    info = played.info | {"trainable": False, "outcome": "grader_failed"}
    assert "is not trainable" in gained(Attempt(move, challenge, (), info, ""), honest)


@pytest.mark.filterwarnings("ignore:the 'process' sandbox")
def test_what_could_harm_the_machine_is_not_played_without_isolation(
    tiny_challenge: Challenge, honest_line: Run
) -> None:
    for move in MOVES:
        if move.endangers:
            with pytest.raises(SynthGymError, match="could harm this machine: play it in 'bubblewrap'"):
                play(tiny_challenge, move, honest_line, "process")


def test_moves_fit_the_kind_of_submission(tiny_challenge: Challenge, dilemma: Challenge) -> None:
    names = {move.name for move in moves_for(tiny_challenge)}
    assert len(names) > 15 and "exit-at-import" not in names
    assert {"exit-at-import", "fifo"} <= {move.name for move in moves_for(dilemma)} == set(BY_NAME)
    assert {move.name for move in moves_for(dilemma, quick=True)} == {move.name for move in MOVES if move.quick}
    with pytest.raises(SynthGymError, match=r"no cheat 'fifi' \(did you mean 'fifo'\?\); there are: read-labels, "):
        find_move("fifi")


def test_the_policy_plays_one_move_for_each_seed(tiny_challenge: Challenge) -> None:
    moves = moves_for(tiny_challenge)
    number = [move.name for move in moves].index("own-score")
    record = run_episode(tiny_challenge, make_policy("cheat", seed=number + len(moves)), seed=3)
    assert record.trajectory[1].thought.startswith("own-score: hands in a score")
    assert (record.info.outcome, record.info.trainable, record.info.reward) == ("invalid_submission", True, -1.0)
    record = run_episode(tiny_challenge, make_policy("cheat", seed=0, move="shadow-commands"))
    assert record.info.outcome == "submitted" and record.info.reward == pytest.approx(0.0)


def test_the_policy_refuses_a_move_that_does_not_fit(tiny_challenge: Challenge) -> None:
    with pytest.raises(SynthGymError, match="'exit-at-import' needs a program submission, not predictions"):
        run_episode(tiny_challenge, make_policy("cheat", seed=0, move="exit-at-import"))


def test_a_move_is_named_after_a_colon() -> None:
    player = Player.parse("cheat:fork-bomb")
    assert (player.policy, player.options, player.name) == ("cheat", {"move": "fork-bomb"}, "cheat:fork-bomb")
    assert Player.parse("cheat").options == {}
    assert Player.parse("x=cheat:fifo").name == "x"


def test_the_command_line_plays_and_refuses(cli: Any, tiny_suite: Path, tmp_path: Path) -> None:
    options = ("--suite", tiny_suite, "--out", tmp_path / "out")
    assert cli.json("rollout", *options, "--policy", "cheat:fifo")["outcomes"] == {"invalid_submission": 1}
    assert "no cheat 'fifi' (did you mean 'fifo'?)" in cli.refusal("rollout", *options, "--policy", "cheat:fifi")
