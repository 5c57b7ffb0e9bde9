"""Many episodes that wait for a language model: how near their throughput comes to what the model's latency allows.

    python benchmarks/performance/llm_episodes.py
    python benchmarks/performance/llm_episodes.py --episodes 500 --concurrency 500 --latency 5

A model server on loopback, in a process of its own, answers every request after `--latency` seconds. An episode is
`--turns` calls: short commands (`tail` of its data), at last the baseline, `validate` and `submit`. Prints JSON:
`share_of_ideal` is what the calls alone take, in waves of `--concurrency` episodes, over the wall clock of the whole
rollout, the start of its processes and of all sandboxes included. `one_per_process` plays one episode at a time in one
process per CPU, in the same run. `cpu_seconds` tells who was busy: `server` is the model's side, which would be
elsewhere; `runner` is everything else, the sandboxes and graders included.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from figures import machine

from synth_gym.challenge import Challenge
from synth_gym.rollout import Player, plan_jobs, run_rollout
from synth_gym.suite import find_suite

AGENT = """
name: benchmark
policy: llm
model: tiny
base_url: http://127.0.0.1:{port}/v1
sampling: {{max_tokens: 1000}}
"""
SHORT, LAST = "tail -n 3 data/train.csv", ("python baseline.py", "validate", "submit")
TINY = Path(__file__).parents[2] / "tests" / "data" / "tiny"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--episodes", type=int, default=64)
    parser.add_argument("--concurrency", type=int, nargs="+", default=[16, 32, 64], help="episodes at a time")
    parser.add_argument("--alone", type=int, default=4, help="episodes of the side with one in each process")
    parser.add_argument("--turns", type=int, default=30, help="model calls of an episode")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds of one model call")
    parser.add_argument("--suite", default=str(TINY), help="a suite's name or folder; its first challenge is played")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.turns, options.latency))
    where, challenge = machine(), find_suite(options.suite).challenges[0]
    with Served(options.turns, options.latency) as server:
        alone = measure(challenge, server, options.alone, len(os.sched_getaffinity(0)))
        many = {number: measure(challenge, server, options.episodes, number) for number in options.concurrency}
    result = {"machine": where, "challenge": challenge.env_id, "turns": options.turns, "latency": options.latency}
    print(json.dumps(result | {"one_per_process": alone, "concurrency": many}, indent=2))


def measure(challenge: Challenge, server: Served, episodes: int, concurrency: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        agent, out = Path(folder) / "agent.yaml", Path(folder) / "out"
        agent.write_text(AGENT.format(port=server.port))
        limits = challenge.spec.limits.model_copy(update={"steps": server.turns + 1})
        player = Player(str(agent), agent=str(agent))
        jobs = plan_jobs([challenge], [player], range(episodes), out=out, limits=limits)
        before, began = cpu_seconds(server), time.monotonic()
        rollout = run_rollout(jobs, out=out, concurrency=concurrency)
        seconds, after = time.monotonic() - began, cpu_seconds(server)
    assert rollout.outcomes == {"submitted": episodes}, rollout.outcomes
    ideal = server.turns * server.latency * -(-episodes // concurrency)
    return {
        "episodes": episodes,
        "seconds": round(seconds, 2),
        "ideal_seconds": round(ideal, 2),
        "share_of_ideal": round(ideal / seconds, 3),
        "turns_per_second": round(episodes * server.turns / seconds, 1),
        "cpu_seconds": {name: round(after[name] - before[name], 2) for name in before},
    }


def cpu_seconds(server: Served) -> dict[str, float]:
    """User and system time so far: of the server, and of this process and everything below it that has ended."""
    fields = Path(f"/proc/{server.process.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    ours = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {
        "server": (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"),
        "runner": sum(one.ru_utime + one.ru_stime for one in ours),
    }


class Served:
    """The model's process.

    Args:
        turns: calls of one episode.
        latency: seconds of each.
    """

    def __init__(self, turns: int, latency: float) -> None:
        self.turns, self.latency = turns, latency

    def __enter__(self) -> Served:
        command = [sys.executable, __file__, "--serve", "--turns", str(self.turns), "--latency", str(self.latency)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self.process.stdout
        self.port = int(self.process.stdout.readline())
        return self

    def __exit__(self, *_: object) -> None:
        self.process.kill()
        self.process.communicate()


async def serve(turns: int, latency: float) -> None:
    """Answer for ever. Which turn of its episode a request is, the number of tool results in it tells."""
    commands = [*[SHORT] * (turns - len(LAST)), *LAST]
    answers = [answer(command) for command in commands]
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(answers, latency), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class Connection(asyncio.Protocol):
    """One client's connection; just enough HTTP, so that the server's own CPU time stays small."""

    def __init__(self, answers: list[bytes], latency: float) -> None:
        self._answers, self._latency = answers, latency
        self._received = b""

    def connection_made(self, transport: Any) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = head.lower().partition(b"content-length:")[2].split(b"\r\n")[0]
        if end and len(body) >= int(length):
            self._received = b""
            turn = body.count(b'"role":"tool"')
            asyncio.get_running_loop().call_later(self._latency, self._transport.write, self._answers[turn])


def answer(command: str) -> bytes:
    call = {"id": "c", "type": "function", "function": {"name": "bash", "arguments": json.dumps({"command": command})}}
    message = {"role": "assistant", "content": "On we go.", "tool_calls": [call]}
    usage = {"prompt_tokens": 1000, "completion_tokens": 20, "total_tokens": 1020}
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls"}
    body = json.dumps({"id": "c", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage})
    return f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n{body}".encode()


if __name__ == "__main__":
    main()
