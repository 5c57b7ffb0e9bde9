"""Foreign tool bundles live in an episode as they do in SWE-agent. The bundles here are written for its contract."""

from __future__ import annotations

import itertools
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from synth_gym.challenge import Challenge, Limits
from synth_gym.errors import SynthGymError
from synth_gym.session import Session
from synth_gym.tools import Toolset

REGISTRY = """\
import json, os, sys
path = os.environ.get("SWE_AGENT_ENV_FILE", "/root/.swe-agent-env")
table = json.load(open(path)) if os.path.exists(path) else {}
"""
READ = f"#!/usr/bin/env python3\n{REGISTRY}print(table.get(sys.argv[1], os.environ.get(sys.argv[1], 'nothing')))\n"
WRITE = f"#!/usr/bin/env python3\n{REGISTRY}table[sys.argv[1]] = sys.argv[2]\njson.dump(table, open(path, 'w'))\n"
STATE = """\
#!/usr/bin/env python3
import json, os, pathlib
file = pathlib.Path(os.path.expanduser("~/state.json"))
state = json.loads(file.read_text()) | {"working_dir": os.getcwd(), "root": os.environ["ROOT"], "big": "é" * 40_000}
file.write_text(json.dumps(state))
"""

Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Writes a bundle. Its executables have no permission to be executed, as in a checkout that lost it."""

    def write(name: str, config: str = "tools: {}", install: str | None = None, **executables: str) -> Path:
        folder = tmp_path / name
        (folder / "bin").mkdir(parents=True)
        (folder / "config.yaml").write_text(config)
        for tool, source in executables.items():
            (folder / "bin" / tool).write_text(source)
        if install is not None:
            (folder / "install.sh").write_text(install)
        return folder

    return write


@pytest.fixture
def registry(make: Make) -> Path:
    return make("registry", install="export REGISTRY_AT=$PWD\n", _read=READ, _write=WRITE)


@pytest.fixture(params=["bubblewrap", "process"])
def start(request: pytest.FixtureRequest, tiny_challenge: Challenge) -> Iterator[Callable[..., Session]]:
    """Starts sessions with tools, in each back-end."""
    made = []

    def begin(*paths: Path | str, limits: Limits | None = None, **options: object) -> Session:
        toolset = Toolset.load([*paths, "submission"], **options)  # type: ignore[arg-type]
        session = Session(tiny_challenge, sandbox=request.param, toolset=toolset, limits=limits or Limits())
        made.append(session)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            session.start(seed=3)
        return session

    yield begin
    for session in made:
        session.close()


def say(session: Session, command: str) -> str:
    return session.step(command).observation


def test_install_scripts_are_sourced_in_order_in_the_agents_shell(
    start: Callable[..., Session], registry: Path, make: Make
) -> None:
    install = '_write FROM "$(basename "$REGISTRY_AT")"; helper() { echo help; }\n'
    second = make("second", install=install, _x="#!/bin/sh\n")
    third = make("third", install="[ $(_read FROM) = registry ] && export CHECKED=$(basename $PWD)", _y="#!/bin/sh\n")
    session = start(registry, second, third)
    assert say(session, "helper; echo $CHECKED; pwd") == f"help\nthird\n{session.step('pwd').observation}"
    assert say(session, "_read FROM") == "nothing\n"  # as in SWE-agent, the registry is written anew afterwards


def test_variables_and_the_registry_reach_the_tools(
    start: Callable[..., Session], registry: Path, make: Make, tiny_challenge: Challenge
) -> None:
    session = start(registry, variables={"WINDOW": "it's 100"}, registry={"MODE": "strict"})
    assert say(session, "_read WINDOW; _read MODE; _read OTHER") == "it's 100\nstrict\nnothing\n"
    assert say(session, "[ $ROOT = $(pwd -P) ] && echo same") == "same\n"
    assert say(session, 'echo "$PROBLEM_STATEMENT"').strip() == tiny_challenge.instruction.strip()
    assert "A new shell was started" in say(session, "_write MODE loose; exit")
    assert say(session, "_read MODE; _read WINDOW") == "loose\nit's 100\n"


def test_the_state_is_told_after_every_command(start: Callable[..., Session], registry: Path, make: Make) -> None:
    config = "tools: {}\nstate_command: _state\n"
    session = start(
        registry, make("state", config, _state=STATE), make("broken", config.replace("_state", "_no"), _z="")
    )
    root = say(session, "pwd").strip()
    told = session.step("cd data; false")
    assert told.info["state"] == {"working_dir": f"{root}/data", "root": root, "big": "é" * 40_000}
    assert told.observation == "[Exit code: 1]\n" and told.info["exit_code"] == 1
    assert say(session, "echo $?") == "1\n"
    session.step("function _state() { :; }")
    for damage in ("echo damaged", "echo '[1]'", "yes [ | head -c 90000", "head -c 2M /dev/zero"):
        assert session.step(f"{damage} > ~/state.json").info["state"] == {}
    assert session.step("rm ~/state.json; mkfifo ~/state.json").info["state"] == {}


def test_a_state_command_cannot_harm_the_episode(start: Callable[..., Session], registry: Path, make: Make) -> None:
    config = 'tools: {}\nstate_command: "cd /; exit 3"\n'
    session = start(registry, make("rude", config, _x=""))
    before = say(session, "set -e; x=1; pwd")
    assert say(session, "echo $x; pwd") == f"1\n{before}"


def test_time_in_a_state_command_is_charged(start: Callable[..., Session], make: Make) -> None:
    config = "tools: {}\nstate_command: sleep 0.3\n"
    session = start(make("slow", config, _x=""), limits=Limits(seconds=0.5))
    assert session.step("true").info["seconds_left"] == pytest.approx(0.2, abs=0.15)
    assert session.step("true").info["outcome"] == "time_limit"


def test_multi_line_calls_may_be_typed_bare(start: Callable[..., Session], make: Make) -> None:
    argument = "{name: text, type: string, required: true, description: What.}"
    tool = f'{{docstring: Put., signature: "put\\n<text>\\nend_put", end_name: end_put, arguments: [{argument}]}}'
    config = f"tools: {{put: {tool}}}"
    session = start(make("put", config, put="#!/bin/sh\ncat > put.txt\n"))
    assert say(session, "put\na $HOME\n'b'\nend_put\ncat put.txt") == "a $HOME\n'b'\n"
    assert say(session, session.toolset.render("put", {"text": "end_put"}) + "\ncat put.txt") == "end_put\n"


@pytest.mark.parametrize(
    ("install", "said"),
    [
        ("echo working >&2; echo no wheel; false", "bundle 'bad': its install.sh fails in the sandbox: no wheel"),
        ("exit 5", "bundle 'bad': its install.sh fails in the sandbox: .*exit code 5"),
        ("true", "tool 'lost': its bundle is installed, but has no such executable"),
    ],
)
def test_a_bundle_that_cannot_be_installed_is_told_at_the_start(
    start: Callable[..., Session], make: Make, install: str, said: str
) -> None:
    with pytest.raises(SynthGymError, match=said) as caught:
        start(make("bad", "tools: {lost: {docstring: Lost.}}", install, _other="#!/bin/sh\n"))
    assert "\n" not in str(caught.value)


def test_a_snapshot_is_restored_with_its_tools(start: Callable[..., Session], registry: Path) -> None:
    session = start(registry, registry={"MODE": "strict"})
    (twin,) = session.fork(1)
    with twin:
        assert twin.step("_read MODE").observation == "strict\n"


def test_our_own_bundles_cost_nothing(tiny_challenge: Challenge) -> None:
    readings = itertools.count()
    with Session(tiny_challenge, clock=lambda: float(next(readings))) as session:
        _, info = session.start()
        assert "state" not in info and say(session, "echo ${ROOT-unset} ${SWE_AGENT_ENV_FILE-unset}") == "unset unset\n"
        assert next(readings) == 2  # one command ran, between two looks at the clock
