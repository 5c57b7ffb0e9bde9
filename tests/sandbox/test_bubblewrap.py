"""What a command in the bubblewrap sandbox cannot see or do."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

import synth_gym
from synth_gym.errors import SandboxUnavailableError
from synth_gym.sandbox import Sandbox, SandboxConfig, make_sandbox
from synth_gym.sandbox.pythons import prefixes
from tests.sandbox.conftest import Maker, Run


@pytest.fixture
def sandbox(make: Maker) -> Sandbox:
    return make("bubblewrap")


def test_no_network_not_even_the_loopback_of_the_host(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as abstract:
        abstract.bind(f"\0synth-gym-test-{os.getpid()}")
        abstract.listen()
        port = server.getsockname()[1]
        result = run(f"exec 5<>/dev/tcp/127.0.0.1/{port}")
        assert "refused" in result.output
        connect = f"import socket; socket.socket(socket.AF_UNIX).connect('\\0synth-gym-test-{os.getpid()}')"
        assert "ConnectionRefusedError" in run.output(f'python3 -c "{connect}"')
    assert run.output("tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '") == "lo\n"


def test_host_files_are_not_there(run: Run, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("s3cret")
    places = ["/home", "/opt", "/srv", "/var", "/sys", "/etc/shadow", "/etc/hostname", "/root/.ssh", "/root/.bashrc"]
    places += [str(tmp_path / "secret"), str(Path.home() / ".bashrc"), str(Path(synth_gym.__file__))]
    for place in places:
        assert run(f"ls -d {place}").exit_code == 2, place
    for place in ("/root", "/tmp"):
        on_the_way = {prefix.relative_to(place).parts[0] for prefix in prefixes() if prefix.is_relative_to(place)}
        assert set(run.output(f"ls {place}").split()) <= on_the_way


def test_this_package_cannot_be_imported(run: Run) -> None:
    for python in ("python3", "/usr/bin/python3"):
        assert run(f"{python} -c 'import synth_gym.sandbox'").exit_code != 0


def test_the_checkout_is_not_visible(run: Run) -> None:
    checkout = Path(synth_gym.__file__).parents[1]
    assert set(run.output(f"ls -A {checkout} 2>/dev/null").split()) <= {Path(sys.prefix).name}


def test_only_the_workspace_tmp_and_home_are_writable(run: Run) -> None:
    for place in (
        "/",
        "/usr",
        "/usr/bin",
        "/etc",
        "/dev",
        "/run/synth_gym",
        "/run/synth_gym/etc",
        f"{sys.prefix}/lib",
        f"{sys.base_prefix}/lib",
    ):
        assert run(f"touch {place}/x").exit_code != 0, place
    for place in ("/workspace", "/tmp", "/root", "/dev/shm"):
        assert run(f"touch {place}/x").exit_code == 0, place


_IN_A_PYTHON_BELOW_TMP = """
import sys, tempfile
from pathlib import Path
from synth_gym.challenge import Limits
from synth_gym.sandbox import SandboxConfig, make_sandbox
workspace = Path(tempfile.mkdtemp())
sandbox = make_sandbox("bubblewrap", SandboxConfig(workspace, limits=Limits()))
sandbox.start()
print(sandbox.execute(f"touch {sys.argv[1]}/mine; python3 -c 'print(6 * 7)'; ls {sys.argv[1]}", timeout=60).output)
sandbox.close()
"""


def test_a_python_below_tmp_works_and_is_read_only() -> None:
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder = Path(name).resolve()
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
        packages = next((folder / "venv").glob("lib/python3*/site-packages"))
        (packages / "outer.pth").write_text("\n".join(path for path in sys.path if path))
        command = [folder / "venv" / "bin" / "python", "-c", _IN_A_PYTHON_BELOW_TMP, folder]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert "Read-only file system" in done.stdout, done.stderr
    assert done.stdout.rstrip().endswith("\n42\nvenv")


def test_tools_are_read_only(make: Maker, tmp_path: Path) -> None:
    (tmp_path / "bundle" / "bin").mkdir(parents=True)
    run = Run(make("bubblewrap", tools=(tmp_path / "bundle",)))
    assert run("ls /root/tools/bundle/bin && echo > /root/tools/bundle/bin/x").exit_code == 1


def test_host_processes_are_not_visible(run: Run) -> None:
    pids = [int(pid) for pid in run.output("echo /proc/[0-9]*").replace("/proc/", "").split()]
    assert max(pids) < 100 and len(pids) < 5
    assert run(f"kill -0 {os.getpid()}").exit_code == 1


def test_no_way_out_through_proc(run: Run) -> None:
    for pid in ("1", "self", "$PPID"):
        assert run(f"ls /proc/{pid}/root/home").exit_code == 2
    assert run.output("cat /proc/*/environ | tr '\\0' '\\n' | grep -c SYNTH_GYM_CHANNEL").strip() != "0"


def test_settings_of_the_kernel_are_read_only(run: Run) -> None:
    """Nothing is written: a test must not change the machine that it proves to be unprotected."""
    walk = "import os; print([f'{d}/{f}' for d, _, fs in os.walk('/proc') for f in fs if os.access(f'{d}/{f}', os.W_OK)"
    outside_of_processes = " and not d[6:7].isdigit() and not d.startswith(('/proc/self', '/proc/thread-self'))])"
    assert run.output(f'python3 -c "{walk}{outside_of_processes}"') == "[]\n"
    assert run("[ -r /proc/sys/kernel/ostype ] && [ ! -w /proc/sys/kernel/core_pattern ]").exit_code == 0


def test_no_privileges(run: Run) -> None:
    status = dict(line.split(":\t") for line in run.output("cat /proc/self/status").splitlines() if ":\t" in line)
    assert {status[name] for name in ("CapEff", "CapPrm", "CapBnd", "CapAmb")} == {"0" * 16}
    assert status["NoNewPrivs"] == "1"
    assert run("mount -t tmpfs none /tmp").exit_code != 0
    assert run("unshare --net true").exit_code != 0


def test_the_first_process_survives_every_signal_from_inside(run: Run) -> None:
    run("echo kept > /tmp/file")
    result = run("for signal in {1..31}; do kill -$signal 1; done; kill -9 -1 2>/dev/null; echo alive")
    assert result.output == "alive\n"
    run("kill -9 $$; kill -9 $PPID")
    assert run.output("cat /tmp/file") == "kept\n"


def test_hidden_places_are_empty(make: Maker) -> None:
    run = Run(make("bubblewrap", hide=("sklearn/datasets/data", "idlelib", "this.py", "no/such/place")))
    (sklearn,) = find_spec("sklearn").submodule_search_locations
    data = Path(sklearn, "datasets", "data")
    assert list(data.iterdir())
    assert run.output(f"ls -A {data}") == ""
    assert run("python -c 'import sklearn.datasets as d; d.load_wine()'").exit_code == 1
    for python in ("python", "/usr/bin/python3"):
        assert run.output(f"{python} -c 'import this'") == ""
        assert "ModuleNotFoundError" in run.output(f"{python} -c 'import idlelib.help'")
    assert run(f"touch {data}/x").exit_code == 1


def test_data_that_is_not_hidden_is_there(run: Run) -> None:
    (sklearn,) = find_spec("sklearn").submodule_search_locations
    assert "wine_data.csv" in run.output(f"ls {sklearn}/datasets/data")


def test_memory_folders_have_a_size(make: Maker) -> None:
    run = Run(make("bubblewrap", limits={"disk_mb": 4}))
    for place in ("/tmp", "/root", "/dev/shm"):
        assert run(f"for i in 1 2 3; do head -c 2M /dev/zero > {place}/x$i || exit; done").exit_code != 0, place


def test_a_lost_sandbox_is_started_again(sandbox: Sandbox, run: Run) -> None:
    run("export kept=1; mkdir -p sub; cd sub; echo > /tmp/lost")
    first = _first_process(sandbox)
    os.kill(first, 9)
    while Path(f"/proc/{first}").exists():
        time.sleep(0.01)
    result = run("echo $kept; basename $PWD; test -e /tmp/lost || echo gone")
    assert result.output == "1\nsub\ngone\n"
    assert "sandbox was lost and started again" in result.note


def test_a_sandbox_lost_during_a_command(sandbox: Sandbox, run: Run) -> None:
    first = _first_process(sandbox)
    threading.Timer(0.2, os.kill, (first, 9)).start()
    result = run("echo begun; sleep 20")
    assert result.seconds < 5 and result.exit_code is None and not result.timed_out
    assert result.output == "begun\n" and "sandbox was lost" in result.note
    assert run.output("echo alive") == "alive\n"


def _first_process(sandbox: Sandbox) -> int:
    """The process id, outside, of the first process inside."""
    sandbox.execute("true", timeout=5.0)
    marker = f"sleep 54{os.getpid()}"
    sandbox.execute(f"{marker} & sleep 0.1", timeout=5.0)
    for folder in Path("/proc").iterdir():
        command = folder / "cmdline"
        if folder.name.isdigit() and command.read_bytes().replace(b"\0", b" ").strip() == marker.encode():
            shell = _parent(int(folder.name))
            return _parent(shell)
    raise AssertionError("not found")


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])


def test_the_sandbox_ends_with_the_process_that_started_it_and_not_with_a_thread(tmp_path: Path) -> None:
    script = f"""
