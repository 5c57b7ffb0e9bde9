"""What a command that prints a lot costs: the time against `command | cat`, and the memory of this process.

    python benchmarks/performance/output.py
    python benchmarks/performance/output.py --megabytes 1000 --rounds 3

Prints JSON. Both ways take turns in one run. `cat` is bash with the command's output through a pipe into `cat`, whose
own goes nowhere; `bubblewrap` is `Sandbox.execute`, which reads all of it and keeps its head and its tail. `ratio` is
of the medians. `memory_growth_mb` is by how much the peak of this process's resident memory rose during the commands.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from figures import machine, memory_mb, milliseconds

from synth_gym.sandbox import Sandbox, SandboxConfig, make_sandbox

COMMANDS = {
    "yes": "yes 'step 100: loss 0.1234' | head -c {bytes}",
    "seq": "seq 1000000000 | head -c {bytes}",
    "python": "python3 -c \"import sys; sys.stdout.writelines('x' * 99 + chr(10) for _ in range({bytes} // 100))\"",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=100, help="what each command prints (default 100)")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    where = machine()
    with tempfile.TemporaryDirectory() as workspace:
        sandbox = make_sandbox("bubblewrap", SandboxConfig(Path(workspace)))
        sandbox.start()
        size = options.megabytes * 10**6
        results = {name: compare(sandbox, text.format(bytes=size), options.rounds) for name, text in COMMANDS.items()}
        sandbox.close()
    print(json.dumps({"megabytes": options.megabytes, "machine": where, "results": results}, indent=2))


def compare(sandbox: Sandbox, command: str, rounds: int) -> dict[str, Any]:
    seconds: dict[str, list[float]] = {"cat": [], "bubblewrap": []}
    sandbox.execute(command, timeout=600.0)
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # VmHWM starts anew
    before = memory_mb("VmHWM")
    for _ in range(rounds):
        seconds["cat"].append(timed(lambda: through_cat(command)))
        seconds["bubblewrap"].append(timed(lambda: through(sandbox, command)))
    growth = memory_mb("VmHWM") - before
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    return {name: milliseconds(values) for name, values in seconds.items()} | {
        "ratio": round(medians["bubblewrap"] / medians["cat"], 2),
        "memory_growth_mb": round(growth, 2),
    }


def timed(action: Callable[[], None]) -> float:
    began = time.perf_counter()
    action()
    return time.perf_counter() - began


def through_cat(command: str) -> None:
    subprocess.run(["bash", "-c", f"{{ {command}; }} | cat >/dev/null"], check=True)


def through(sandbox: Sandbox, command: str) -> None:
    result = sandbox.execute(command, timeout=600.0)
    assert result.exit_code == 0 and "bytes left out" in result.output, result


if __name__ == "__main__":
    main()
