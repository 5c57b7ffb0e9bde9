"""Measuring a challenge that is being made: its scripts over several seeds, for the price of importing once.

A small challenge's script spends most of its time importing pandas and scikit-learn. Here the first run is a process of
its own, as an agent starts it; later ones are forks of a process that has already imported what the scripts import. The
gates measure again, with `run_script`, where every run is a process of its own.
"""

from __future__ import annotations

import ast
import shlex
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from synth_gym.challenge import Challenge
from synth_gym.grading.measure import Ran, Run, graded, submission_in
from synth_gym.grading.usage import Usage, metered, read_usage
from synth_gym.sandbox import make_sandbox
from synth_gym.sandbox.base import CommandResult, SandboxConfig

_FORKSERVER = Path(__file__).with_name("forkserver.py")
# It must not start in the workspace: what a script imports from there is the script's own.
_START = """\
mkdir ~/.forks; mkfifo ~/.forks/ask ~/.forks/output ~/.forks/told
(cd / && exec python -c {source} ~/.forks {modules}) &"""
_ASK = """\
find /tmp -xdev -mindepth 1 -delete 2>/dev/null; echo {seed} {directory} {script} >~/.forks/ask; cat ~/.forks/output
read -r code <~/.forks/told; (exit "$code")"""


class Workbench:
    """A sandbox in which scripts of one challenge are run; see the module.

    Args:
        challenge: whose workspace and limits are used.
        scripts: paths in the challenge folder of all that may be run.
        sandbox: name of the back-end. In one that isolates nothing every run is a process of its own.
    """

    def __init__(self, challenge: Challenge, scripts: Sequence[str], sandbox: str = "bubblewrap") -> None:
        self._challenge = challenge
        self._scripts = [challenge.path / script for script in scripts]
        self._folder = tempfile.TemporaryDirectory(prefix="synth-gym-workbench-", ignore_cleanup_errors=True)
        self._workspace = Path(self._folder.name) / "workspace"
        self._workspace.mkdir()
        limits, hide = challenge.spec.limits, challenge.spec.dataset.hide
        config = SandboxConfig(self._workspace, limits, hide=hide, image_folder=challenge.image_folder)
        self._sandbox = make_sandbox(sandbox, config)
        self._name = sandbox
        self._forking = self._used = False

    def run(self, script: str, seeds: Sequence[int]) -> list[Run]:
        """Run a script of the challenge once for each seed, each time over a fresh workspace; see `run_script`."""
        return [graded(self._challenge, seed, self._run(script, seed), self._name) for seed in seeds]

    def close(self) -> None:
        self._sandbox.close()
        self._folder.cleanup()

    def __enter__(self) -> Workbench:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self, script: str, seed: int) -> Ran:
        self._refill(self._challenge.path / script)
        name = Path(script).name
        if self._used and self._sandbox.describe()["isolated"]:
            result, usage = self._forked(name, seed), None
        else:
            result, usage = self._started(name, seed)
        self._used = True
        return Ran(result, usage, submission_in(self._sandbox, self._challenge))

    def _started(self, script: str, seed: int) -> tuple[CommandResult, Usage | None]:
        command = f"cd {shlex.quote(self._sandbox.workspace)}; SEED={seed} PYTHONHASHSEED={seed} "
        result = self._execute(command + metered(f"python {script}"))
        return result, read_usage(self._sandbox, self._workspace)

    def _forked(self, script: str, seed: int) -> CommandResult:
        if not self._forking:
            modules = shlex.join(installed_imports(self._scripts))
            source = shlex.quote(_FORKSERVER.read_text(encoding="utf-8"))
            self._execute(_START.format(source=source, modules=modules))
            self._forking = True
        return self._execute(_ASK.format(seed=seed, directory=self._sandbox.workspace, script=script))

    def _execute(self, command: str) -> CommandResult:
        result = self._sandbox.execute(command, timeout=self._challenge.spec.limits.command_seconds)
        if result.note:
            # Whatever was ended or lost, the next run starts from nothing.
            self._sandbox.close()
            self._forking = self._used = False
        return result

    def _refill(self, script: Path) -> None:
        """Give the workspace the files that it has at the start, and what lies beside the script."""
        for entry in self._workspace.iterdir():
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        for folder in (self._challenge.workspace, script.parent):
            shutil.copytree(folder, self._workspace, dirs_exist_ok=True)


def installed_imports(scripts: Sequence[Path]) -> list[str]:
    """The modules that scripts import at their top level, without those that lie beside them."""
    names = dict.fromkeys(name for script in scripts for name in _imports(script))
    beside = {path.stem for script in scripts for path in script.parent.iterdir()}
    return [name for name in names if name.partition(".")[0] not in beside]


def _imports(script: Path) -> list[str]:
    try:
        body = ast.parse(script.read_bytes()).body
    except (OSError, SyntaxError, ValueError):
        return []  # running it will tell
    plain = [alias.name for node in body if isinstance(node, ast.Import) for alias in node.names]
    origins = [node for node in body if isinstance(node, ast.ImportFrom) and node.module and not node.level]
    # What is taken from a package may be a module of it.
    return plain + [f"{node.module}.{alias.name}" for node in origins for alias in node.names]
