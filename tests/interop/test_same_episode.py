"""One scripted episode, whoever plays it: the same files in the workspace and the same score."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import gymnasium
import pytest

import synth_gym
from synth_gym.challenge import Challenge
from synth_gym.session import Session
from synth_gym.tools.toolset import find_bundle
from tests.interop.conftest import reply

SEED = 3
NOTES = """\
mkdir -p notes/deep && cd notes
cat > 'a b.tsv' <<'EOF'
name\tvalue \\t "$HOME" `id` it's !x{y}

\té
EOF
printf '\\377\\000raw' > deep/bytes; ln -s deep/bytes link; double() { echo $(($1 * 2)); }
"""


@dataclass(frozen=True)
class Played:
    """What an episode leaves."""

    files: dict[str, str]
    outcome: str
    raw_score: float
    reward: float


def digests(workspace: Path) -> dict[str, str]:
    """Path in the workspace and digest of the content of every file."""
    files = sorted(file for file in workspace.rglob("*") if file.is_file())
    return {file.relative_to(workspace).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


@pytest.fixture
def script(solved: str) -> list[str]:
    """Variables, functions and the folder go on from one command to the next."""
    state = "cd ..; echo $SEED $(double $x) > state.txt; false"
    return [
        "x=7; ls data | head -n 1",
        NOTES,
        state,
        "python baseline.py && validate",
        f"{solved} && validate",
        "submit",
    ]


@pytest.fixture
def expected(tiny_challenge: Challenge, script: list[str]) -> Played:
    """What our own session leaves."""
    with Session(tiny_challenge) as session:
        session.start(SEED)
        *_, end = (session.step(command) for command in script)
        return Played(digests(session.workspace), end.info["outcome"], end.info["raw_score"], end.reward)


def test_the_script_is_worth_playing(expected: Played) -> None:
    assert {"notes/a b.tsv", "notes/deep/bytes", "notes/link", "solve.py", "submission.csv"} <= expected.files.keys()
    assert expected.files["notes/deep/bytes"] == hashlib.sha256(b"\xff\0raw").hexdigest()
    assert expected.files["state.txt"] == hashlib.sha256(b"3 14\n").hexdigest()
    assert (expected.outcome, expected.reward) == ("submitted", pytest.approx(1.0))


def test_gymnasium(tiny_challenge: Challenge, tiny_suite: Path, script: list[str], expected: Played) -> None:
    synth_gym.register_suite(tiny_suite)
    with gymnasium.make(tiny_challenge.env_id) as env:
        env.reset(seed=SEED)
        *_, (_, reward, _, _, info) = (env.step(command) for command in script)
        files = digests(env.unwrapped.session.workspace)  # type: ignore[attr-defined]
    assert Played(files, info["outcome"], info["raw_score"], float(reward)) == expected


def test_mini_swe_agent(mini: Callable[..., Any], script: list[str], expected: Played) -> None:
    agent = mini(script, seed=SEED)
    end = agent.run()
    files = digests(agent.env.session.workspace)
    assert Played(files, end["outcome"], end["raw_score"], end["reward"]) == expected


def test_swe_rex(tiny_challenge: Challenge, script: list[str], expected: Played) -> None:
    pytest.importorskip("swerex", reason="pip install 'synth-gym[swerex]'")
    from swerex.runtime.abstract import BashAction, CreateBashSessionRequest, UploadRequest

    from synth_gym.interop.swerex import ChallengeDeployment

    async def play(deployment: ChallengeDeployment) -> Played:
        await deployment.start()
        runtime = deployment.runtime
        await runtime.create_session(CreateBashSessionRequest())
        await runtime.upload(UploadRequest(source_path=str(find_bundle("submission")), target_path="/root/submission"))
        for command in ["export PATH=/root/submission/bin:$PATH; cd /workspace", *script]:
            await runtime.run_in_session(BashAction(command=command, timeout=20, check="silent"))
        return await left_by(deployment)

    assert asyncio.run(play(ChallengeDeployment(tiny_challenge, seed=SEED))) == expected


def test_swe_agent(swe_env: tuple[Any, Any], script: list[str], expected: Played, tmp_path: Path) -> None:
    from sweagent.agent.agents import DefaultAgent, DefaultAgentConfig
    from sweagent.agent.models import ReplayModelConfig
    from sweagent.agent.problem_statement import TextProblemStatement

    env, tools = swe_env
    (tmp_path / "replies").write_text(json.dumps({"episode": [reply(command) for command in script]}))
    model = ReplayModelConfig(replay_path=tmp_path / "replies")
    agent = DefaultAgent.from_config(DefaultAgentConfig(tools=tools, model=model))
    env.start()
    statement = TextProblemStatement(text=env.deployment.instruction, id="episode")
    info = agent.run(env=env, problem_statement=statement, output_dir=tmp_path).info
    assert info["exit_status"] == "submitted" and info["model_stats"]["api_calls"] == len(script)
    assert asyncio.run(left_by(env.deployment)) == expected
    env.close()


async def left_by(deployment: Any) -> Played:
    """What a deployment leaves; the score is known when it has stopped, and then the workspace is gone."""
    files = digests(deployment.session.workspace)
    await deployment.stop()
    end = deployment.result
    return Played(files, end.info["outcome"], end.info["raw_score"], end.reward)
