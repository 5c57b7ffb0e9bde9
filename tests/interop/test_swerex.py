"""The deployment, driven method by method as SWE-agent drives one."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Iterator
from pathlib import Path
from typing import TypeVar

import psutil
import pytest

from synth_gym.challenge import Challenge, Limits
from synth_gym.errors import SynthGymError
from synth_gym.outcome import Outcome
from synth_gym.tools.toolset import find_bundle

pytest.importorskip("swerex", reason="pip install 'synth-gym[swerex]'")

from swerex import exceptions
from swerex.runtime.abstract import (
    BashAction,
    BashInterruptAction,
    BashObservation,
    CloseBashSessionRequest,
    Command,
    CreateBashSessionRequest,
    ReadFileRequest,
    UploadRequest,
    WriteFileRequest,
)

from synth_gym.interop.swerex import ChallengeDeployment

Answer = TypeVar("Answer")
BASELINE = "cd /workspace && python baseline.py && validate"


def wait(answer: Awaitable[Answer]) -> Answer:
    """As SWE-agent does: an event loop for every call."""

    async def once() -> Answer:
        return await answer

    return asyncio.run(once())


@pytest.fixture
def deployment(tiny_challenge: Challenge) -> Iterator[ChallengeDeployment]:
    deployment = ChallengeDeployment(tiny_challenge.path, seed=3)
    wait(deployment.start())
    request = CreateBashSessionRequest(startup_source=["/root/.bashrc"], startup_timeout=10)
    assert wait(deployment.runtime.create_session(request)).output == ""
    yield deployment
    wait(deployment.stop())


def run(deployment: ChallengeDeployment, command: str, timeout: float = 20, check: str = "silent") -> BashObservation:
    return wait(deployment.runtime.run_in_session(BashAction(command=command, timeout=timeout, check=check)))


def install(deployment: ChallengeDeployment) -> None:
    """What SWE-agent does with a bundle."""
    upload = UploadRequest(source_path=str(find_bundle("submission")), target_path="/root/tools/submission")
    wait(deployment.runtime.upload(upload))
    run(
        deployment,
        "export PATH=/root/tools/submission/bin:$PATH && chmod +x /root/tools/submission/bin/*",
        check="raise",
    )


def test_the_shell_keeps_its_state(deployment: ChallengeDeployment) -> None:
    assert run(deployment, "cd /workspace/data; x=3; f() { echo $x; }").output == ""
    assert run(deployment, "f; pwd; echo $SEED; (exit 7)") == BashObservation(
        output="3\n/workspace/data\n3\n", exit_code=7
    )
    assert run(deployment, "").exit_code == 0
    assert run(deployment, "false", check="ignore").exit_code is None
    with pytest.raises(exceptions.NonZeroExitCodeError, match=r"'false' gives exit code 1"):
        run(deployment, "false", check="raise")


def test_a_time_limit_is_told_and_the_shell_lives_on(deployment: ChallengeDeployment) -> None:
    run(deployment, "cd /workspace")
    with pytest.raises(exceptions.CommandTimeoutError, match="Before that it printed:\nfirst"):
        run(deployment, "echo first; sleep 60", timeout=0.3)
    assert wait(deployment.runtime.run_in_session(BashInterruptAction())).exit_code == 0
    assert run(deployment, "pwd").output == "/workspace\n"
    ended = run(deployment, "exit 4")
    assert ended.exit_code == 4 and "A new shell was started" in ended.output


def test_sessions_have_names(deployment: ChallengeDeployment) -> None:
    with pytest.raises(exceptions.SessionExistsError):
        wait(deployment.runtime.create_session(CreateBashSessionRequest()))
    with pytest.raises(exceptions.SessionDoesNotExistError):
        wait(deployment.runtime.run_in_session(BashAction(command="ls", session="other")))
    wait(deployment.runtime.close_session(CloseBashSessionRequest()))
    with pytest.raises(exceptions.SessionDoesNotExistError):
        run(deployment, "ls")


def test_interactive_programs_are_refused(deployment: ChallengeDeployment) -> None:
    with pytest.raises(exceptions.SwerexException, match="no terminal"):
        wait(deployment.runtime.run_in_session(BashAction(command="python", is_interactive_command=True)))


def test_execute_leaves_the_shell_alone(deployment: ChallengeDeployment) -> None:
    execute = deployment.runtime.execute
    run(deployment, "cd /workspace; set -e")
    answer = wait(execute(Command(command="cd /tmp; echo out; echo err >&2; exit 3", shell=True)))
    assert (answer.stdout, answer.stderr, answer.exit_code) == ("out\n", "err\n", 3)
    words = ["printf", "%s|", "a b", "c'd"]
    assert wait(execute(Command(command=words, cwd="/tmp"))).stdout == "a b|c'd|"
    inside = Command(
        command="echo $X ${SEED-none}; pwd", shell=True, env={"X": "a b"}, cwd="/tmp", merge_output_streams=True
    )
    assert wait(execute(inside)).stdout == "a b none\n/tmp\n"
    with pytest.raises(exceptions.NonZeroExitCodeError, match="which: "):
        wait(execute(Command(command="which nothing", shell=True, check=True, error_msg="which", env={"PATH": "/bin"})))
    with pytest.raises(exceptions.CommandTimeoutError):
        wait(execute(Command(command=["sleep", "9"], timeout=0.2)))
    assert run(deployment, "pwd").output == "/workspace\n"


def test_files_come_and_go_byte_for_byte(deployment: ChallengeDeployment, tmp_path: Path) -> None:
    runtime = deployment.runtime
    text = "tab\there 'quotes' \"more\" $HOME `id` \\ é\n" * 2000
    wait(runtime.write_file(WriteFileRequest(path="/root/deep/down/file.txt", content=text)))
    assert wait(runtime.read_file(ReadFileRequest(path="/root/deep/down/file.txt"))).content == text
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "data").write_bytes(bytes(range(256)) * 99)
    wait(runtime.upload(UploadRequest(source_path=str(tmp_path), target_path="/tmp/there")))
    wait(runtime.upload(UploadRequest(source_path=str(tmp_path / "sub" / "data"), target_path="/tmp/copy")))
    assert run(deployment, "cmp /tmp/there/sub/data /tmp/copy && wc -c < /tmp/copy").output.split() == ["25344"]
    with pytest.raises(UnicodeDecodeError):
        wait(runtime.read_file(ReadFileRequest(path="/tmp/copy")))
    assert "\\xff" in wait(runtime.read_file(ReadFileRequest(path="/tmp/copy", errors="backslashreplace"))).content
    for path in ("/root/none", "/root"):
        with pytest.raises(FileNotFoundError):
            wait(runtime.read_file(ReadFileRequest(path=path)))
    with pytest.raises(OSError, match="cannot be written"):
        wait(runtime.write_file(WriteFileRequest(path="/usr/file", content="")))


def test_calls_at_the_same_time_do_not_mix(deployment: ChallengeDeployment) -> None:
    async def together() -> list[str]:
        numbers = [Command(command=f"sleep 0.02; echo {n}; echo {n} >&2", shell=True) for n in range(8)]
        answers = await asyncio.gather(*map(deployment.runtime.execute, numbers))
        return [answer.stdout + answer.stderr for answer in answers]

    assert asyncio.run(together()) == [f"{n}\n{n}\n" for n in range(8)]


def test_the_loop_stays_free_while_a_command_runs(deployment: ChallengeDeployment) -> None:
    async def watch() -> int:
        running = asyncio.create_task(deployment.runtime.run_in_session(BashAction(command="sleep 0.3")))
        turns = 0
        while not running.done():
            assert await deployment.is_alive(timeout=1)
            await asyncio.sleep(0.01)
            turns += 1
        return turns

    assert asyncio.run(watch()) > 5


def test_a_submission_is_told_in_swe_agents_way(deployment: ChallengeDeployment, tiny_challenge: Challenge) -> None:
    install(deployment)
    assert "Public score (rmse, lower is better): 5.1083" in run(deployment, BASELINE).output
    assert "<<SWE_AGENT_SUBMISSION>>" not in run(deployment, "cat $(command -v submit)").output
    with pytest.raises(FileNotFoundError):
        wait(deployment.runtime.read_file(ReadFileRequest(path="/root/model.patch")))
    assert run(deployment, "submit").output.endswith("The episode has ended.\n<<SWE_AGENT_SUBMISSION>>\n")
    assert wait(deployment.runtime.read_file(ReadFileRequest(path="/root/model.patch"))).content == "submission.csv\n"
    assert run(deployment, "pwd").output == "/workspace\n" and deployment.result is None
    wait(deployment.stop())
    assert deployment.result is not None and deployment.result.terminated
    assert deployment.result.info["outcome"] == "submitted"
    assert deployment.result.info["raw_score"] == pytest.approx(tiny_challenge.spec.baseline.mean)
    assert deployment.result.reward == deployment.result.info["normalized"] == pytest.approx(0.0)
    assert not wait(deployment.is_alive())
    with pytest.raises(exceptions.DeploymentNotStartedError):
        run(deployment, "ls")


def test_a_token_alone_submits_nothing(deployment: ChallengeDeployment) -> None:
    run(
        deployment, "cd /workspace; python baseline.py; echo patch > /root/model.patch; echo '<<SWE_AGENT_SUBMISSION>>'"
    )
    assert not deployment.session.submitted


def test_an_agent_that_leaves_has_its_best_submission_graded(deployment: ChallengeDeployment, solved: str) -> None:
    install(deployment)
    run(deployment, f"cd /workspace; {solved} && validate; rm submission.csv")
    deployment.left_as = Outcome.CONTEXT_LIMIT
    wait(deployment.stop())
    assert deployment.result is not None and deployment.result.info["outcome"] == "context_limit"
    assert deployment.result.reward == pytest.approx(1.0) and deployment.result.info["trainable"]


def test_a_deployment_starts_anew(deployment: ChallengeDeployment) -> None:
    run(deployment, "touch /workspace/mine /root/mine")
    wait(deployment.stop())
    wait(deployment.start())
    wait(deployment.runtime.create_session(CreateBashSessionRequest()))
    assert run(deployment, "ls /workspace /root").output.count("mine") == 0 and deployment.result is None
    assert deployment.instruction.startswith("# A line\n")


def test_the_challenges_seconds_are_kept(tiny_challenge: Challenge) -> None:
    deployment = ChallengeDeployment(tiny_challenge, limits=Limits(seconds=0.5))
    wait(deployment.start())
    wait(deployment.runtime.create_session(CreateBashSessionRequest()))
    with pytest.raises(exceptions.CommandTimeoutError):
        run(deployment, "sleep 60", timeout=300)
    wait(deployment.stop())
    assert deployment.result is not None and deployment.result.info["outcome"] == "time_limit"


def test_a_lost_sandbox_is_an_infrastructure_fault(deployment: ChallengeDeployment) -> None:
    workspace = deployment.session.workspace
    workspace.rename(workspace.with_name("gone"))
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # one killed before may have taken it along
            child.kill()
    with pytest.raises(exceptions.SwerexException, match="the sandbox was lost"):
        run(deployment, "ls")
    assert not wait(deployment.is_alive(timeout=10))
    wait(deployment.stop())
    assert deployment.result is not None and deployment.result.info["outcome"] == "sandbox_died"
    assert not deployment.result.info["trainable"]


def test_a_sandbox_that_does_not_isolate_is_refused(tiny_challenge: Challenge) -> None:
    with pytest.raises(SynthGymError, match="choose a sandbox that isolates"):
        ChallengeDeployment(tiny_challenge, sandbox="process")
