"""What is particular to the docker sandbox."""

from __future__ import annotations

import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge
from synth_gym.errors import SandboxUnavailableError
from synth_gym.sandbox import Sandbox
from synth_gym.session import Session
from tests.sandbox.conftest import Maker, Run
from tests.sandbox.engine import IMAGE

pytestmark = pytest.mark.docker


@pytest.fixture
def sandbox(make: Maker) -> Sandbox:
    return make(f"docker:{IMAGE}")


def test_isolation(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret").touch()
    assert run(f"ls {tmp_path}/secret").exit_code == 2
    assert run.output("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '") == "lo\n"
    status = dict(line.split(":\t") for line in run.output("cat /proc/self/status").splitlines() if ":\t" in line)
    assert {status[name] for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")} == {"0" * 16}
    assert status["NoNewPrivs"] == "1"
    assert int(run.output("ls -d /proc/[0-9]* | wc -l")) < 6


def test_only_the_workspace_tmp_and_home_are_writable(run: Run) -> None:
    for place in ("/", "/usr/bin", "/etc", "/run/synth_gym", "/proc/sys/kernel"):
        assert run(f"touch {place}/x").exit_code != 0, place
    for place in ("/workspace", "/tmp", "/root", "/dev/shm"):
        assert run(f"touch {place}/x").exit_code == 0, place


def test_the_first_process_survives_every_signal_from_inside(run: Run) -> None:
    run("echo kept > /tmp/file")
    result = run("for signal in {1..31}; do kill -$signal 1; done; kill -9 -1 2>/dev/null; echo alive")
    assert result.output == "alive\n"
    run("kill -9 $$; kill -9 $PPID")
    assert run.output("cat /tmp/file") == "kept\n"


def test_files_belong_to_the_user_outside(run: Run, workspace: Path) -> None:
    run("touch file; mkdir folder")
    assert {(path.stat().st_uid, path.stat().st_gid) for path in workspace.iterdir()} == {(os.getuid(), os.getgid())}


def test_the_images_own_python_and_path(run: Run) -> None:
    assert run.output("python -c 'import sys; print(sys.prefix)'") == "/opt/python\n"
    assert run.output("echo $PATH") == "/opt/python/bin:/usr/bin:/bin\n"


def test_hidden_places_are_empty(make: Maker) -> None:
    run = Run(make(f"docker:{IMAGE}", hide=("idlelib", "this.py", "no/such/place")))
    library = run.output("python -c 'import sysconfig; print(sysconfig.get_path(\"stdlib\"))'").strip()
    assert run.output(f"ls -A {library}/idlelib; cat {library}/this.py") == ""
    assert run("python -c 'import json'").exit_code == 0


def test_a_container_that_is_killed_is_started_again(
    sandbox: Sandbox, run: Run, docker_host: str, workspace: Path
) -> None:
    import docker

    run("export kept=1")
    client = docker.DockerClient(base_url=docker_host)
    (container,) = _containers_over(client, workspace)
    container.kill()
    result = run("echo $kept")
    assert "The sandbox was lost" in result.note and run.output("echo $kept") == "1\n"
    sandbox.close()
    assert not _containers_over(client, workspace)
    client.close()


def _containers_over(client: Any, workspace: Path) -> list[Any]:
    """The containers that show a workspace, whether they run or not."""
    shown = {"Source": str(workspace), "Destination": "/workspace"}
    everything = client.containers.list(all=True)
    return [found for found in everything if any(shown.items() <= mount.items() for mount in found.attrs["Mounts"])]


def test_containers_of_a_killed_process_are_taken_away(docker_host: str, tmp_path: Path) -> None:
    import docker

    script = f"""
import os, pathlib
from synth_gym.sandbox import SandboxConfig, make_sandbox
sandbox = make_sandbox("docker:{IMAGE}", SandboxConfig(pathlib.Path({str(tmp_path)!r})))
print(sandbox.execute("echo started", timeout=5).output, os.getpid())
if {{kill}}: os.kill(os.getpid(), 9)
sandbox.close()
"""
    killed = subprocess.run([sys.executable, "-c", script.format(kill=True)], capture_output=True, check=False)
    assert killed.returncode == -9
    client = docker.DockerClient(base_url=docker_host)
    assert len(_containers_over(client, tmp_path)) == 1
    subprocess.run([sys.executable, "-c", script.format(kill=False)], check=True, capture_output=True)
    assert not _containers_over(client, tmp_path)
    client.close()


def test_missing_image(make: Maker) -> None:
    with pytest.raises(SandboxUnavailableError, match="docker pull no/such-image"):
        make("docker:no/such-image").start()


def test_image_without_bash(make: Maker, docker_host: str) -> None:
    import docker

    client = docker.DockerClient(base_url=docker_host)
    client.images.build(fileobj=BytesIO(f"FROM {IMAGE}\nENV PATH=/nowhere\n".encode()), tag="without-bash")
    client.close()
    with pytest.raises(SandboxUnavailableError, match="cannot run"):
        make("docker:without-bash").start()


@pytest.fixture
def image_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "environment"
    folder.mkdir()
    (folder / "Dockerfile").write_text(f"FROM {IMAGE}\nCOPY marker /opt/marker\n")
    (folder / "marker").write_text("first")
    return folder


def test_a_challenges_image_is_built_once(make: Maker, image_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for content, said in (("first", True), ("first", False), ("second", True), ("first", False)):
        (image_folder / "marker").write_text(content)
        sandbox = make("docker", image_folder=image_folder)
        assert Run(sandbox).output("cat /opt/marker") == content
        assert ("Building the image synth-gym-challenge:" in capsys.readouterr().err) is said
        assert sandbox.describe()["image"].startswith("synth-gym-challenge:")


def test_an_image_that_is_named_goes_before_the_challenges(make: Maker, image_folder: Path) -> None:
    assert Run(make(f"docker:{IMAGE}", image_folder=image_folder))("cat /opt/marker").exit_code == 1


def test_an_episode_in_the_challenges_image(docker_host: str, editable_challenge: Path, image_folder: Path) -> None:
    image_folder.rename(editable_challenge / "environment")
    with Session(Challenge.load(editable_challenge), sandbox="docker") as session:
        session.start()
        assert session.step("cat /opt/marker; ls /workspace").observation.startswith("firstbaseline.py\n")
        assert session.step("python baseline.py && submit").info["outcome"] == "submitted"


@pytest.mark.parametrize("line", ["COPY missing /opt/marker", "COPYY marker /opt/marker"])
def test_a_dockerfile_that_does_not_build(make: Maker, image_folder: Path, line: str) -> None:
    (image_folder / "Dockerfile").write_text(f"FROM {IMAGE}\n{line}\n")
    with pytest.raises(SandboxUnavailableError, match=r"environment/Dockerfile does not build: .*(missing|COPYY)"):
        make("docker", image_folder=image_folder).start()


def test_gpus_are_asked_for(make: Maker, docker_host: str, workspace: Path) -> None:
    import docker

    sandbox = make(f"docker:{IMAGE}", limits={"gpus": 1})
    try:
        sandbox.start()
    except SandboxUnavailableError as error:
        assert "Docker has no GPU to give: install the NVIDIA Container Toolkit" in str(error)
        return
    client = docker.DockerClient(base_url=docker_host)
    (container,) = _containers_over(client, workspace)
    assert container.attrs["HostConfig"]["DeviceRequests"][0]["Count"] == 1
    client.close()


def test_no_engine(workspace: Path) -> None:
    script = f"""
import pathlib
from synth_gym.sandbox import SandboxConfig, make_sandbox
make_sandbox("docker", SandboxConfig(pathlib.Path({str(workspace)!r}))).start()
"""
    environment = {**os.environ, "DOCKER_HOST": "unix:///no/such/socket"}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    last = done.stderr.splitlines()[-1]
    assert "no Docker engine answers at unix:///no/such/socket" in last and "'bubblewrap'" in last


def test_without_the_package(workspace: Path) -> None:
    script = f"""
import pathlib, sys
sys.modules["docker"] = None
from synth_gym.sandbox import SandboxConfig, make_sandbox
make_sandbox("docker", SandboxConfig(pathlib.Path({str(workspace)!r}))).start()
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert "pip install 'synth-gym[docker]'" in done.stderr.splitlines()[-1]
