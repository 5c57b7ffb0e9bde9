"""Our records in the inspectors of SWE-agent and mini-swe-agent: their own code opens and walks through them."""

from __future__ import annotations

import asyncio
import functools
import http.server
import json
import threading
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from synth_gym.challenge import Challenge
from synth_gym.policies import Action
from synth_gym.policies.scripted import ScriptedPolicy
from synth_gym.rollout import Record, run_episode, write_record

SUBMITTED = ["ls data", Action("", error="No tool call was found."), "python baseline.py", "validate", "submit"]
LEFT = ["ls data"]


@pytest.fixture(params=[SUBMITTED, LEFT], ids=["submitted", "left"])
def record(request: pytest.FixtureRequest, tiny_challenge: Challenge) -> Record:
    return run_episode(tiny_challenge, ScriptedPolicy(request.param))


@pytest.fixture
def file(record: Record, tmp_path: Path) -> Path:
    write_record(record, tmp_path / "records" / "one.traj")
    return tmp_path / "records" / "one.traj"


def test_swe_agents_web_inspector(swe_agent: Path, record: Record, file: Path) -> None:
    from sweagent.inspector.server import Handler

    handler = functools.partial(Handler, directory=str(file.parent), gold_patches={}, test_patches={})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        (listed,) = get(f"{address}/files")
        shown = get(f"{address}/trajectory/one.traj")
        server.shutdown()
    assert listed.startswith("one.traj") and f"({record.info.outcome} after" in listed
    steps = [(step["action"], step["observation"]) for step in shown["trajectory"]]
    ours = [(step.action, step.observation) for step in record.trajectory]
    assert steps[2 : 2 + len(ours)] == ours  # after a summary and the statement
    assert "Step 1: ls data\n" in shown["history"][0]["content"]


def get(address: str) -> Any:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return json.loads(answer.read())


def test_swe_agents_terminal_inspector(swe_agent: Path, record: Record, file: Path) -> None:
    from sweagent.run.inspector_cli import TrajectoryInspectorApp, TrajectoryViewer

    async def walk() -> list[str]:
        app = TrajectoryInspectorApp(file.parent)
        async with app.run_test() as pilot:
            titles = []
            for key in ["l"] * len(record.trajectory) + ["v", "t", "escape"]:
                await pilot.press(key)
                titles.append(app.sub_title)
            assert app.query_one(TrajectoryViewer).trajectory["info"]["outcome"] == record.info.outcome
            return titles

    steps = len(record.trajectory)
    titles = asyncio.run(walk())
    assert titles[0].endswith(f"Step 1/{steps} - Simple View") and titles[-1].endswith(f"{steps}/{steps} - Full View")


def test_minis_inspector(record: Record, file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MSWEA_GLOBAL_CONFIG_DIR", str(tmp_path / "mini"))
    pytest.importorskip("minisweagent", reason="pip install 'synth-gym[mini]'")
    pytest.importorskip("textual", reason="pip install 'synth-gym[mini]'")
    from minisweagent.run.utilities.inspector import TrajectoryInspector

    async def walk() -> int:
        app = TrajectoryInspector([file])
        async with app.run_test() as pilot:
            await pilot.press(*["l"] * 20)
            assert app.messages == record.messages
            return app.n_steps

    assistant_turns = [message for message in record.messages if message["role"] == "assistant"]
    assert asyncio.run(walk()) == 1 + len(assistant_turns)
