"""Runs inside a sandbox: imports what scripts import once, then runs each in a fork of itself.

    python forkserver.py PIPES MODULE...

The folder PIPES holds three named pipes. A line `SEED FOLDER SCRIPT` in `ask` starts a run in a folder; what it prints
goes to `output`, and a line with its exit code in `told` ends it. This file stands alone.
"""

import contextlib
import os
import runpy
import sys
import traceback
from pathlib import Path


def main() -> None:
    pipes, modules = Path(sys.argv[1]), sys.argv[2:]
    for module in modules:
        # What cannot be imported is the script's own to report.
        with contextlib.suppress(Exception):
            __import__(module)
    while True:
        with (pipes / "ask").open(encoding="utf-8") as pipe:
            seed, directory, script = pipe.readline().split()
        child = os.fork()
        if child == 0:
            os.chdir(directory)
            run(script, seed, pipes / "output")
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with (pipes / "told").open("w", encoding="utf-8") as pipe:
            print(code if code >= 0 else 128 - code, file=pipe)


def run(script: str, seed: str, output: Path) -> None:
    """Be `python SCRIPT` with its own output, and end."""
    target = os.open(output, os.O_WRONLY)
    os.dup2(target, 1)
    os.dup2(target, 2)
    os.environ["SEED"] = seed
    sys.argv = [script]
    sys.path[0] = str(Path.cwd())
    if "numpy" in sys.modules:
        # The global generator would start from the parent's state, the same in every run: as after a real start, it
        # must not.
        sys.modules["numpy"].random.seed()
    os._exit(exit_code(script))


def exit_code(script: str) -> int:
    """Run the script to its end as Python does; gives what Python's exit code would be."""
    try:
        runpy.run_path(script, run_name="__main__")
        code = 0
    except SystemExit as exit:
        code = exit.code if isinstance(exit.code, int) else int(exit.code is not None)
        if code and not isinstance(exit.code, int):
            print(exit.code, file=sys.stderr)
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


if __name__ == "__main__":
    main()
