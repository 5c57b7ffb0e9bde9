"""How long one step takes: the command `true`, by every way of running it that this machine has, in one run.

    python benchmarks/performance/step_latency.py
    python benchmarks/performance/step_latency.py --steps 1000 --image python:3.11 --only docker bubblewrap

Prints JSON: milliseconds of wall clock for one step (median, 5th and 95th percentile) of each contender, or why one is
missing. They take turns, round by round, so that whatever else the machine does slows them all alike.

- `bash`: a bash over pipes and nothing else; the floor.
- `process`, `bubblewrap`, `docker`: `Sandbox.execute`. For `docker` an engine of its own is started, with a small image
  made from this machine's programs (that needs root and `dockerd`), or `--image` names one that your engine has.
- `session`, `env`: the whole step of an episode in bubblewrap, without and with Gymnasium's wrappers.
- `recorded`: `session`, and what a rollout adds: the turn is written down and the record made JSON. That is the record
  of this one step, with all that stands in a record once only, so it errs on the slow side.
- `swerex`: a session of SWE-ReX's LocalDeployment, called as SWE-agent calls it (`pip install swe-rex`).
- `mini`: mini-swe-agent's LocalEnvironment, a new shell for every command (`pip install mini-swe-agent`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from figures import machine, milliseconds

Step = Callable[[], object]
"""Runs the command once; fails if that fails."""

_WARM_UP = 5


@contextmanager
def bash() -> Iterator[Step]:
    shell = subprocess.Popen(["bash"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    assert shell.stdin and shell.stdout
    to_shell, from_shell = shell.stdin, shell.stdout

    def step() -> None:
        to_shell.write(b"true\necho $?\n")
        assert from_shell.read(16) == b"0\n"

    yield step
    to_shell.close()
    shell.wait()


@contextmanager
def sandbox(name: str) -> Iterator[Step]:
    from synth_gym.sandbox import SandboxConfig, make_sandbox

    with tempfile.TemporaryDirectory() as workspace:
        running = make_sandbox(name, SandboxConfig(Path(workspace)))
        try:
            running.start()

            def step() -> None:
                assert running.execute("true", timeout=60.0).exit_code == 0

            yield step
        finally:
            running.close()


@contextmanager
def docker(image: str | None) -> Iterator[Step]:
    with ExitStack() as engine:
        if image is None:
            sys.path.append(str(Path(__file__).parents[2]))
            from tests.sandbox.engine import IMAGE, docker_engine, missing

            assert not missing(), missing()
            os.environ["DOCKER_HOST"] = engine.enter_context(docker_engine())
            image = IMAGE
        yield engine.enter_context(sandbox(f"docker:{image}"))


@contextmanager
def session(steps: int) -> Iterator[Step]:
    challenge, limits = _episode(steps)
    from synth_gym.session import Session

    with Session(challenge, limits=limits) as running:
        running.start(seed=0)

        def step() -> None:
            assert running.step("true").info["exit_code"] == 0

        yield step


@contextmanager
def recorded(steps: int) -> Iterator[Step]:
    challenge, limits = _episode(steps)
    from synth_gym.policies.base import Action
    from synth_gym.rollout.record import PolicyInfo
    from synth_gym.rollout.recorder import Recorder
    from synth_gym.session import Session

    action = Action(tool="bash", arguments={"command": "true"})
    with Session(challenge, limits=limits) as running:
        observation, info = running.start(seed=0)

        def step() -> None:
            policy = PolicyInfo(name="benchmark")
            recorder = Recorder(running, observation, info, system="", policy=policy, reward="final")
            recorder.command(action, "true", running.step("true"))
            assert '"exit_code": 0' in recorder.record().model_dump_json(indent=2)

        yield step


@contextmanager
def env(steps: int) -> Iterator[Step]:
    challenge, limits = _episode(steps)
    import gymnasium

    import synth_gym  # noqa: F401  (registers the challenges)

    running = gymnasium.make(challenge.env_id, limits=limits)
    running.reset(seed=0)

    def step() -> None:
        assert running.step("true")[4]["exit_code"] == 0

    yield step
    running.close()


def _episode(steps: int) -> tuple[Any, Any]:
    """A challenge that ships with the package, and limits that let it go on for so many steps."""
    from synth_gym.challenge import Challenge
    from synth_gym.content import content

    path = next(iter(sorted(content("envs").glob("*/*/challenge.yaml"))))
    challenge = Challenge.load(path.parent)
    return challenge, challenge.spec.limits.model_copy(update={"steps": steps + 1})


@contextmanager
def swerex() -> Iterator[Step]:
    from swerex.deployment.local import LocalDeployment
    from swerex.runtime.abstract import BashAction, CloseBashSessionRequest, CreateBashSessionRequest

    loop = asyncio.new_event_loop()
    deployment = LocalDeployment()
    loop.run_until_complete(deployment.start())
    loop.run_until_complete(deployment.runtime.create_session(CreateBashSessionRequest(startup_timeout=10.0)))

    def step() -> None:
        action = BashAction(command="true", timeout=60.0, check="silent")
        assert loop.run_until_complete(deployment.runtime.run_in_session(action)).exit_code == 0

    yield step
    loop.run_until_complete(deployment.runtime.close_session(CloseBashSessionRequest()))
    loop.run_until_complete(deployment.stop())
    loop.close()


@contextmanager
def mini() -> Iterator[Step]:
    os.environ["MSWEA_SILENT_STARTUP"] = "1"
    from minisweagent.environments.local import LocalEnvironment

    running = LocalEnvironment()

    def step() -> None:
        assert running.execute({"command": "true"})["returncode"] == 0

    yield step


def measure(contenders: dict[str, Callable[[], Any]], steps: int) -> dict[str, Any]:
    """Milliseconds of each contender, or why it does not run."""
    results: dict[str, Any] = {}
    with ExitStack() as running:
        started: dict[str, Step] = {}
        for name, contender in contenders.items():
            try:
                started[name] = running.enter_context(contender())
                for _ in range(_WARM_UP):
                    started[name]()
            except Exception as error:
                started.pop(name, None)
                results[name] = {"missing": f"{type(error).__name__}: {error}".splitlines()[0]}
        seconds: dict[str, list[float]] = {name: [] for name in started}
        for _ in range(steps):
            for name, step in started.items():
                before = time.perf_counter()
                step()
                seconds[name].append(time.perf_counter() - before)
    return {name: results.get(name) or milliseconds(seconds[name]) for name in contenders}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--steps", type=int, default=200, help="steps of each contender (default 200)")
    parser.add_argument("--image", help="of the docker sandbox, in your engine (default: an engine of its own)")
    parser.add_argument("--only", nargs="+", help="names of the contenders to run (default: all)")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    logging.disable()
    where, total = machine(), arguments.steps + _WARM_UP
    contenders: dict[str, Callable[[], Any]] = {
        "bash": bash,
        "process": partial(sandbox, "process"),
        "bubblewrap": partial(sandbox, "bubblewrap"),
        "docker": partial(docker, arguments.image),
        "session": partial(session, total),
        "recorded": partial(recorded, total),
        "env": partial(env, total),
        "swerex": swerex,
        "mini": mini,
    }
    chosen = {name: contenders[name] for name in arguments.only or contenders}
    results = measure(chosen, arguments.steps)
    print(json.dumps({"command": "true", "steps": arguments.steps, "machine": where, "results": results}, indent=2))


if __name__ == "__main__":
    main()