import os, threading, pathlib
from synth_gym.sandbox import SandboxConfig, make_sandbox
sandbox = make_sandbox("bubblewrap", SandboxConfig(pathlib.Path({str(tmp_path)!r})))
thread = threading.Thread(target=sandbox.start)
thread.start(); thread.join()
beat = "while :; do date +%s%N > next; mv next beat; sleep 0.02; done"
result = sandbox.execute(beat + " & until test -s beat; do sleep 0.01; done; echo $PPID", timeout=20)
print(result.output.strip(), result.note, flush=True)
input()
"""
    with subprocess.Popen([sys.executable, "-c", script], stdin=-1, stdout=-1) as process:
        assert process.stdout
        assert process.stdout.readline() == b"1 \n"
        process.kill()
    assert _stops(tmp_path / "beat")


def _stops(beat: Path) -> bool:
    """Whether a file that changes every 20 ms is left alone for half a second, within 20 seconds."""
    for _ in range(40):
        before = beat.read_text()
        time.sleep(0.5)
        if beat.read_text() == before:
            return True
    return False


def test_a_forked_process_can_start_its_own(tmp_path: Path, sandbox: Sandbox, run: Run) -> None:
    run("true")
    pid = os.fork()
    if pid == 0:
        inner = make_sandbox("bubblewrap", SandboxConfig(tmp_path))
        code = inner.execute("exit 7", timeout=5.0).exit_code
        inner.close()
        os._exit(code or 0)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7


def test_missing_bubblewrap_names_the_mend(tmp_path: Path) -> None:
    script = f"""
