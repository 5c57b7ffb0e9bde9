"""Slots for commands, with real processes that die while they hold some."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from model import ScriptedModel, write_agent

from synth_gym.challenge import Challenge
from synth_gym.outcome import Outcome
from synth_gym.policies.base import Action, PolicyStopped
from synth_gym.policies.llm import LLMPolicy
from synth_gym.policies.scripted import ScriptedPolicy
from synth_gym.rollout import run_episode
from synth_gym.rollout.slots import OwnSlots, SharedSlots
from synth_gym.tools import Toolset

KEY = os.getpid()
HOLD = "import sys, time; from synth_gym.rollout.slots import SharedSlots; {}; print(flush=True); time.sleep(60)"


def holder(action: str) -> subprocess.Popen[bytes]:
    """A process that has done something with slots, and sleeps."""
    process = subprocess.Popen([sys.executable, "-c", HOLD.format(action)], stdout=subprocess.PIPE)
    assert process.stdout and process.stdout.readline() == b"\n"
    return process


def kill(process: subprocess.Popen[bytes]) -> None:
    process.kill()
    process.communicate()


def taken(slots: SharedSlots) -> threading.Event:
    """Set once a slot could be taken."""
    event = threading.Event()
    threading.Thread(target=lambda: (slots.take(), event.set()), daemon=True).start()
    return event


def test_a_killed_process_gives_its_slots_back() -> None:
    with SharedSlots.opened(2, KEY) as slots:
        process = holder(f"[SharedSlots({slots.semaphore}).take() for _ in range(2)]")
        event = taken(slots)
        assert not event.wait(0.3)
        kill(process)
        assert event.wait(10)


def test_what_a_killed_owner_left_is_replaced() -> None:
    kill(holder(f"owner = SharedSlots.opened(1, {KEY}); owner.__enter__().take()"))
    with SharedSlots.opened(1, KEY) as slots:
        assert taken(slots).wait(10)
    with SharedSlots.opened(1, KEY) as slots:
        assert taken(slots).wait(10)


class Counting(ScriptedPolicy):
    """Keeps what it was told of the wait."""

    def act(self, observation: str, info: dict[str, Any]) -> Action:
        self.waited = info.get("slot_seconds", 0.0)
        return super().act(observation, info)


class LateSlots(OwnSlots):
    """The third slot (the first two are for the start and the first command) comes late."""

    taken = 0

    def take(self) -> None:
        self.taken += 1
        time.sleep(0.5 if self.taken in (1, 3) else 0.0)
        super().take()


def test_an_episode_is_told_how_long_its_commands_have_waited(tiny_challenge: Challenge) -> None:
    policy = Counting(["true", "true", "python baseline.py", "submit"])
    record = run_episode(tiny_challenge, policy, slots=LateSlots(1))
    assert record.info.outcome is Outcome.SUBMITTED
    assert 0.5 <= policy.waited < 1.0, "the wait for the start is over before the policy's clock starts"


def test_an_agent_is_not_charged_for_the_wait(tmp_path: Path) -> None:
    with ScriptedModel() as model:
        agent = write_agent(tmp_path, model.url)
        agent.write_text(agent.read_text() + "limits: {seconds: 0.3}\n")
        policy, info = LLMPolicy(agent=agent), {"tools": Toolset.default().schemas}
        policy.reset("The task.", info)
        time.sleep(0.5)
        assert policy.act("The task.", info | {"slot_seconds": 60.0}).tool == "bash"
        with pytest.raises(PolicyStopped, match="seconds have passed"):
            policy.act("done", info)
