"""Calls of a synthesis with many in flight: how near their rate comes to what the model's server alone gives.

    python benchmarks/performance/llm_calls.py
    python benchmarks/performance/llm_calls.py --calls 5000 --flight 256 --latency 1

A model server on loopback, in a process of its own, answers every request after `--latency` seconds. `alone` asks it
over bare sockets, as many at a time; `client` is `synth_gym.synthesis.llm.client.Client` with a budget and a store, so
that every call is priced, reserved, checked against its schema and recorded. Prints JSON; `share` is the second rate
over the first, `client_cpu_ms` the processor time of one call.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from figures import machine
from llm_episodes import Connection

from synth_gym.policies.settings import Price, Sampling
from synth_gym.policies.spending import CostBudget
from synth_gym.synthesis.llm.client import Client
from synth_gym.synthesis.llm.endpoint import Endpoint
from synth_gym.synthesis.llm.prompts import load_prompts
from synth_gym.synthesis.llm.schemas import Cell, TopicsInput
from synth_gym.synthesis.llm.settings import ModelAccess
from synth_gym.synthesis.llm.store import Store

CELL = Cell(area="a", modality="b", task_type="regression", difficulty="c")
GIVEN = TopicsInput(count=1, cell=CELL, avoid=())
TOPIC = {"title": "Wind", "description": "Predict it.", **CELL.model_dump()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=2000)
    parser.add_argument("--flight", type=int, default=64, help="calls at a time")
    parser.add_argument("--latency", type=float, default=0.2, help="seconds of one call")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(serve(options.latency))
    where = machine()
    command = [sys.executable, __file__, "--serve", "--latency", str(options.latency)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as server, tempfile.TemporaryDirectory() as folder:
        assert server.stdout
        port = int(server.stdout.readline())
        alone = asyncio.run(bare(port, options.calls, options.flight))
        before = time.process_time()
        client = asyncio.run(through_client(port, options.calls, options.flight, Path(folder)))
        cpu = (time.process_time() - before) / (options.calls + options.flight) * 1e3
        server.kill()
    del options.serve
    result = {
        "machine": where,
        **vars(options),
        "calls_per_second": {"alone": round(alone, 1), "client": round(client, 1)},
    }
    print(json.dumps(result | {"share": round(client / alone, 3), "client_cpu_ms": round(cpu, 2)}, indent=2))


async def through_client(port: int, calls: int, flight: int, folder: Path) -> float:
    """Calls a second of the pipeline's client."""
    access = ModelAccess(
        model="m",
        base_url=f"http://127.0.0.1:{port}/v1",
        key_variable="PATH",
        sampling=Sampling(max_tokens=1000),
        price=Price(prompt=1, completion=1),
        concurrency=flight,
    )
    budget = CostBudget(folder / "spent.json", 1e6)
    client = Client(access, load_prompts(), Store(folder / "calls"), Endpoint(access), budget)
    return await rate(lambda seed: client.ask("topics", GIVEN, seed=seed), calls, flight)


async def bare(port: int, calls: int, flight: int) -> float:
    """Calls a second over connections that are kept open; the request is as long as the client's."""
    body = json.dumps({"messages": "x" * 4000}).encode()
    request = b"POST /v1/chat/completions HTTP/1.1\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)
    free = [await asyncio.open_connection("127.0.0.1", port) for _ in range(flight)]

    async def ask(_: int) -> None:
        reader, writer = free.pop()
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        await reader.readexactly(int(head.rpartition(b"content-length:")[2]))
        free.append((reader, writer))

    return await rate(ask, calls, flight)


async def rate(ask: Callable[[int], Awaitable[Any]], calls: int, flight: int) -> float:
    """Calls a second, `flight` of them at a time; the first ones, which open the connections, do not count."""
    numbers = iter(range(flight + calls))

    async def work(count: int) -> None:
        for _ in range(count):
            await ask(next(numbers))

    await asyncio.gather(*(work(1) for _ in range(flight)))
    began = time.monotonic()
    await asyncio.gather(*(work(calls // flight) for _ in range(flight)))
    return calls // flight * flight / (time.monotonic() - began)


async def serve(latency: float) -> None:
    """Answer for ever."""
    message = {"role": "assistant", "content": json.dumps({"topics": [TOPIC]})}
    usage = {"prompt_tokens": 1000, "completion_tokens": 100, "total_tokens": 1100}
    choice = {"index": 0, "message": message, "finish_reason": "stop"}
    body = json.dumps({"id": "c", "object": "chat.completion", "model": "m", "choices": [choice], "usage": usage})
    answer = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n{body}"
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection([answer.encode()], latency), "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    main()