import pathlib
from synth_gym.sandbox import SandboxConfig, make_sandbox
from synth_gym.errors import SandboxUnavailableError
try:
    make_sandbox("bubblewrap", SandboxConfig(pathlib.Path({str(tmp_path)!r}))).start()
except SandboxUnavailableError as error:
    print(error)
"""
    empty = tmp_path / "empty"
    empty.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", script], env={"PATH": str(empty)}, capture_output=True, text=True, check=True
    )
    (line,) = done.stdout.splitlines()
    assert "apt-get install bubblewrap" in line and "'process'" in line


def test_refused_user_namespaces_name_the_mend(tmp_path: Path) -> None:
    """A machine that refuses is at hand: inside a sandbox, where no further namespace can be made."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    (bin_folder / "bwrap").symlink_to(shutil.which("bwrap") or "")
    script = f"""
import pathlib, sys
sys.path.insert(0, {str(Path(synth_gym.__file__).parents[1])!r})
from synth_gym.sandbox import SandboxConfig, make_sandbox
from synth_gym.errors import SandboxUnavailableError
try:
    make_sandbox("bubblewrap", SandboxConfig(pathlib.Path({str(tmp_path)!r}))).start()
except SandboxUnavailableError as error:
    print(error)
"""
    contained = ["bwrap", "--dev-bind", "/", "/", "--unshare-user", "--disable-userns", "--cap-drop", "ALL"]
    done = subprocess.run([*contained, sys.executable, "-c", script], capture_output=True, text=True, check=False)
    (line,) = done.stdout.splitlines() or [done.stderr]
    assert "cannot start here" in line and "user namespaces" in line and "'process'" in line


def test_unknown_sandbox_is_refused_with_a_hint(workspace: Path) -> None:
    with pytest.raises(SandboxUnavailableError, match="did you mean 'bubblewrap'"):
        make_sandbox("bubblewarp", SandboxConfig(workspace))


def test_description_can_be_written_as_json(sandbox: Sandbox) -> None:
    assert json.loads(json.dumps(sandbox.describe())) == sandbox.describe()


def test_there_is_no_gpu(make: Maker) -> None:
    with pytest.raises(SandboxUnavailableError, match="bubblewrap shows no GPU: choose sandbox 'docker'"):
        make("bubblewrap", limits={"gpus": 1}).start()
