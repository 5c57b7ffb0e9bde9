"""How long a reset takes, by the size of the challenge's workspace.

    python benchmarks/performance/reset.py
    python benchmarks/performance/reset.py --megabytes 10 --rounds 50 --folder /mnt/xfs

Prints JSON. A reset ends the last episode, with its sandbox and its files, and starts the next one in a fresh copy of
the workspace; `copied_by` says how the copy was made (`reflink`: blocks shared, `copy`: bytes copied), which depends on
the file system of `--folder`. The workspace is a shipped challenge's with files of 1 MB of random bytes added.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from figures import machine, milliseconds

from synth_gym.challenge import Challenge
from synth_gym.env import ChallengeEnv
from synth_gym.suite import find_suite

MEGABYTE = 10**6


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--megabytes", type=int, nargs="+", default=[0, 10, 100, 1000])
    parser.add_argument("--rounds", type=int, default=20, help="resets of each size (default 20)")
    parser.add_argument("--sandbox", default="bubblewrap")
    parser.add_argument("--folder", type=Path, help="where challenges and episodes lie (default: TMPDIR)")
    options = parser.parse_args()
    tempfile.tempdir = options.folder and str(options.folder.resolve())
    where = machine()
    results = {f"{size} MB": measure(size, options.rounds, options.sandbox) for size in options.megabytes}
    print(json.dumps({"sandbox": options.sandbox, "machine": where, "results": results}, indent=2))


def measure(megabytes: int, rounds: int, sandbox: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="synth-gym-reset-") as folder:
        challenge = enlarged(Path(folder), megabytes)
        room = challenge.spec.limits.model_copy(update={"disk_mb": 1024 + 2 * megabytes})
        env = ChallengeEnv(challenge, sandbox=sandbox, limits=room)
        _, info = env.reset(seed=0)
        resets = []
        for seed in range(1, rounds + 1):
            began = time.perf_counter()
            env.reset(seed=seed)
            resets.append(time.perf_counter() - began)
        env.close()
    return {"copied_by": info["sandbox"]["copied_by"], "reset": milliseconds(resets)}


def enlarged(folder: Path, megabytes: int) -> Challenge:
    """A copy of a shipped challenge with so much more data."""
    shipped = find_suite("core").folders[0]
    path = Path(shutil.copytree(shipped, folder / shipped.name))
    more = path / "workspace" / "more"
    more.mkdir()
    for number in range(megabytes):
        (more / f"{number:04}.bin").write_bytes(os.urandom(MEGABYTE))
    return Challenge.load(path)


if __name__ == "__main__":
    main()
