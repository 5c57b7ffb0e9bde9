"""What `import synth_gym` adds to `import gymnasium`, with many challenges on the path.

    python benchmarks/performance/import_time.py
    python benchmarks/performance/import_time.py --challenges 5000 --rounds 30

Prints JSON. Every figure is from fresh interpreters. `added` is the time of the statement `import synth_gym` after
`import gymnasium`, registration of all challenges included; `empty_path` is the same without the made challenges.
`slowest_modules_ms` is one run's own time of the modules that it loads beyond gymnasium's (`-X importtime`);
registration happens in the module `synth_gym` itself.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from figures import machine, milliseconds

from synth_gym.suite import find_suite

SHOWN = 8
TIMED = """
import time, gymnasium
began = time.perf_counter()
import synth_gym
print(time.perf_counter() - began, sum(name.startswith("synth-ml/") for name in gymnasium.registry))
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--challenges", type=int, default=500)
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    where = machine()
    with tempfile.TemporaryDirectory() as folder:
        make_challenges(Path(folder), options.challenges)
        runs = [(python(TIMED, folder), python(TIMED, "")) for _ in range(options.rounds)]
        modules = own_times(folder)
    full, empty = ([one.split() for one in side] for side in zip(*runs, strict=True))
    assert int(full[0][1]) == int(empty[0][1]) + options.challenges
    result = {
        "challenges": options.challenges,
        "machine": where,
        "added": milliseconds([float(seconds) for seconds, _ in full]),
        "empty_path": milliseconds([float(seconds) for seconds, _ in empty]),
        "slowest_modules_ms": modules,
    }
    print(json.dumps(result, indent=2))


def make_challenges(suite: Path, number: int) -> None:
    """Challenges under new names; only what registration could look at is there."""
    description = find_suite("core").folders[0] / "challenge.yaml"
    for index in range(number):
        folder = suite / f"Made{index:05}-v0"
        folder.mkdir()
        shutil.copy(description, folder)


def python(code: str, suites: str, *options: str) -> str:
    """What a fresh interpreter says."""
    done = subprocess.run(
        [sys.executable, *options, "-c", code],
        env=os.environ | {"SYNTH_GYM_SUITES": suites},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=True,
    )
    return done.stdout


def own_times(suites: str) -> dict[str, float]:
    before = python("import gymnasium", suites, "-X", "importtime")
    after = python("import gymnasium, synth_gym", suites, "-X", "importtime")
    known = {name for name, _ in modules(before)}
    new = sorted(((own, name) for name, own in modules(after) if name not in known), reverse=True)
    return {name: round(own / 1e3, 2) for own, name in new[:SHOWN]}


def modules(said: str) -> list[tuple[str, int]]:
    """Module and microseconds of its own, from lines like `import time:   123 |   456 |   package.module`."""
    rows = [line.removeprefix("import time:").split("|") for line in said.splitlines() if line.count("|") == 2]
    return [(name.strip(), int(own)) for own, _, name in rows if own.strip().isdigit()]


if __name__ == "__main__":
    main()
